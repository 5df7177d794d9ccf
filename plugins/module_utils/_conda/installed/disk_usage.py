# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.
"""How much room an environment takes on the disk. Walks it, which takes a second for 100,000 files."""

from __future__ import annotations

import contextlib
import json
import os
import typing as t
from pathlib import Path

BLOCK = 4096


def size_on_disk(prefix: str, without: tuple[str, ...] = ()) -> int:
    """Return the bytes that the files below ``prefix`` take, as ``du`` counts: a file with several links once.

    What is hard-linked from a package cache counts in full, although removing the environment would not free it.
    ``without`` are directories to pass over. What vanishes meanwhile, or is hidden from this user, counts
    nothing; raises OSError for the prefix itself.
    """
    seen: set[tuple[int, int]] = set()
    total, waiting = os.stat(prefix).st_blocks * 512, [prefix]
    while waiting:
        for entry in _entries(waiting.pop(), prefix):
            try:
                found = entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue
            if found.st_nlink > 1 and not entry.is_dir(follow_symlinks=False):
                if (found.st_dev, found.st_ino) in seen:
                    continue
                seen.add((found.st_dev, found.st_ino))
            total += found.st_blocks * 512
            if entry.is_dir(follow_symlinks=False) and entry.path not in without:
                waiting.append(entry.path)
    return total


def unshared_bytes(extracted: str, place: str) -> int:
    """Return the bytes that linking the extracted package of a cache to ``place`` takes, in whole blocks of 4096 bytes.

    Files are shared by hard links where both are on one file system, but for those that the prefix is written into.
    """
    entries: list[dict[str, t.Any]] = []
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        entries = list(json.loads(Path(extracted, "info", "paths.json").read_bytes())["paths"])
    shared = os.stat(extracted).st_dev == os.stat(place).st_dev
    copied = (entry for entry in entries if not shared or entry.get("prefix_placeholder"))
    directories = {os.path.dirname(str(entry.get("_path"))) for entry in entries}
    blocks = sum(-(-int(entry.get("size_in_bytes") or 0) // BLOCK) for entry in copied)
    return BLOCK * (blocks + len(directories))


def _entries(directory: str, prefix: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(directory) as entries:
            return list(entries)
    except (FileNotFoundError, PermissionError):
        if directory == prefix:
            raise
        return []
