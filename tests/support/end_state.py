"""What a play left on a host: files, packages, services. Two hosts are compared by it."""

from __future__ import annotations

import json
from typing import Any

from .systemd_host import SystemdHost

# Runs on the host: one line of JSON with what each path is. What has not changed since the host was made is the image's.
READER = r"""
import grp, hashlib, json, os, pwd, re, stat, sys
left_out, volatile = map(re.compile, sys.argv[1:])
made = os.lstat("/.dockerenv").st_ctime
found = {}
def name(table, number):
    try:
        return table(number)[0]
    except KeyError:
        return number
def look(path):
    status = os.lstat(path)
    what = [stat.filemode(status.st_mode), name(pwd.getpwuid, status.st_uid), name(grp.getgrgid, status.st_gid)]
    if stat.S_ISLNK(status.st_mode):
        what.append(os.readlink(path))
    elif stat.S_ISREG(status.st_mode) and status.st_ctime >= made and not volatile.search(path):
        with open(path, "rb") as stream:
            what.append(hashlib.sha256(stream.read()).hexdigest())
    found[path] = what
for directory, directories, files in os.walk("/"):
    for entry in directories + files:
        path = os.path.join(directory, entry)
        if not left_out.search(path):
            look(path)
    directories[:] = [entry for entry in directories if not left_out.search(os.path.join(directory, entry))]
print(json.dumps(found))
"""

# Not compared: what is the kernel's, another machine's, a log, a cache, or lasts only as long as the host runs.
LEFT_OUT = (
    r"^/(proc|sys|dev|run|tmp|srv|var/tmp|var/log|var/cache|var/lib/apt/lists|var/lib/systemd|root/\.ansible)(/|$)"
    r"|/__pycache__(/|$)|^/var/lib/dpkg/(lock|triggers/Lock|.*-old$)|^/etc/[^/]*-$|^/\.dockerenv$"
    r"|/conda-meta/\.benchwright-files$"
)
# Of these, the contents are not: they hold times, process numbers, what the host itself was given, or the order in which
# packages came to be installed.
VOLATILE = (
    r"^/var/lib/(dpkg/status|apt/extended_states)$|^/etc/(hosts|hostname|resolv\.conf|machine-id)$|^/root/\.ssh/authorized_keys$"
    r"|/conda-meta/(history|\.benchwright-release)$|\.lock$"
)

COMMANDS = {
    "package": "dpkg-query --show --showformat '${Package} ${Version} ${db:Status-Status}\\n'",
    "name": "hostname; grep --after-context=2 benchwright /etc/hosts; true",
    "asked for": "apt-mark showmanual",
    "unit": "systemctl list-unit-files --no-legend --no-pager | grep -v ' transient '",
    "running": "systemctl list-units --type=service,timer,socket,swap --state=active --no-legend --plain --no-pager"
    " | cut -d' ' -f1 | grep -vE '^(session|user|systemd-|dpkg-|apt-|e2scrub|fstrim|modprobe)'",
}


def read_state(host: SystemdHost) -> dict[str, Any]:
    """Of each path what it is, and each line that the commands say."""
    state: dict[str, Any] = json.loads(host.run(f"python3 - '{LEFT_OUT}' '{VOLATILE}'", stdin=READER))
    for name, command in COMMANDS.items():
        state.update({f"{name}: {' '.join(line.split())}": "" for line in host.run(command).splitlines()})
    return state


def differences(here: dict[str, Any], there: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """What is not the same in two states: by path or line, what it is here and there; None is nothing."""
    keys = sorted(here.keys() | there.keys())
    return {key: (here.get(key), there.get(key)) for key in keys if here.get(key) != there.get(key)}
