# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""From a planned change to the release that will hold its result: what goes into it, and what it is called."""

from __future__ import annotations

import hashlib
import json
import os
import typing as t
from dataclasses import dataclass, replace
from pathlib import Path

from ..changes.change import Change
from ..changes.difference import compare
from ..changes.guards import ChangeError
from ..changes.plan import moves_python
from ..engines.interface import Record
from ..installed.ownership import marked
from ..specs.pip_requirement import PipRequirement
from .carry import own_files
from .condition import condition
from .drift import changed_by_hand
from .store import DIGITS, Store


@dataclass(frozen=True)
class Blueprint:
    """The release that a change leads to."""

    digest: str
    """The release's name."""
    inputs: str
    """The sha256 of all that it is made of."""
    there: bool
    """It was made by an earlier run, and is as it was."""
    pip: tuple[str, ...]
    """The requirements of what pip installed in the release before, and what stays as it is."""


def blueprint(change: Change, store: Store) -> Blueprint:
    """Return the release that the change leads to; raises ChangeError for a package that cannot be had again."""
    nameless = [str(record["name"]) for record in change.result if not record.get("url")]
    if nameless:
        raise ChangeError(
            f"the records of {', '.join(nameless)} do not say where they came from, so no release can hold them; install them "
            "from a channel, or say 'deploy: in_place'"
        )
    kept = _kept_requirements(change)
    inputs = _inputs(change, kept)
    there = _whole_release(change, store, inputs)
    return Blueprint(there or free_digest(store, inputs), inputs, bool(there), kept)


def free_digest(store: Store, inputs: str) -> str:
    """Return a release's name that nothing has, nor a dangling link leads to: of its inputs, or of them and a number."""
    digest, number = inputs[:DIGITS], 0
    while digest == store.current or os.path.lexists(str(store.path(digest))):
        number += 1
        digest = hashlib.sha256(b"%s %d" % (inputs.encode(), number)).hexdigest()[:DIGITS]
    return digest


def _kept_requirements(change: Change) -> tuple[str, ...]:
    """A new prefix has nothing of what pip installed."""
    if moves_python(change.found, change.solution):
        return ()
    replaced = {*change.plan.pip_removed, *(PipRequirement.parse(text).name for text in change.plan.pip)}
    there = marked(change.prefix, change.found.packages, change.found.python_packages)
    return tuple(
        f"--editable {package.direct_url}" if package.editable else package.requirement
        for package in there
        if package.installer != "conda" and package.name not in replaced
    )


def _inputs(change: Change, kept: t.Iterable[str]) -> str:
    packages = sorted(map(_origin, change.result))
    variables = {**change.found.variables, **change.unmet.variables}
    stay = sorted(item for item in variables.items() if item[0] not in change.unmet.variables_surplus)
    inputs = [packages, sorted([*kept, *change.plan.pip]), stay]
    return hashlib.sha256(json.dumps(inputs).encode()).hexdigest()


def _origin(record: Record) -> tuple[str, str]:
    return str(record["url"]), str(record.get("sha256") or record.get("md5") or "")


def _has_own_files(change: Change, release: Path) -> bool:
    """Whether what no package brought is the same there; what somebody changed since must not be undone."""
    now = own_files(change.prefix.path) if change.found.packages else {}
    return now == own_files(release)


def _whole_release(change: Change, store: Store, inputs: str) -> str:
    """Going back to an earlier description builds nothing."""
    policy = replace(change.policy, verify_files=True)  # whatever is not looked for in what is in use
    for release in reversed(store.releases()):
        if release.marker.inputs == inputs and release.digest != store.current:
            found, gone = condition(release, policy)
            changed = gone or changed_by_hand(release.marker, found) or compare(change.wanted, found, policy)
            if not changed and _has_own_files(change, release.path):
                return release.digest
    return ""
