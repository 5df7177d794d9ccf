# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""One run at a time changes a package cache: conda and rattler lock parts of theirs at most, and share it all the same."""

from __future__ import annotations

import contextlib
import shutil
import typing as t
from pathlib import Path

from ..._files import LockError, locked
from .interface import EngineError

LOCK = ".benchwright.lock"
PRIVATE = ".private-"
"""Begins the name of a package cache of one run, which nobody else may read."""
DOWNLOADED = ".locked-"
"""Begins the name of the directory where a run downloads the packages of a lock to."""


@contextlib.contextmanager
def cache_lock(package_cache: str, patience: float = 600.0) -> t.Iterator[int]:
    """Hold the lock of a package cache, which is made where it is missing; what killed runs left in it goes first.

    Yields the descriptor, for children to inherit; raises :class:`EngineError` after ``patience`` seconds.
    """
    with contextlib.ExitStack() as stack:
        try:
            descriptor = stack.enter_context(locked(Path(package_cache, LOCK), patience))
        except LockError as error:
            raise EngineError(str(error)) from error
        for prefix in (PRIVATE, DOWNLOADED):
            for left in Path(package_cache).glob(prefix + "*"):
                shutil.rmtree(str(left), ignore_errors=True)
        yield descriptor


def is_unused(package_cache: Path) -> bool:
    """Whether a package cache holds nothing but its lock."""
    return all(path.name == LOCK for path in package_cache.iterdir())
