# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""Who holds a lock now: not always the process that took it, because its children keep it when it is killed."""

from __future__ import annotations

import contextlib
import os
import re
import time
import typing as t
from pathlib import Path

# What runs a script or a module, whose name then says more than theirs.
INTERPRETER = re.compile(r"(python|pypy)[\d.]*|(ba|da|z|k)?sh")
SPEAKING = re.compile(r"[\w.+-]+")
LONGEST = 80


def told_holders(descriptor: int) -> str:
    """Say which processes hold the flock on an open file, what they are, and since when, as its first taker noted there."""
    pid, dummy, since = os.pread(descriptor, 64, 0).decode("ascii", "replace").strip().partition(" ")
    # Other users' descriptors are root's to see.
    holders = [
        f"process {found}{_command(found)}" for found in _holders(os.fstat(descriptor)) or ([pid] if pid else [])
    ]
    told = " and ".join(holders) or "another run"
    if not since.isdigit():
        return told
    return told + time.strftime(" since %Y-%m-%d %H:%M:%S", time.localtime(int(since)))


def _holders(file: os.stat_result) -> list[str]:
    return sorted((path.name for path in Path("/proc").glob("[0-9]*") if _holds(path, file)), key=int)


def _holds(process: Path, file: os.stat_result) -> bool:
    """Whether one of a process's descriptors has the lock; whoever waits for it has the file open, too."""
    with contextlib.suppress(OSError):  # of somebody else, or gone meanwhile
        for name in os.listdir(str(process / "fd")):
            with contextlib.suppress(OSError):
                # Only locked files are looked at: one on a network that is down would not answer.
                locks = "FLOCK" in (process / "fdinfo" / name).read_text(encoding="ascii", errors="replace")
                if locks and os.path.samestat(os.stat(str(process / "fd" / name)), file):
                    return True
    return False


def _command(pid: str) -> str:
    """What a process is, by base names alone: arguments can hold passwords."""
    try:
        words = Path("/proc", pid, "cmdline").read_text(encoding="utf-8", errors="replace").split("\0")
    except OSError:
        return ""
    names = [name for name in map(_base_name, _speaking(words)) if name]
    return " ({})".format(" ".join(names)[:LONGEST]) if names else ""


def _speaking(words: t.Sequence[str]) -> t.Sequence[str]:
    """The program, and what it was started to run, if it is there for running something."""
    if not INTERPRETER.fullmatch(_base_name(words[0])) or len(words) < 2:
        return words[:1]
    if words[1] == "-m":
        return [words[0], *words[2:3]]
    return words[:1] if words[1].startswith("-") else words[:2]


def _base_name(word: str) -> str:
    name = os.path.basename(word)
    return name if SPEAKING.fullmatch(name) else ""
