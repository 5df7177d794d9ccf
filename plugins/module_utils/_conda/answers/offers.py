# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""What channels offer, as a module answers it: pure, from records to results."""

from __future__ import annotations

import datetime
import typing as t

from ..engines.interface import Record
from ..specs.channel import strip_credentials
from ..specs.match_spec import MatchSpec
from ..specs.version import Version

TEXTS = ("name", "version", "build", "subdir", "license", "md5", "sha256")
LISTS = ("depends", "constrains")


def newest_first(records: t.Iterable[Record]) -> list[Record]:
    """Return each record once, by name, and those of one name by version, build number and time of the build."""
    once = {str(record["url"]): record for record in records}
    newest = sorted(once.values(), key=_age, reverse=True)
    return sorted(newest, key=lambda record: str(record["name"]))


def missing(specs: t.Iterable[str], records: t.Sequence[Record]) -> list[str]:
    """Return the specs that no record satisfies."""
    return [spec for spec in specs if not any(map(MatchSpec.parse(spec).matches, records))]


def newest(specs: t.Iterable[str], records: t.Sequence[Record]) -> list[Record]:
    """Return the records of the newest version that each spec allows, every build of it, in the order of ``records``."""
    kept: set[str] = set()
    for spec in map(MatchSpec.parse, specs):
        allowed = [(Version(record["version"]), str(record["url"])) for record in records if spec.matches(record)]
        top = max((version for version, dummy in allowed), default=None)
        kept.update(url for version, url in allowed if version == top)
    return [record for record in records if record["url"] in kept]


def as_result(record: Record) -> dict[str, t.Any]:
    """Return a record with every field, without credentials, the time in ISO 8601."""
    time = record.get("timestamp")
    return {
        **{key: record.get(key) or "" for key in TEXTS},
        **{key: list(record.get(key) or ()) for key in LISTS},
        **{key: strip_credentials(record.get(key) or "").rstrip("/") for key in ("channel", "url")},
        "build_number": int(record["build_number"]),
        "size": int(record.get("size") or 0),
        "timestamp": _iso(int(time)) if time else "",
    }


def _age(record: Record) -> tuple[Version, int, int]:
    return Version(record["version"]), int(record["build_number"]), int(record.get("timestamp") or 0)


def _iso(milliseconds: int) -> str:
    time = datetime.datetime.fromtimestamp(milliseconds / 1000, datetime.timezone.utc)
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")
