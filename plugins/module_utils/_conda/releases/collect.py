# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""Removes what nobody needs: what killed runs left, and releases beyond the number to keep. Never what a process uses."""

from __future__ import annotations

import contextlib
import os
import shutil
import typing as t
from pathlib import Path

from ..._files import write_atomically
from .marker import MARKER, remove_marker
from .store import Store
from .users import users_of


def surplus(store: Store, keep: int, coming: str = "", newest: t.Sequence[Path] = ()) -> list[Path]:
    """Return the releases beyond the newest ``keep``; never the current one, nor one that a process uses.

    ``coming`` is the digest of the release that is about to become current; ``newest`` will be releases before it.
    """
    if len(store.paths()) + len(newest) + bool(coming) <= keep:
        return []
    current = store.current
    others = [release.path for release in store.releases() if release.digest not in (current, coming)]
    if coming and store.marker and coming != current:  # what is in use now is the newest of them, also after a rollback
        others.append(store.path(current))
    others.extend(newest)
    return unused(store, others[: max(0, len(others) - (keep - 1))])


def unused(store: Store, paths: t.Sequence[Path]) -> list[Path]:
    """Return those that no process uses."""
    users = users_of(paths, store.link)
    return [path for path in paths if not users[path]]


def remove(store: Store, paths: t.Iterable[Path]) -> None:
    """Remove releases; one that is half removed is no release any more, and the next run goes on with it."""
    for path in paths:
        if path.is_symlink():
            path.unlink()
            continue
        if os.path.lexists(str(path / MARKER)):
            remove_marker(path)
        shutil.rmtree(str(path))
        unregister(path)
    with contextlib.suppress(OSError):  # others have releases there
        store.directory.rmdir()


def unregister(release: Path) -> None:
    """Take the release out of conda's list of this user: it is known by its environment's name."""
    listed = Path(os.path.expanduser("~"), ".conda", "environments.txt")
    with contextlib.suppress(FileNotFoundError, PermissionError):
        lines = listed.read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [line for line in lines if line.strip() != str(release)]
        if kept != lines:
            write_atomically(listed, "".join(kept), listed.stat().st_mode & 0o777)
