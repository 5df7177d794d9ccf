# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""The two renames by which an environment's name comes to lead to a release. Before them nothing has changed, after them all."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import typing as t
from pathlib import Path

from ..changes.guards import ChangeError
from .store import Store

AT_FDCWD = -100
RENAME_EXCHANGE = 2


def switch(store: Store, digest: str) -> None:
    """Let the environment's name lead to the release."""
    store.link.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileNotFoundError):
        store.next_link.unlink()
    store.next_link.symlink_to(store.target(digest))
    os.replace(str(store.next_link), str(store.link))
    _to_disk(store.link.parent)


def exchange(store: Store, digest: str) -> None:
    """Make the plain directory that has the environment's name the release, and the name a link to it, in one step."""
    store.directory.mkdir(parents=True, exist_ok=True)
    place = store.path(digest)
    place.symlink_to(store.target(digest))
    try:
        _rename(place, store.link)
    except OSError as error:
        place.unlink()
        raise ChangeError(
            f"{store.link} is a directory, and this file system cannot exchange it for a link to a release in one step "
            f"({error.strerror}); say 'deploy: in_place', or remove the environment and run again"
        ) from error
    _to_disk(store.link.parent)


def sync(path: Path) -> None:
    """Write everything on the file system of ``path`` to the disk, so that a marker never outlives what it stands for."""
    descriptor = os.open(str(path), os.O_RDONLY)
    try:
        library = ctypes.CDLL(None, use_errno=True)
        if not hasattr(library, "syncfs") or library.syncfs(descriptor):
            os.sync()
    finally:
        os.close(descriptor)


def _rename(one: Path, other: Path) -> None:
    """renameat2(2), which Python does not have."""
    library = ctypes.CDLL(None, use_errno=True)
    function: t.Any = getattr(library, "renameat2", None)
    if function is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    paths = (os.fsencode(str(one)), os.fsencode(str(other)))
    if function(AT_FDCWD, paths[0], AT_FDCWD, paths[1], ctypes.c_uint(RENAME_EXCHANGE)):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), str(other))


def _to_disk(directory: Path) -> None:
    descriptor = os.open(str(directory), os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
