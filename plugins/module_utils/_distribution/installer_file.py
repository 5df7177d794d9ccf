# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""What a downloaded file really is: an installer for this machine, or a web page with an error."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

from .errors import DistributionError

HEADER = 1 << 20  # bytes; the licence in it is long
PLATFORM = re.compile(rb"^# PLAT:\s*(\S+)\s*$", re.MULTILINE)
VERSION = re.compile(rb"^# VER:\s*(\S+)\s*$", re.MULTILINE)
UNPACKED = re.compile(rb'^total_installation_size_kb="(\d+)"', re.MULTILINE)
END = re.compile(rb"^@@END_HEADER@@", re.MULTILINE)
# e_machine of an ELF header.
MACHINES = {62: "linux-64", 183: "linux-aarch64", 21: "linux-ppc64le"}
SPARE = 50 << 20  # bytes that the installer wants to be left over
TIMES = 5  # how much larger than the installer is what it unpacks, at most, where it does not say
KINDS = {"conda": ("script",), "micromamba": ("program", "archive")}
CALLED = {
    "script": "an installer script",
    "program": "a program",
    "archive": "an archive",
    "page": "a web page",
    "unknown": "something else",
}


@dataclass(frozen=True)
class InstallerFile:
    """``kind`` is one of CALLED; ``platform`` is conda's word, and None where the file does not say."""

    kind: str
    platform: str | None
    unpacked: int
    """Bytes that it needs in the prefix."""
    version: str = ""
    """What it says of itself, if it does."""


def read_installer(path: str, size: int) -> InstallerFile:
    """Say what a file is, by what it begins with."""
    with open(path, "rb") as stream:
        return recognise(stream.read(HEADER), size)


def recognise(head: bytes, size: int) -> InstallerFile:
    """Say what a file of ``size`` bytes is that begins with ``head``."""
    if head.startswith(b"#!") and END.search(head):
        unpacked = UNPACKED.search(head)
        wanted = (int(unpacked[1]) << 10 if unpacked else size * TIMES) + SPARE
        return InstallerFile("script", _said(PLATFORM, head) or None, wanted, _said(VERSION, head))
    if head.startswith(b"\x7fELF"):
        machine = int.from_bytes(head[18:20], "little" if head[5:6] == b"\x01" else "big")
        return InstallerFile("program", MACHINES.get(machine, f"machine {machine}"), size)
    if head.startswith(b"BZh"):
        return InstallerFile("archive", None, size * TIMES)
    return InstallerFile("page" if head.lstrip()[:1] == b"<" else "unknown", None, size)


def _said(pattern: re.Pattern[bytes], head: bytes) -> str:
    found = pattern.search(head)
    return found[1].decode("ascii", "replace") if found else ""


def check_installer(file: InstallerFile, kind: str, platform: str, name: str) -> None:
    """Refuse a file that is no installer of this kind, or one for another machine. ``name`` is where it is from."""
    if file.kind not in KINDS[kind]:
        wanted = " or ".join(CALLED[one] for one in KINDS[kind])
        raise DistributionError(
            f"{name} is {CALLED[file.kind]}, but wanted {wanted}; was it an error page, or another distribution's file? Give "
            "the address of the installer itself"
        )
    if file.platform not in (None, platform):
        raise DistributionError(
            f"{name} is for {file.platform}, but this host is {platform}; give the installer for {platform}"
        )


def estimate(size: int, kind: str) -> int:
    """Bytes that an installer of ``size`` bytes will need in the prefix, before it can be asked."""
    return size * TIMES + SPARE if kind == "conda" else size


Room = t.Callable[[int], None]
"""Is told the installer's size in bytes before that is written anywhere; raises DistributionError where there is no room."""
