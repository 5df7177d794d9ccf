# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.
"""Reads one environment, or all that this machine knows, for a module that only tells."""

from __future__ import annotations

import os
import typing as t

from ..changes.difference import Contents, Policy
from ..changes.options import environment_of
from ..descriptions.environment import EnvironmentFileError
from ..installed.disk_usage import size_on_disk
from ..installed.prefix import InstalledPackage, Prefix, PrefixError, State
from ..releases.drift import changed_by_hand
from ..releases.store import Store
from .information import drift, information
from .places import environment_name, homes, known_prefixes, locate, root_if_any
from .releases import releases
from .snapshot import read_snapshot

Answer = t.Dict[str, t.Any]
Options = t.Mapping[str, t.Any]
Found = t.TypeVar("Found")
DESCRIBED_BY = ("dependencies", "pip", "variables", "packages")
# They are no part of the environment whose directory they lie in.
BESIDE = ("envs", "pkgs")


def list_environments(options: Options) -> list[Answer]:
    """Return an entry for each environment. One that is damaged says so in ``problem`` and does not hide the others."""
    if any(options[name] for name in DESCRIBED_BY):
        raise EnvironmentFileError(
            "a description is of one environment; give its 'name' or 'prefix' as well", "options"
        )
    root = root_if_any(options)
    return [_listed(Prefix(path), root) for path in known_prefixes(root, homes())]


def one_environment(options: Options) -> Answer:
    """Return all about the environment that the options name, with its drift where they describe one."""
    path, root = locate(options)
    described = any(options[name] for name in DESCRIBED_BY)
    policy = Policy(exact=described, verify_files=options["verify_files"])
    store = Store(path)
    answer, snapshot = _read(Prefix(path), root, lambda prefix: read_snapshot(prefix, root, policy))
    wanted = environment_of(options) if described else None
    answer["releases"] = releases(path, options["size"])
    if snapshot is None:
        return {**answer, "drift": drift(wanted, Contents())} if wanted else answer
    answer.update(**_summary(snapshot.contents.packages), **information(snapshot, options["include_variables"]))
    answer["changed_by_hand"] = list(changed_by_hand(store.marker, snapshot.contents))
    if options["verify_files"]:
        answer["missing_files"] = {name: list(paths) for name, paths in snapshot.contents.missing_files.items()}
    if options["size"]:
        answer["size"] = size_on_disk(path, tuple(os.path.join(path, name) for name in BESIDE))
    if wanted:
        answer["drift"] = drift(wanted, snapshot.contents)
    return answer


def _listed(prefix: Prefix, root: str | None) -> Answer:
    answer, records = _read(prefix, root, Prefix.records)
    return {**answer, **_summary(records or ())}


def _read(prefix: Prefix, root: str | None, read: t.Callable[[Prefix], Found]) -> tuple[Answer, Found | None]:
    """What every entry has, and what ``read`` finds; None, and a problem in the entry, where that cannot be read."""
    found: Found | None = None
    state, problem, frozen = "unreadable", "", None
    try:
        state = prefix.state.value
        if prefix.state is State.ENVIRONMENT:
            frozen = prefix.frozen()
            found = read(prefix)
    except (PrefixError, OSError) as error:
        problem = str(error)
    return {
        "prefix": str(prefix.path),
        "name": _name(str(prefix.path), root),
        "state": state,
        "problem": problem,
        "frozen": frozen is not None,
        "frozen_message": frozen or "",
        **_summary(()),
    }, found


def _name(prefix: str, root: str | None) -> str:
    """The name by which the environment can be asked for; those of other root prefixes have none here."""
    below = root is None or prefix == root or os.path.dirname(prefix) == os.path.join(root, "envs")
    return environment_name(prefix, root) if below else ""


def _summary(records: t.Sequence[InstalledPackage]) -> Answer:
    versions = [record.version for record in records if record.name == "python"]
    return {"python": versions[0] if versions else "", "package_count": len(records)}
