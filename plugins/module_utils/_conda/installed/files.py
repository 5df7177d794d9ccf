# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""Which files of installed packages are gone. conda believes its records; a file deleted by hand is in them for ever.

Looking at 40,000 files takes a tenth of a second. So what was found whole is noted, with the times of the directories that
were looked into: a file cannot go, nor come, without changing that of its directory, and there are ten times fewer of those.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
import typing as t
from pathlib import Path

from ..._files import write_atomically
from .prefix import RECREATE, PrefixError

# The kernel stamps directories with a clock that may be this much behind.
COARSE_CLOCK = 50_000_000
NOTE = ".benchwright-files"


def missing_files(prefix: str | Path) -> dict[str, list[str]]:
    """Return ``{package: [path below the prefix, ...]}`` of what conda's records list and is not there.

    Compiled ``.pyc`` files are not judged: Python makes them again. Raises :class:`PrefixError` for a damaged record.
    """
    if _as_noted(Path(prefix)):
        return {}
    return _look(Path(prefix))[0]


def note_whole(prefix: str | Path) -> None:
    """Look at every file, and if none is missing note that, for :func:`missing_files` to be quick next time."""
    path, began = Path(prefix), time.time_ns() - COARSE_CLOCK
    if _as_noted(path):
        return
    missing, directories = _look(path)
    # What changed a moment ago could change again without another time.
    if not missing and all(changed < began for changed in directories.values()):
        note = {"records": _records(path), "directories": directories}
        with contextlib.suppress(OSError):  # only time is lost where it cannot be kept
            write_atomically(path / "conda-meta" / NOTE, json.dumps(note))


def directories_of(prefix: str | Path) -> list[str]:
    """Return the directories below the prefix that hold files of packages; all directories where nobody noted those."""
    try:
        return list(json.loads((Path(prefix) / "conda-meta" / NOTE).read_bytes())["directories"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return [os.path.relpath(directory, prefix) for directory, dummy, dummy_files in os.walk(prefix)]


def _as_noted(prefix: Path) -> bool:
    """Whether nothing came or went in any directory since all files were seen to be there.

    Times are compared for being the same, not for being older: a clock that was set back makes new ones that look old.
    """
    try:
        note = json.loads((prefix / "conda-meta" / NOTE).read_bytes())
        return bool(note["records"] == _records(prefix)) and all(
            os.stat(f"{prefix}/{directory}").st_mtime_ns == changed
            for directory, changed in note["directories"].items()
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return False


def _records(prefix: Path) -> list[str]:
    return sorted(name for name in _entries(prefix / "conda-meta") if name.endswith(".json"))


def _look(prefix: Path) -> tuple[dict[str, list[str]], dict[str, int]]:
    """What is missing by package, and when each directory that holds a package's files last changed (nanoseconds)."""
    present: dict[str, frozenset[str]] = {}
    changed: dict[str, int] = {}
    missing: dict[str, list[str]] = {}
    for name in _records(prefix):
        record = _read(prefix / "conda-meta" / name)
        for path in record.get("files") or ():
            directory, dummy, file = str(path).rpartition("/")
            if file.endswith(".pyc"):
                continue
            if directory not in present:
                changed[directory] = _changed(prefix / directory)  # before its entries are read
                present[directory] = _entries(prefix / directory)
            if file not in present[directory]:
                missing.setdefault(str(record.get("name")), []).append(str(path))
    return missing, changed


def _changed(directory: Path) -> int:
    try:
        return directory.stat().st_mtime_ns
    except (FileNotFoundError, NotADirectoryError):
        return 0


def _entries(directory: Path) -> frozenset[str]:
    try:
        return frozenset(os.listdir(directory))
    except (FileNotFoundError, NotADirectoryError):
        return frozenset()


def _read(path: Path) -> dict[str, t.Any]:
    try:
        record = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise PrefixError(f"{path} is no JSON ({error}); {RECREATE}") from None
    if not isinstance(record, dict) or not isinstance(record.get("files") or [], list):
        raise PrefixError(f"{path} is no record of a package; {RECREATE}")
    return record
