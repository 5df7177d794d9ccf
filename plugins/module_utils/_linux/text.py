# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""Text files of the system: read as they are, replaced whole, and blocks of lines in files that are somebody else's."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import typing as t
from pathlib import Path

from .. import _files

BEGIN, MADE, END = "# BEGIN benchwright", ": it made this file", "# END benchwright"


def read_text(path: str) -> str | None:
    """Return the file's text; None when there is none, nor a directory that could hold it."""
    return _files.read_text(path, errors="surrogateescape")


def replace(path: str, text: str, own: t.Callable[[str], object] | None = None, mode: int = 0o600) -> None:
    """Replace a file by one rename, after the new one reached the disk; ``own`` gets the new one's path before.

    What a symlink leads to is replaced. A file that is a mount of its own, as /etc/hosts in a container, is written in place.
    Raises OSError.
    """
    path = os.path.realpath(path)
    if os.path.ismount(path):
        with open(path, "w", encoding="utf-8", errors="surrogateescape") as stream:
            stream.write(text)
        return
    _files.write_atomically(Path(path), text, mode, own, errors="surrogateescape")


def edit(path: str, text: str) -> None:
    """Replace the text of somebody else's file, which keeps its owner and mode; a new one is root's, for all to read."""

    def as_before(new: str) -> None:
        if os.path.exists(path):
            before = os.stat(path)
            os.chown(new, before.st_uid, before.st_gid)
            shutil.copymode(path, new)

    replace(path, text, as_before, 0o644)


def with_block(text: str | None, content: str) -> str:
    """Return a file's text with our block in it: where it was before, else at the end."""
    made = MADE if text is None or BEGIN + MADE in text else ""
    head, tail = _around_block(text or "")
    if head and not head.endswith("\n"):
        head += "\n"
    return f"{head}{BEGIN}{made}\n{content.rstrip()}\n{END}\n{tail}"


def without_block(text: str | None) -> str | None:
    """Return a file's text without our block; None for no file, too, when it was made for the block and holds nothing else."""
    if text is None or BEGIN not in text:
        return text
    rest = "".join(_around_block(text))
    return None if not rest and BEGIN + MADE in text else rest


def _around_block(text: str) -> tuple[str, str]:
    head, begin, rest = text.partition(BEGIN)
    dummy, end, tail = rest.partition(END + "\n")
    # Somebody took the end away: only the first line is surely ours.
    return (head, tail) if end or not begin else (head, rest.partition("\n")[2])


class Record:
    """What was there before, or what was added, in one JSON file, written ahead of each change; empty while there is none."""

    def __init__(self, path: str) -> None:
        self.path = path
        text = read_text(path)
        self.known: dict[str, t.Any] = json.loads(text) if text else {}

    def write(self) -> None:
        """Write it down where it differs from the file; an empty one is removed, with its directory if that is empty then."""
        text = json.dumps(self.known, indent=1, sort_keys=True) + "\n"
        if self.known and text != read_text(self.path):
            os.makedirs(os.path.dirname(self.path), exist_ok=True)
            replace(self.path, text)
        elif not self.known and os.path.exists(self.path):
            os.unlink(self.path)
            with contextlib.suppress(OSError):  # others keep files there too
                os.rmdir(os.path.dirname(self.path))
