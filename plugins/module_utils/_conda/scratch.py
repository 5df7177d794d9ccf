# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""Directories to work in that go with the run that made them, or, if that was killed, with the next run.

Whoever uses such a directory holds its lock, and so does whoever removes it. A new one is empty until its maker holds the
lock and has seen that its name still leads to it; so nobody removes what is in use, and nobody uses what is removed.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
import typing as t

from .process import undisturbed

PREFIX = "benchwright-scratch-"


class Scratch(t.NamedTuple):
    """``path`` is for its owner only; children that work there inherit ``descriptor``, so that it outlives no orphan."""

    path: str
    descriptor: int


@contextlib.contextmanager
def scratch_directory() -> t.Iterator[Scratch]:
    """Make a directory to work in, and remove it at the end; what killed runs of this user left, goes first."""
    sweep()
    with contextlib.ExitStack() as stack:
        with undisturbed():
            scratch = _make()
            stack.callback(_remove, scratch)
        yield scratch


def _make() -> Scratch:
    while True:
        path = tempfile.mkdtemp(prefix=PREFIX)
        try:
            descriptor = _open(path)
        except FileNotFoundError:  # another run took it for a left-over
            continue
        with contextlib.suppress(OSError):  # where directories cannot be locked, nobody can take it for a left-over
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        if _leads_to(path, descriptor):
            return Scratch(path, descriptor)
        os.close(descriptor)


def _remove(scratch: Scratch) -> None:
    with undisturbed():
        shutil.rmtree(scratch.path, ignore_errors=True)
        os.close(scratch.descriptor)


def sweep() -> None:
    """Remove what killed runs of this user left; what is in use, and what cannot be removed, stays."""
    with contextlib.suppress(OSError), os.scandir(tempfile.gettempdir()) as entries:
        for path in [entry.path for entry in entries if entry.name.startswith(PREFIX)]:
            with contextlib.suppress(OSError):  # gone meanwhile, of somebody else, or no directory
                _sweep_one(path)


def _sweep_one(path: str) -> None:
    descriptor = _open(path)
    try:
        if os.fstat(descriptor).st_uid == os.geteuid():
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _leads_to(path, descriptor):
                shutil.rmtree(path, ignore_errors=True)
    finally:
        os.close(descriptor)


def _open(path: str) -> int:
    return os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)


def _leads_to(path: str, descriptor: int) -> bool:
    try:
        return os.path.samestat(os.lstat(path), os.fstat(descriptor))
    except FileNotFoundError:
        return False
