# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""py-rattler's records: read from a prefix, made for the packages of a lock, and told to the parent."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

from ..installed.digests import file_digests
from ..installed.paths import resolved_entries

RECORD_FIELDS = (
    *("name", "version", "build", "build_number", "subdir", "channel", "url", "depends"),
    *("constrains", "size", "md5", "sha256", "license", "timestamp"),
)


class WorkerError(Exception):
    """What the parent tells the user, as text."""


def in_short(error: Exception) -> str:
    """Return what rattler wanted to do and what came of it, without the causes between them."""
    causes = str(error).replace("Caused by: ", "").splitlines() or [type(error).__name__]
    return causes[0] if len(causes) == 1 else f"{causes[0]}: {causes[-1]}"


def describe(record: t.Any) -> dict[str, t.Any]:
    """Return what the parent is told of a record: interface.Record's fields, those that are known."""
    known = json.loads(record.to_json())
    described = {key: known[key] for key in RECORD_FIELDS if known.get(key) is not None}
    return {"channel": "", "depends": [], **described}


def installed_records(prefix: str) -> dict[str, t.Any]:
    """Return the prefix's records by the package's name."""
    import rattler

    records = [rattler.PrefixRecord.from_path(path) for path in record_files(prefix)]
    return {record.name.normalized: record for record in records}


def record_files(prefix: str) -> list[Path]:
    """Return the files of conda-meta that describe a package each."""
    return sorted(Path(prefix, "conda-meta").glob("*.json"))


def hexadecimal(digest: t.Any) -> str:
    """Return one of a record's digests as text; empty where it has none."""
    return digest.hex() if digest else ""


def check_digests(path: Path, name: str, wanted: t.Mapping[str, str], source: str, remedy: str) -> dict[str, str]:
    """Return the file's digests by their kind; raise :class:`WorkerError` if one is not the wanted one.

    An empty digest is not known. ``name`` is what the file is called in the message, ``source`` who wants the digests.
    """
    try:
        found = file_digests(path)
    except OSError as error:
        raise WorkerError(f"{source} lists {name}, which cannot be read ({error.strerror}); {remedy}") from error
    for kind, expected in wanted.items():
        if expected and expected.lower() != found[kind]:
            raise WorkerError(f"{name} is damaged: its {kind} is {found[kind]}, {source} says {expected}; {remedy}")
    return found


def resolved_records(prefix: str, scratch: Path) -> list[t.Any]:
    """Return the installed packages with the paths that their files really have.

    rattler unlinks by the paths in conda's records, and would leave the files of pure Python packages where they are.
    """
    import rattler

    records = []
    for path in record_files(prefix):
        record = json.loads(path.read_text(encoding="utf-8"))
        entries = record.get("paths_data", {}).get("paths") or []
        paths = resolved_entries(record)
        if paths != entries:
            record["paths_data"] = {"paths_version": 1, "paths": paths}
            (scratch / path.name).write_text(json.dumps(record), encoding="utf-8")
        records.append(rattler.PrefixRecord.from_path(path if paths == entries else scratch / path.name))
    return records
