# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""Which processes use a directory: what runs from it, maps its files, or stands in it. Linux's /proc knows."""

from __future__ import annotations

import contextlib
import os
import typing as t
from pathlib import Path

LONGEST = 80


class Process(t.NamedTuple):
    """A running process."""

    pid: int
    command: str


def users_of(directories: t.Iterable[Path], link: Path | None = None) -> dict[Path, list[Process]]:
    """Return for each directory the processes that use it.

    Root sees all. Of another user's processes one sees only the command line; if that names the ``link`` which leads, or led,
    to one of the directories, it may be any of them, and counts for all.
    """
    found: dict[Path, list[Process]] = {Path(directory): [] for directory in directories}
    for pid in sorted(map(int, filter(str.isdigit, os.listdir("/proc")))) if found else ():
        process = f"/proc/{pid}"
        seen, hidden = _traces(process), link and not os.access(f"{process}/exe", os.R_OK)
        for path, users in found.items():
            if any(os.fsencode(f"{key}/") in seen for key in (path, *([link] if hidden else []))):
                users.append(Process(pid, _command(pid)))
    return found


def _traces(process: str) -> bytes:
    """Every path that the process maps, runs, stands in or was called with, each ended by a slash or more of the path."""
    traces = [_read(f"{process}/maps"), _read(f"{process}/cmdline")]
    for link in ("exe", "cwd", "root"):
        with contextlib.suppress(OSError):
            traces.append(os.fsencode(os.readlink(f"{process}/{link}")))
    return b"/\n".join(traces) + b"/"


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as stream:
            return stream.read()
    except OSError:  # gone meanwhile, or not ours to see
        return b""


def _command(pid: int) -> str:
    words = _read(f"/proc/{pid}/cmdline").decode("utf-8", "replace").split("\0")
    # The first two say what runs; what follows may be a secret.
    return " ".join(filter(None, words[:2]))[:LONGEST]
