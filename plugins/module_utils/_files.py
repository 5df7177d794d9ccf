# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""Files that are never half-written, and locks that survive their owner's children."""

from __future__ import annotations

import contextlib
import fcntl
import os
import tempfile
import time
import typing as t
from pathlib import Path


class LockError(Exception):
    """Somebody else held the lock for too long."""


def write_atomically(path: Path, text: str, mode: int = 0o644) -> None:
    """Replace ``path`` by ``text`` in one rename, after it reached the disk."""
    descriptor, name = tempfile.mkstemp(dir=str(path.parent), prefix="." + path.name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            os.fchmod(stream.fileno(), mode)
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(name, str(path))
    except BaseException:
        os.unlink(name)
        raise


@contextlib.contextmanager
def locked(path: Path, patience: float = 600.0) -> t.Iterator[int]:
    """Hold the lock file ``path``; yields its descriptor, for children to inherit, so that an orphan keeps the lock."""
    descriptor = _open_locked(path, time.monotonic() + patience)
    try:
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, b"%d\n" % os.getpid(), 0)
        yield descriptor
    finally:
        os.close(descriptor)


def _open_locked(path: Path, deadline: float) -> int:
    """Whoever held the lock may have removed its file; then somebody else can lock the next file of that name."""
    while True:
        descriptor = os.open(str(path), os.O_RDWR | os.O_CREAT, 0o644)
        try:
            _acquire(descriptor, path, deadline)
            with contextlib.suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(descriptor), os.stat(str(path))):
                    return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)


def _acquire(descriptor: int, path: Path, deadline: float) -> None:
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError as error:
            if time.monotonic() > deadline:
                holder = os.pread(descriptor, 32, 0).decode().strip() or "unknown"
                raise LockError(
                    f"another run (process {holder}) has held {path} for too long; wait for it, or end it"
                ) from error
            time.sleep(0.2)
