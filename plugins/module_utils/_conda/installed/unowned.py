# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""The files of an environment that no package brought: what somebody put there, or a program made. Reads directories only."""

from __future__ import annotations

import csv
import json
import os
import re
import typing as t
from pathlib import Path

from .python_package import site_packages

# conda's own book-keeping, what its unfinished work leaves, and what Python makes again by itself.
PASSED_OVER = re.compile(r"(conda-meta|\.condatmp)(/|$)|.*\.(c~|conda_trash[^/]*)$|(.*/)?__pycache__$")


def unowned_files(prefix: Path) -> list[str]:
    """Return the paths below the prefix, links to directories included, of what neither conda nor pip brought there.

    Raises OSError for what cannot be read, and ValueError for a record that is no JSON.
    """
    owned = {*_of_conda(prefix), *_of_python(prefix)}
    return sorted(path for path in _walk(str(prefix)) if path not in owned)


def _of_conda(prefix: Path) -> t.Iterator[str]:
    for record in (prefix / "conda-meta").glob("*.json"):
        yield from map(str, json.loads(record.read_bytes()).get("files") or ())


def _of_python(prefix: Path) -> t.Iterator[str]:
    """What stands in the RECORD of Python's packages, with the metadata itself, which is not always in it."""
    for site in site_packages(prefix):
        for metadata in site.glob("*.dist-info"):
            yield from (os.path.relpath(str(path), str(prefix)) for path in metadata.rglob("*"))
            record = metadata / "RECORD"
            if record.is_file():
                with open(str(record), encoding="utf-8", errors="replace", newline="") as stream:
                    names = [row[0] for row in csv.reader(stream) if row]
                yield from (os.path.relpath(os.path.join(str(site), name), str(prefix)) for name in names)


def _walk(prefix: str) -> t.Iterator[str]:
    for directory, directories, files in os.walk(prefix):
        links = [name for name in directories if os.path.islink(os.path.join(directory, name))]
        below = os.path.relpath(directory, prefix)
        paths = {name: name if below == "." else f"{below}/{name}" for name in (*directories, *files)}
        directories[:] = [name for name in directories if name not in links and not PASSED_OVER.match(paths[name])]
        yield from (paths[name] for name in (*links, *files) if not PASSED_OVER.match(paths[name]))
