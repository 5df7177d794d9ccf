# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""Whether the files of installed packages hold what their records say. Reads every one of them: a second for 500 MB."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

from .digests import file_digests
from .paths import resolved_entries

# A package with such a script may change its own files while it is linked.
SCRIPTS = ("post-link.sh", "post-link.bat")


def altered_files(prefix: Path) -> dict[str, list[str]]:
    """Return ``{package: [path below the prefix, ...]}`` of what differs in content from what its record says.

    Where two packages brought the same path, the file may be either one's. Compiled ``.pyc`` files, links and what is not
    there are not judged. Raises OSError, and ValueError for a record that is no JSON.
    """
    wanted: dict[str, dict[str, str]] = {}
    for record_file in sorted((prefix / "conda-meta").glob("*.json")):
        record = json.loads(record_file.read_bytes())
        name = str(record.get("name"))
        if not any(str(path).endswith(SCRIPTS) for path in record.get("files") or ()):
            for path, digest in _digests(record):
                wanted.setdefault(path, {})[name] = digest
    altered: dict[str, list[str]] = {}
    for path, digests in wanted.items():
        if not _is_one_of(prefix / path, digests.values()):
            altered.setdefault(sorted(digests)[0], []).append(path)
    return altered


def _digests(record: t.Mapping[str, t.Any]) -> t.Iterator[tuple[str, str]]:
    for entry in resolved_entries(record):
        # Where the prefix was written in, the first is the sum of what came of it.
        written = bool(entry.get("prefix_placeholder"))
        digest = entry.get("sha256_in_prefix") or ("" if written else entry.get("sha256"))
        path = str(entry["_path"])
        if digest and entry.get("path_type") == "hardlink" and not path.endswith(".pyc"):
            yield path, str(digest)


def _is_one_of(path: Path, digests: t.Collection[str]) -> bool:
    if path.is_symlink() or not path.is_file():
        return True
    return file_digests(path, ["sha256"])["sha256"] in digests
