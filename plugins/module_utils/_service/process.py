# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What /proc knows of processes and listening sockets. Pure readers: nothing here changes anything."""

from __future__ import annotations

import ipaddress
import os
import pwd
import struct
import subprocess
import typing as t

LISTEN = "0A"


class Listener(t.NamedTuple):
    """A listening TCP socket: address in text form, uid of its owner, inode that names it in /proc/PID/fd."""

    address: str
    uid: int
    inode: str


def is_running(pid: int, proc: str = "/proc") -> bool:
    """True when the process exists and is not a zombie waiting for its parent."""
    try:
        with open("%s/%d/stat" % (proc, pid), encoding="utf-8", errors="replace") as file:
            return file.read().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def environment_of(pid: int, proc: str = "/proc") -> dict[str, str]:
    """The environment the process was started with; empty when it is gone or belongs to somebody else."""
    path = "%s/%d/environ" % (proc, pid)
    try:
        with open(path, "rb") as file:
            content = file.read()
    except PermissionError:
        content = _read_as_owner(path)
    except OSError:
        return {}
    entries = content.decode("utf-8", "replace").split("\0")
    return dict(entry.split("=", 1) for entry in entries if "=" in entry)


def _read_as_owner(path: str) -> bytes:
    """Root in a container may lack the right to look into others' processes; the owner always has it."""
    if os.geteuid() != 0:
        return b""
    owner = os.stat(os.path.dirname(path))

    def become_owner() -> None:
        os.setgroups([])
        os.setgid(owner.st_gid)
        os.setuid(owner.st_uid)

    done = subprocess.run(["cat", path], preexec_fn=become_owner, capture_output=True, check=False)
    return done.stdout


def command_line_of(pid: int, proc: str = "/proc") -> str:
    """The command line with blanks between the arguments; empty when the process is gone."""
    try:
        with open("%s/%d/cmdline" % (proc, pid), "rb") as file:
            return file.read().decode("utf-8", "replace").replace("\0", " ").strip()
    except OSError:
        return ""


def address_in(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """`0100007F` -> `127.0.0.1`: the kernel prints every 32-bit word in the machine's byte order."""
    words = [int(text[start : start + 8], 16) for start in range(0, len(text), 8)]
    return ipaddress.ip_address(struct.pack("=%dI" % len(words), *words))


def decode_address(text: str) -> str:
    """The same as text, of an IPv4 address within IPv6 only that."""
    address = address_in(text)
    return str(getattr(address, "ipv4_mapped", None) or address)


def parse_listeners(table: str, port: int) -> list[Listener]:
    """The listening sockets on a port in the text of /proc/net/tcp or /proc/net/tcp6."""
    found = []
    for line in table.splitlines()[1:]:
        fields = line.split()
        address, dummy, hex_port = fields[1].rpartition(":")
        if fields[3] == LISTEN and int(hex_port, 16) == port:
            found.append(Listener(decode_address(address), int(fields[7]), fields[9]))
    return found


def overlaps(one: str, other: str) -> bool:
    """True when two sockets on one port cannot both listen on these addresses."""
    first, second = ipaddress.ip_address(one), ipaddress.ip_address(other)
    return first == second or first.is_unspecified or second.is_unspecified


def listeners_on(address: str, port: int, proc: str = "/proc") -> list[Listener]:
    """The listening sockets that stand in the way of `address`:`port`."""
    found = []
    for name in ("tcp", "tcp6"):
        try:
            with open("%s/net/%s" % (proc, name), encoding="utf-8") as file:
                found.extend(parse_listeners(file.read(), port))
        except FileNotFoundError:  # a kernel without IPv6
            continue
    return [listener for listener in found if overlaps(listener.address, address)]


def holders_of(inode: str, proc: str = "/proc") -> list[int]:
    """The processes that hold a socket open, as far as the caller may look."""
    link = "socket:[%s]" % inode
    pids = []
    for entry in filter(str.isdigit, os.listdir(proc)):
        directory = "%s/%s/fd" % (proc, entry)
        try:
            if any(os.readlink(os.path.join(directory, name)) == link for name in os.listdir(directory)):
                pids.append(int(entry))
        except OSError:  # the process ended, or belongs to somebody else
            continue
    return pids


def foreign_listener(address: str, port: int, own: int, proc: str = "/proc") -> str | None:
    """Say who but process `own` listens on `address`:`port`: "process 812 (nginx: master)", or None when nobody does."""
    for listener in listeners_on(address, port, proc):
        pids = holders_of(listener.inode, proc)
        # Root in a container may not look into the processes of others; there the user has to do.
        if own in pids or (not pids and listener.uid == owner_of(own, proc)):
            continue
        if pids:
            return "process %d (%s)" % (pids[0], command_line_of(pids[0], proc)[:120])
        return "a process of user %s" % user_name(listener.uid)
    return None


def owner_of(pid: int, proc: str = "/proc") -> int | None:
    """The uid that the process runs as, or None when it is gone."""
    try:
        return os.stat("%s/%d" % (proc, pid)).st_uid
    except OSError:
        return None


def user_name(uid: int) -> str:
    """The account's name, or its number where it has none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
