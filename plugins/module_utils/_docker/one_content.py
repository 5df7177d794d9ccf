# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""Files of one content become one file with several names, as conda's package cache has them on hosts: run by a Python in the image.

``one_content.py DIRECTORY``. JupyterLab comes with its pages twice, and two environments of an image share most of Python. Whoever
writes to one of the names in a container gets a file of his own, since that is how layers work.
"""

from __future__ import annotations

import hashlib
import os
import stat
import sys
import typing as t
from pathlib import Path

Paths = t.List[Path]


def main(directory: str) -> None:
    """Link them; of several names the first by the alphabet is the one that the others lead to."""
    for alike in _grouped(_files(directory), _mode_and_size):
        for first, *others in _grouped(alike, _digest):
            for path in others:
                path.unlink()
                os.link(first, path)


def _files(directory: str) -> Paths:
    found = (Path(place, name) for place, dummy, names in os.walk(directory) for name in names)
    return sorted(path for path in found if stat.S_ISREG(path.lstat().st_mode) and path.lstat().st_size)


def _grouped(paths: Paths, what: t.Callable[[Path], t.Any]) -> list[Paths]:
    """Those of which there are several that are the same in that."""
    groups: dict[t.Any, Paths] = {}
    for path in paths:
        groups.setdefault(what(path), []).append(path)
    return [group for group in groups.values() if len(group) > 1]


def _mode_and_size(path: Path) -> tuple[int, int]:
    status = path.lstat()
    return status.st_mode, status.st_size


def _digest(path: Path) -> bytes:
    return hashlib.sha256(path.read_bytes()).digest()


if __name__ == "__main__":
    main(*sys.argv[1:])
