# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""Running Jupyter servers, from /proc alone."""

from __future__ import annotations

import contextlib
import ipaddress
import os
import re
import typing as t
from pathlib import Path

from .._service.process import LISTEN, address_in, user_name
from .facts import Process
from .reader import Reader

APPLICATIONS = ("lab", "notebook", "server", "nbclassic")
SCRIPT = re.compile(r"jupyter-(%s)$" % "|".join(APPLICATIONS))
PYTHON = re.compile(r"(python|pypy)[\d.]*t?$")
MODULES = {
    "jupyterlab": "lab",
    "notebook": "notebook",
    "notebook.notebookapp": "notebook",
    "jupyter_server": "server",
    "nbclassic": "nbclassic",
}
Address = t.Tuple[str, int]


def application_of(argv: t.Sequence[str]) -> tuple[str, int]:
    """Which server a command line runs, and where its own arguments begin; an empty name when it runs none."""
    for number, word in enumerate(argv[:4]):
        name = os.path.basename(word)
        match = SCRIPT.match(name)
        if match and (number == 0 or PYTHON.match(os.path.basename(argv[0]))):
            return match.group(1), number + 1
        following = argv[number + 1] if number + 1 < len(argv) else ""
        if word == "-m" and PYTHON.match(os.path.basename(argv[0])):
            module = MODULES.get(following, "")
            if following == "jupyter" and len(argv) > number + 2 and argv[number + 2] in APPLICATIONS:
                return argv[number + 2], number + 3
            return module, number + 2
        own = number == 0 or (number == 1 and PYTHON.match(os.path.basename(argv[0])))
        if name == "jupyter" and following in APPLICATIONS and own:
            return following, number + 2
    return "", 0


def servers(reader: Reader, proc: Path = Path("/proc")) -> list[Process]:
    """The Jupyter servers that run, by number. A command line that names one and is no server's own is left out."""
    boot = _boot_time(proc)
    found = []
    for directory in sorted(proc.glob("[0-9]*"), key=lambda path: int(path.name)):
        try:
            argv = tuple((directory / "cmdline").read_bytes().decode("utf-8", "replace").rstrip("\0").split("\0"))
            application, dummy = application_of(argv)
            if application and not _same(directory, "pid"):
                reader.note("process %s" % directory.name, OSError(0, "it runs in a container; run the audit in there"))
            elif application and {"--help", "-h", "--version", "list", "stop", "password"}.isdisjoint(argv):
                found.append(_process(reader, directory, application, argv, boot))
        except (FileNotFoundError, ProcessLookupError):  # it ended meanwhile
            continue
        except OSError as error:
            reader.note(directory, error)
    return found


def _process(reader: Reader, directory: Path, application: str, argv: tuple[str, ...], boot: float) -> Process:
    uid = directory.stat().st_uid
    environment = _environment(reader, directory)
    return Process(
        pid=int(directory.name),
        uid=uid,
        user=user_name(uid),
        application=application,
        argv=argv,
        prefix=_prefix(directory, argv),
        started=boot + _start_ticks(directory) / os.sysconf("SC_CLK_TCK"),
        cgroup=_cgroup(directory),
        network=_same(directory, "net"),
        environment=environment,
        listening=_listening(reader, directory),
    )


def _same(directory: Path, kind: str) -> bool:
    """Whether a process shares a namespace with this one; where that cannot be seen, it is assumed."""
    try:
        return os.readlink(str(directory / "ns" / kind)) == os.readlink("/proc/self/ns/" + kind)
    except OSError:
        return True


def _boot_time(proc: Path) -> float:
    match = re.search(r"^btime (\d+)$", (proc / "stat").read_text(), re.MULTILINE)
    return float(match.group(1)) if match else 0.0


def _start_ticks(directory: Path) -> int:
    # After the command's name in parentheses, which may hold anything, it is the 20th field.
    return int((directory / "stat").read_text(errors="replace").rpartition(")")[2].split()[19])


def _environment(reader: Reader, directory: Path) -> dict[str, str] | None:
    try:
        words = (directory / "environ").read_bytes().decode("utf-8", "replace").split("\0")
    except PermissionError as error:
        reader.note("the environment of process %s" % directory.name, error)
        return None
    return dict(word.split("=", 1) for word in words if "=" in word)


def _cgroup(directory: Path) -> str:
    """The path in systemd's hierarchy, or in the only one."""
    for line in (directory / "cgroup").read_text().splitlines():
        number, controllers, path = line.split(":", 2)
        if number == "0" or controllers == "name=systemd":
            return path
    return ""


def _prefix(directory: Path, argv: t.Sequence[str]) -> str:
    """The environment's directory. A link to Python, as a venv has it, is not followed: its directory tells the venv."""
    for word in argv[:2]:
        place = Path(word).parent
        if os.path.isabs(word) and place.name == "bin" and _is_environment(place.parent):
            return str(place.parent)
    try:
        return str(Path(os.readlink(str(directory / "exe"))).parent.parent)
    except OSError:
        return ""


def _is_environment(place: Path) -> bool:
    return (place / "conda-meta").is_dir() or (place / "pyvenv.cfg").is_file() or any(place.glob("lib/python3*"))


def _listening(reader: Reader, directory: Path) -> tuple[Address, ...] | None:
    """Where the process itself listens."""
    try:
        links = [os.readlink(str(link)) for link in (directory / "fd").iterdir()]
    except PermissionError as error:
        reader.note("the sockets of process %s" % directory.name, error)
        return None
    inodes = {link[8:-1] for link in links if link.startswith("socket:[")}
    return tuple(sorted({address_of(row[1]) for row in _listeners(directory) if row[9] in inodes}))


def listening_of_user(process: Process, port: t.Any) -> tuple[Address, ...]:
    """Where that account listens on that port, for when the sockets of the process cannot be seen."""
    rows = [row for row in _listeners(Path("/proc", str(process.pid))) if row[7] == str(process.uid)]
    return tuple(sorted({address for address in (address_of(row[1]) for row in rows) if address[1] == port}))


def _listeners(directory: Path) -> list[list[str]]:
    """The rows of the kernel's tables, of the process's own network, for sockets that listen."""
    rows = []
    for name in ("tcp", "tcp6"):
        with contextlib.suppress(OSError):  # without IPv6 there is no tcp6
            rows += [line.split() for line in (directory / "net" / name).read_text().splitlines()[1:]]
    return [row for row in rows if row[3] == LISTEN]


def address_of(text: str) -> Address:
    """`0100007F:22B8` -> ('127.0.0.1', 8888)."""
    digits, dummy, port = text.partition(":")
    return str(address_in(digits)), int(port, 16)


def loopback(address: str) -> bool:
    """Whether only the host itself reaches this address."""
    found = ipaddress.ip_address(address)
    mapped = getattr(found, "ipv4_mapped", None)
    return (mapped or found).is_loopback
