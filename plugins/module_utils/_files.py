# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""Files that are never half-written, and locks that survive their owner's children."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import tempfile
import time
import typing as t
from pathlib import Path

from ._lock_holders import told_holders


class LockError(Exception):
    """Somebody else held the lock for too long."""


def read_text(path: str, errors: str = "strict", newline: str | None = None) -> str | None:
    """Return the file's text; None when there is none, nor a directory that could hold it. ``newline=""`` keeps line ends."""
    try:
        with open(path, encoding="utf-8", errors=errors, newline=newline) as stream:
            return stream.read()
    except (FileNotFoundError, NotADirectoryError):
        return None


def write_atomically(
    path: Path, text: str, mode: int = 0o644, own: t.Callable[[str], object] | None = None, errors: str = "strict"
) -> None:
    """Replace ``path`` by ``text`` in one rename, after it reached the disk.

    ``own`` gets the path of the new file before the rename, to set owner, group or another mode. Raises OSError.
    """
    descriptor, name = tempfile.mkstemp(dir=str(path.parent), prefix="." + path.name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", errors=errors) as stream:
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
    _sync_directory(path.parent)


def _sync_directory(path: Path) -> None:
    """The rename itself must survive a power loss, where the file system and the rights on the directory allow that."""
    try:
        descriptor = os.open(str(path), os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        if error.errno not in (errno.EACCES, errno.EINVAL):
            raise


@contextlib.contextmanager
def locked(path: Path, patience: float = 600.0) -> t.Iterator[int]:
    """Hold the lock file ``path``; yields its descriptor, for children to inherit, so that an orphan keeps the lock.

    :param patience: seconds to wait for whoever holds it; after that LockError says who that is.
    """
    advice = f", and this run has waited {patience:.0f} seconds for it; run again when that is done, end it, or raise 'lock_timeout'"
    descriptor = _open_locked(path, time.monotonic() + patience, advice)
    try:
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, b"%d %d\n" % (os.getpid(), time.time()), 0)
        yield descriptor
    finally:
        os.close(descriptor)


def _open_locked(path: Path, deadline: float, advice: str) -> int:
    """Whoever held the lock may have removed its file; then somebody else can lock the next file of that name."""
    while True:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(str(path), os.O_RDWR | os.O_CREAT, 0o644)
        except FileNotFoundError:  # its directory was removed in between
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)
            continue
        try:
            acquire(descriptor, str(path), deadline, advice)
            with contextlib.suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(descriptor), os.stat(str(path))):
                    return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)


def acquire(descriptor: int, place: str, deadline: float, advice: str) -> None:
    """Lock an open file, or raise LockError at ``deadline``, which says who holds ``place``, and then ``advice``."""
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError as error:
            if time.monotonic() > deadline:
                raise LockError(f"{place} is held by {told_holders(descriptor)}{advice}") from error
            time.sleep(0.2)
