# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""What is written into ``conda-meta`` beside what an engine writes there: the same after every engine."""

from __future__ import annotations

import datetime
import json
import typing as t
from pathlib import Path

from ..._files import write_atomically
from ..descriptions.environment import Environment
from ..installed.history import append_revision
from ..installed.prefix import Prefix
from ..specs.channel import strip_credentials
from ..specs.match_spec import MatchSpec
from .difference import own_sake


def requested_by(wanted: Environment, before: t.Mapping[str, str], prefix: Prefix) -> dict[str, str]:
    """Return ``{name: spec}`` of what is there for its own sake: asked for now, or before and still there.

    Of a lock, that is what nothing else in it needs.
    """
    records = prefix.records()
    names = {package.name for package in records}
    locked = {package.name for package in wanted.packages}
    requested = {name: spec for name, spec in before.items() if name in names and name not in locked}
    requested.update((MatchSpec.parse(text).name, text) for text in wanted.dependencies)
    roots = own_sake([package for package in records if package.name in locked], ())
    return {**requested, **{name: name for name in roots}}


def complete_records(prefix: str, requested: t.Mapping[str, str]) -> None:
    """Make every record say whether the package was asked for, hold no password, and be readable by every user.

    Engines differ: conda calls each package of a lock asked for, rattler forgets what it is not told again, conda keeps
    a token in an address, and rattler's records belong to their owner alone.
    """
    for path in sorted(Path(prefix, "conda-meta").glob("*.json")):
        record = json.loads(path.read_text(encoding="utf-8"))
        completed = _completed(record, requested)
        if completed != record:
            write_atomically(path, json.dumps(completed, indent=2, ensure_ascii=False))
        elif path.stat().st_mode & 0o777 == 0o600:
            path.chmod(0o644)


def _completed(record: t.Mapping[str, t.Any], requested: t.Mapping[str, str]) -> dict[str, t.Any]:
    spec = requested.get(str(record.get("name")))
    return {
        **record,
        **{key: strip_credentials(record[key]) for key in ("channel", "url") if record.get(key)},
        "requested_spec": spec or "None",  # conda's word for a mere dependency
        "requested_specs": [spec] if spec else [],
    }


def write_history(
    prefix: Prefix,
    before: str,
    wanted: Environment,
    requested: t.Mapping[str, str],
    removed: t.Sequence[str] = (),
    now: datetime.datetime | None = None,
) -> None:
    """Continue the history ``before`` by one revision; whatever an engine wrote into it meanwhile gives way."""
    locked = {package.name for package in wanted.packages}
    specs = [*wanted.dependencies, *sorted(spec for name, spec in requested.items() if name in locked)]
    text = append_revision(before, prefix.records(), specs, wanted.channels, now, removed)
    prefix.history.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(prefix.history, text)


def write_variables(prefix: str, variables: t.Mapping[str, str], removed: t.Collection[str]) -> None:
    """Set and remove variables in ``conda-meta/state``; what else stands there stays."""
    path = Path(prefix, "conda-meta", "state")
    state = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    kept = {key: value for key, value in state.get("env_vars", {}).items() if key not in removed}
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o644  # whoever hid their values had a reason
    write_atomically(path, json.dumps({**state, "env_vars": {**kept, **variables}}), mode)
