# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.
"""A file of settings for sshd that cannot shut out who is connected, and a reload wherever sshd has loaded something else."""

from __future__ import annotations

import fnmatch
import glob
import hashlib
import json
import os
import signal
import tempfile
import time
import typing as t
from pathlib import Path

from . import ssh_keys, text
from .accounts import Account, acting_as, read_accounts
from .command import LinuxError, attempt, change, run
from .connection import Connection

MAIN, PID_FILE, LOADED = "/etc/ssh/sshd_config", "/run/sshd.pid", "/run/benchwright/sshd_loaded.json"
HEAD = (
    "# Written by benchwright. sshd takes the first value that it reads, so this comes before the other files here.\n"
)
Effective = t.Dict[str, t.List[str]]


def lines(settings: t.Mapping[str, t.Any]) -> str:
    """Return the file's text."""
    return HEAD + "".join(f"{name} {_word(value)}\n" for name, value in sorted(settings.items()))


def _word(value: t.Any) -> str:
    return {"True": "yes", "False": "no"}.get(str(value), str(value))


def effective(content: str, connection: Connection) -> Effective:
    """Return what sshd would do for that user with these lines first. Raises LinuxError for lines that sshd refuses."""
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as candidate:
        candidate.write(f"{content}Include {MAIN}\n")
        candidate.flush()
        run("sshd", "-t", "-f", candidate.name, advice="mend linux_base_ssh_settings")
        who = f"user={connection.user},host=localhost,addr={connection.peer or '127.0.0.1'}"
        found: Effective = {}
        for line in run("sshd", "-T", "-f", candidate.name, "-C", who).splitlines():
            name, dummy, value = line.partition(" ")
            found.setdefault(name, []).append(value)
        return found


def lockout(found: Effective, connection: Connection, account: Account | None, keys_to_come: bool) -> str:
    """Return why who is connected could not come back; empty when the user could."""

    def says(name: str) -> str:
        return found.get(name, [""])[0]

    user, groups = connection.user, account.groups if account else frozenset()
    if _refused(found, user, groups):
        return f"AllowUsers, DenyUsers, AllowGroups or DenyGroups leave out {user}"
    if user == "root" and says("permitrootlogin") in ("no", "forced-commands-only"):
        return f"PermitRootLogin is {says('permitrootlogin')}"
    by_password = "yes" in (says("passwordauthentication"), says("kbdinteractiveauthentication"))
    if by_password and not (user == "root" and says("permitrootlogin") == "without-password"):
        return ""
    if says("pubkeyauthentication") != "yes":
        return "neither passwords nor keys would be accepted"
    files = " ".join(found.get("authorizedkeysfile", [])).split()
    if not keys_to_come and not (account and any(_has_key(name, user, account) for name in files)):
        return f"passwords would not be accepted, and {user} has no key in {' or '.join(files)}"
    return ""


def _refused(found: Effective, user: str, groups: t.Collection[str]) -> bool:
    """Patterns with a host in them are counted as not allowing and as denying: who comes from where may change."""

    def matches(name: str, values: t.Iterable[str]) -> bool:
        patterns = [
            word.partition("@")[0] if name.startswith("deny") else word for word in " ".join(found[name]).split()
        ]
        return any(fnmatch.fnmatchcase(value, pattern) for value in values for pattern in patterns)

    return any(
        name in found and matches(name, values) == name.startswith("deny")
        for name, values in (
            ("allowusers", [user]),
            ("denyusers", [user]),
            ("allowgroups", groups),
            ("denygroups", groups),
        )
    )


def _has_key(name: str, user: str, account: Account) -> bool:
    path = name.replace("%h", account.home).replace("%u", user).replace("%U", str(account.uid)).replace("%%", "%")
    with acting_as(account.uid, account.gid):
        return bool(ssh_keys.keys_in(text.read_text(os.path.join(account.home, path))))


def keep(
    path: str, content: str | None, connection: Connection, keys_to_come: bool, check: bool
) -> list[dict[str, str]]:
    """Have that file, None for none, and an sshd that has loaded it; returns the changes. Raises LinuxError, OSError."""
    before = text.read_text(path)
    if before != content and content is not None:
        _refuse_to_lock_out(content, connection, keys_to_come)
    changes = [] if before == content else [change(path, before, content)]
    pid = running()
    if pid and (changes or not _has_loaded(pid, path, content)):
        changes.append(change("what sshd has loaded", "other settings", "as wanted"))
    if check or not changes:
        return changes
    if pid and before != content:
        _note(pid, before)  # so that a run that is killed before the reload has it made by the next one
    if before != content:
        if content is None:
            os.unlink(path)
        else:
            text.replace(path, content, mode=0o644)
    if pid:
        _reload(pid, content)
    return changes


def _refuse_to_lock_out(content: str, connection: Connection, keys_to_come: bool) -> None:
    if not glob.glob(MAIN):
        raise LinuxError(f"there is no {MAIN}, so no sshd that linux_base_ssh_hardening could harden; leave it off")
    if "\ninclude /etc/ssh/sshd_config.d/*.conf" not in "\n" + Path(MAIN).read_text(encoding="utf-8").lower():
        raise LinuxError(
            f"{MAIN} does not include /etc/ssh/sshd_config.d/*.conf; add that line at its top, and run again"
        )
    account = read_accounts([connection.user]).get(connection.user)
    why = lockout(effective(content, connection), connection, account, keys_to_come)
    if why:
        raise LinuxError(
            f"with linux_base_ssh_settings {connection.user}, who is connected, could not come back: {why}; "
            "give that user a key in linux_base_users, or change the settings. Nothing was changed"
        )


def running() -> int:
    """Return the number of the sshd that accepts connections; 0 for none."""
    pid = (text.read_text(PID_FILE) or "").strip()
    return int(pid) if pid.isdigit() and (text.read_text(f"/proc/{pid}/comm") or "").strip() == "sshd" else 0


def _has_loaded(pid: int, path: str, content: str | None) -> bool:
    """By what was noted at the last reload here; else whether the process is younger than the file."""
    noted = json.loads(text.read_text(LOADED) or "{}")
    started = _start(pid)
    if noted.get("process") == [pid, started]:
        return bool(noted.get("digest") == _digest(content))
    if content is None:
        return True
    ticks = os.sysconf("SC_CLK_TCK")
    boot = time.time() - float(Path("/proc/uptime").read_text(encoding="ascii").split()[0])
    return os.stat(path).st_ctime + 1 < boot + started / ticks


def _start(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[19])


def _digest(content: str | None) -> str:
    return hashlib.sha256((content or "").encode()).hexdigest()


def _reload(pid: int, content: str | None) -> None:
    """sshd replaces itself by a new one of the same number; sessions are processes of their own and go on."""
    run("sshd", "-t", advice=f"mend {MAIN} and what it includes")
    os.kill(pid, signal.SIGHUP)
    if content is None:
        os.unlink(LOADED)
    else:
        _note(pid, content)


def _note(pid: int, content: str | None) -> None:
    os.makedirs(os.path.dirname(LOADED), exist_ok=True)
    text.replace(LOADED, json.dumps({"process": [pid, _start(pid)], "digest": _digest(content)}))


def ports() -> list[int]:
    """Return the ports that sshd is configured for; none without sshd."""
    code, out = attempt("sshd", "-T")
    return sorted({int(line.split()[1]) for line in out.splitlines() if line.startswith("port ")}) if code == 0 else []
