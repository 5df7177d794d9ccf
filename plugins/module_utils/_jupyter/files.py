# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secret files: born with their owner and mode, never half-written."""

from __future__ import annotations

import os
import typing as t
from pathlib import Path

from .._files import write_atomically


def read_text(path: str) -> str | None:
    """The file's text, or None when there is no file."""
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError:
        return None


def replace(path: str, text: str, own: t.Callable[[str], object]) -> None:
    """Replace a file by one rename, after the new one reached the disk.

    `own` gets the path of the new file, which only its maker can read until then, and sets owner, group and mode.
    Raises OSError.
    """
    write_atomically(Path(path), text, 0o600, own)
    _sync_directory(os.path.dirname(path))


def _sync_directory(path: str) -> None:
    """The rename itself must survive a power loss."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
