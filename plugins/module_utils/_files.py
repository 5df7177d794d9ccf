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

from ._lock_holders import told_holders


class LockError(Exception):
    """Somebody else held the lock for too long."""


def write_atomically(path: Path, text: str, mode: int = 0o644, own: t.Callable[[str], object] | None = None) -> None:
    """Replace ``path`` by ``text`` in one rename, after it reached the disk.

    ``own`` gets the path of the new file before the rename, to set owner, group or another mode. Raises OSError.
    """
    descriptor, name = tempfile.mkstemp(dir=str(path.parent), prefix="." + path.name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            os.fchmod(stream.fileno(), mode)
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        if own:
            own(name)
        os.replace(name, str(path))
    except BaseException:
        os.unlink(name)
        raise


@contextlib.contextmanager
def locked(path: Path, patience: float = 600.0) -> t.Iterator[int]:
    """Hold the lock file ``path``; yields its descriptor, for children to inherit, so that an orphan keeps the lock.

    :param patience: seconds to wait for whoever holds it; after that LockError says who that is.
    """
    descriptor = _open_locked(path, time.monotonic(), patience)
    try:
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, b"%d %d\n" % (os.getpid(), time.time()), 0)
        yield descriptor
    finally:
        os.close(descriptor)


def _open_locked(path: Path, began: float, patience: float) -> int:
    """Whoever held the lock may have removed its file; then somebody else can lock the next file of that name."""
    while True:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(str(path), os.O_RDWR | os.O_CREAT, 0o644)
        except FileNotFoundError:  # its directory was removed in between
            if time.monotonic() > began + patience:
                raise
            time.sleep(0.01)
            continue
        try:
            _acquire(descriptor, path, began, patience)
            with contextlib.suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(descriptor), os.stat(str(path))):
                    return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)


def _acquire(descriptor: int, path: Path, began: float, patience: float) -> None:
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError as error:
            if time.monotonic() > began + patience:
                raise LockError(
                    f"{path} is held by {told_holders(descriptor)}, and this run has waited {patience:.0f} seconds for it; "
                    "run again when that is done, end it, or raise 'lock_timeout'"
                ) from error
            time.sleep(0.2)
