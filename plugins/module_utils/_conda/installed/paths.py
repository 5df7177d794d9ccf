# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""Where the files of an installed package really are. Pure.

conda leaves the paths of pure Python packages in its records as they are in the package (``site-packages/six.py``), and says
below ``files`` where they went.
"""

from __future__ import annotations

import re
import typing as t

# Where a pure Python package's files go, in an environment of any Python.
NOARCH = re.compile(r"^lib/python[^/]+/(site-packages/)")


def resolved_entries(record: t.Mapping[str, t.Any]) -> list[dict[str, t.Any]]:
    """Return the entries of a record's ``paths_data`` by where their files are, and one for each file that has none."""
    files = record.get("files") or []
    places = {NOARCH.sub(r"\1", file): file for file in files}
    places.update((f"python-scripts/{file[4:]}", file) for file in files)
    entries = record.get("paths_data", {}).get("paths") or []
    found = [{**entry, "_path": places.get(entry["_path"], entry["_path"])} for entry in entries]
    known = {entry["_path"] for entry in found}
    return [*found, *({"_path": file, "path_type": "hardlink"} for file in files if file not in known)]
