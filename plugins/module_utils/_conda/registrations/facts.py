# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""What Ansible's local facts say of environments: ``ansible_local.benchwright.environments``, by their directories."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import stat
import typing as t
from dataclasses import astuple
from pathlib import Path

from ..._files import locked, write_atomically
from ..changes.plan import Difference, versions_in
from ..descriptions.environment import Environment
from ..specs.channel import without_credentials
from ..specs.match_spec import MatchSpec
from ..specs.pip_requirement import PipRequirement
from .places import Step, leave_directory, make_directory

FILE = "benchwright.fact"
ENVIRONMENTS = "environments"
Entry = t.Dict[str, t.Any]


def entry_of(prefix: str, wanted: Environment, release: str, lines: t.Iterable[str], kernel: str) -> Entry:
    """Return what is recorded of an environment whose contents are these lines of a listing."""
    return {
        "name": os.path.basename(prefix),
        "prefix": prefix,
        "description": digest_of(wanted),
        "release": release,
        "versions": versions_of(lines, {"python", *names_of(wanted)}),
        "kernel": kernel,
    }


def rolled_back(entry: Entry, release: str, lines: t.Iterable[str]) -> Entry:
    """Return the entry after going back to an earlier release; which description that was made of nobody knows."""
    if entry.get("release") == release:
        return entry
    return {**entry, "description": "", "release": release, "versions": versions_of(lines, entry.get("versions") or ())}


def digest_of(wanted: Environment) -> str:
    """Return the sha256 of a description, in hexadecimal; passwords in its addresses do not count."""
    parts = [
        wanted.channels,
        wanted.dependencies,
        wanted.pip,
        sorted(wanted.variables.items()),
        [astuple(package) for package in wanted.packages],
    ]
    return hashlib.sha256(without_credentials(json.dumps(parts)).encode()).hexdigest()


def names_of(wanted: Environment) -> t.Iterator[str]:
    """Return the names of the packages that a description asks for; of a lock, all of them."""
    yield from (MatchSpec.parse(text).name for text in wanted.dependencies)
    yield from (package.name for package in wanted.packages)
    yield from (PipRequirement.parse(text).name for text in wanted.pip)


def versions_of(lines: t.Iterable[str], names: t.Container[str]) -> dict[str, str]:
    """Return the versions of those packages, from the lines by which ``--diff`` shows an environment."""
    return {name: version for name, version in sorted(versions_in(lines).items()) if version and name in names}


def recorded(directory: Path) -> dict[str, Entry]:
    """Return the entries by the environments' directories; none where the file cannot be what we wrote."""
    environments = _document(directory / FILE).get(ENVIRONMENTS)
    return dict(environments) if isinstance(environments, dict) else {}


def fact_steps(prefix: str, entry: Entry | None, directory: Path, forget: bool) -> t.Iterator[Step]:
    """Return what is to be done so that the environment's entry is this one, or that there is none.

    :param forget: whether the entries of environments that are gone go, too, and a file that nobody can read.
    """
    path, there = directory / FILE, recorded(directory)
    gone = [other for other in there if forget and other != prefix and not os.path.lexists(other)]
    before, after = (f"facts: {prefix}" if known else "" for known in (prefix in there, entry))
    if there.get(prefix) != entry or (entry and not _is_readable(path)):
        stale = f" (out of date: {_what_differs(there[prefix], entry)})" if prefix in there and entry else ""
        difference = Difference(f"{before}{stale}", after)
        yield Step(difference, lambda: _update(path, {prefix: entry}))
    if gone:
        yield Step(Difference("facts: " + ", ".join(gone), ""), lambda: _update(path, dict.fromkeys(gone)))
    if forget and not entry and path.exists() and not _document(path):
        yield Step(Difference(f"facts: {path} (unreadable)", ""), lambda: _update(path, {}))


def _what_differs(there: t.Any, entry: Entry) -> str:
    """Return the names of what is recorded otherwise; with none of these, it is the file that cannot be read by all."""
    known = there if isinstance(there, dict) else {}
    return ", ".join(name for name, value in entry.items() if known.get(name) != value) or "the file's mode"


def _document(path: Path) -> dict[str, t.Any]:
    with contextlib.suppress(OSError, ValueError, RecursionError):
        document = json.loads(path.read_bytes())
        if isinstance(document, dict):
            return document
    return {}


def _is_readable(path: Path) -> bool:
    """Whether Ansible takes it for JSON: what can be executed, it would run."""
    with contextlib.suppress(OSError):
        return stat.S_IMODE(path.stat().st_mode) == 0o644
    return False


def _update(path: Path, entries: t.Mapping[str, Entry | None]) -> None:
    """Change these entries; what others record in the file, or record meanwhile, stays. The last one takes the file along."""
    make_directory(path.parent)
    lock = path.with_name(f".{FILE}.lock")
    with locked(lock):
        for leftover in path.parent.glob(f".{FILE}?*"):  # of a killed run
            if leftover != lock:
                leftover.unlink()
        document = _document(path)
        environments = {**recorded(path.parent), **entries}
        document[ENVIRONMENTS] = {key: environments[key] for key in sorted(environments) if environments[key]}
        if any(document.values()):
            write_atomically(path, json.dumps(document, indent=1) + "\n")
        elif path.exists():
            path.unlink()
        lock.unlink()
    leave_directory(path.parent)
