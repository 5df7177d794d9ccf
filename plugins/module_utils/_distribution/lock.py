# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""One run at a time for each place: the directory above the prefix is locked itself, so that no lock file is left."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
import typing as t

from .._conda.space import free_space
from .._files import LockError
from .._lock_holders import told_holders


@contextlib.contextmanager
def locked(prefix: str, patience: float = 600.0) -> t.Iterator[int]:
    """Hold the nearest directory above the prefix; yields the descriptor for children to inherit.

    :param patience: seconds; after that LockError says who holds it.
    """
    place, dummy = free_space(os.path.dirname(prefix))
    descriptor = os.open(place, os.O_RDONLY | os.O_DIRECTORY)
    try:
        _acquire(descriptor, place, time.monotonic() + patience)
        yield descriptor
    finally:
        os.close(descriptor)


def _acquire(descriptor: int, place: str, deadline: float) -> None:
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise LockError(
                    f"{place} is held by {told_holders(descriptor)}; run again when that is done, or end it"
                ) from None
            time.sleep(0.2)
