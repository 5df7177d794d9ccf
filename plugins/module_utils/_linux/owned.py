# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.
"""Directories and files of one owner: what is missing or different is made, and exactly that is taken away again."""

from __future__ import annotations

import os
import shutil
import tempfile
import typing as t

from . import text
from .command import change

MARKER = ".made_by_benchwright"
MARKER_TEXT = "benchwright made this directory. Without this file it will not remove it.\n"
_REFUSED = "%s is somebody else's: its first line does not begin with '%s'. Move it away, or leave out what needs it. Nothing was changed"
Item = t.Mapping[str, t.Any]
# Gives a path the owner, group and mode of an item; returns whether that changed anything.
Own = t.Callable[[Item, str], bool]


def present(directories: t.Sequence[Item], files: t.Sequence[Item], own: Own, check: bool) -> list[dict[str, str]]:
    """Make what is missing or different; returns the changes in the form of diff mode. Raises OSError, before anything is changed
    where a file is somebody else's.
    """
    for item in files:
        if item["state"] == "present" and _is_of_others(item):
            raise FileExistsError(_REFUSED % (item["path"], item["mark"]))
    changes = []
    for directory in directories:
        if not os.path.isdir(directory["path"]):
            changes.append(change(directory["path"], None, "directory"))
            if not check:
                _make_directory(directory, own)
    for item in files:
        if item["state"] == "absent":
            changes += _remove(item, check)
        elif item["content"] is not None:
            changes += _keep(item, own, check)
    return changes


def absent(directories: t.Sequence[Item], files: t.Sequence[Item], check: bool) -> list[dict[str, str]]:
    """Remove files and blocks, and the directories that were made here, children before parents; returns the changes."""
    changes = [found for item in files for found in _remove(item, check)]
    gone = [item["after_header"] for item in changes]
    for directory in reversed(directories):
        path = directory["path"]
        if not os.path.exists(os.path.join(path, MARKER)):
            continue
        # In check mode what would be gone by now is still there.
        others = {name for name in os.listdir(path) if os.path.join(path, name) not in gone} - {MARKER}
        if directory["remove_contents"] or not others:
            gone.append(path)
            changes.append(change(path, "directory", None))
            if not check:
                shutil.rmtree(path)
    return changes


def _make_directory(directory: Item, own: Own) -> None:
    """It appears by one rename, with owner, mode and marker, so that it is never there by half."""
    path = directory["path"]
    new = tempfile.mkdtemp(dir=os.path.dirname(path), prefix=f".{os.path.basename(path)}.")
    with open(os.path.join(new, MARKER), "w", encoding="ascii") as file:
        file.write(MARKER_TEXT)
    own(directory, new)
    os.rename(new, path)


def _keep(item: Item, own: Own, check: bool) -> list[dict[str, str]]:
    path, before = item["path"], text.read_text(item["path"])
    after = text.with_block(before, item["content"]) if item["block"] else item["content"]
    others = item["block"] and before is not None  # whose owner and mode stay
    if before == after:
        other_rights = not others and own(item, path)
        return [change(path, "other owner, group or mode", "as wanted")] if other_rights else []
    if not check:
        if others:
            text.edit(path, after)
        else:
            text.replace(path, after, lambda new: own(item, new))
    return [change(path, before, after)]


def _remove(item: Item, check: bool) -> list[dict[str, str]]:
    """What a whole file held is not shown: it may be a secret that others wrote."""
    path = item["path"]
    if _is_of_others(item):
        return []
    before = text.read_text(path) if item["block"] else None
    after = text.without_block(before)
    if before == after and (item["block"] or not os.path.lexists(path)):
        return []
    if not check:
        if after is None:
            os.unlink(path)
        else:
            text.edit(path, after)
    return [change(path, before or "present", after)]


def _is_of_others(item: Item) -> bool:
    mark, path = item.get("mark"), item["path"]
    if not mark or not os.path.exists(path):
        return bool(mark) and os.path.islink(path)
    with open(path, "rb") as file:
        return not file.readline().startswith(mark.encode())
