# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""One run at a time for each place: the directory above the prefix is locked itself, so that no lock file is left."""

from __future__ import annotations

import contextlib
import os
import time
import typing as t

from .._conda.space import free_space
from .._files import acquire


class Held(t.NamedTuple):
    """The lock: its descriptor, for children to inherit, and the directories that were made for it, the innermost first."""

    descriptor: int
    made: tuple[str, ...]


@contextlib.contextmanager
def locked(prefix: str, patience: float = 600.0) -> t.Iterator[Held]:
    """Hold the directory above the prefix. Where it had to be made and nothing came into it, it is gone afterwards.

    :param patience: seconds; after that LockError says who holds it.
    """
    deadline, parent = time.monotonic() + patience, os.path.dirname(prefix)
    with contextlib.ExitStack() as stack:
        nearest, dummy = free_space(parent)
        descriptor = stack.enter_context(_held(nearest, deadline))
        missing = tuple(missing_parents(prefix))
        if missing:  # whoever comes now finds the directory, and so has to wait there
            os.makedirs(parent, exist_ok=True)
            stack.callback(_remove_empty, missing)
            descriptor = stack.enter_context(_held(parent, deadline))
        yield Held(descriptor, missing)


def missing_parents(prefix: str) -> t.Iterator[str]:
    """The directories above the prefix that do not exist, the innermost first."""
    parent = os.path.dirname(prefix)
    while not os.path.lexists(parent):
        yield parent
        parent = os.path.dirname(parent)


@contextlib.contextmanager
def _held(place: str, deadline: float) -> t.Iterator[int]:
    descriptor = os.open(place, os.O_RDONLY | os.O_DIRECTORY)
    try:
        acquire(descriptor, place, deadline, "; run again when that is done, or end it")
        yield descriptor
    finally:
        os.close(descriptor)


def _remove_empty(directories: t.Iterable[str]) -> None:
    for directory in directories:
        with contextlib.suppress(OSError):
            os.rmdir(directory)
