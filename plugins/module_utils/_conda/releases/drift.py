# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""What was changed by hand in a release since it was made, and how it is made anew. Pure."""

from __future__ import annotations

from dataclasses import replace

from ..changes.difference import Contents, Policy
from ..changes.plan import listing
from ..descriptions.environment import Environment
from ..installed.python_package import PythonPackage
from ..specs.match_spec import MatchSpec
from ..specs.pip_requirement import PipRequirement
from .marker import Marker


def changed_by_hand(marker: Marker | None, found: Contents) -> tuple[str, ...]:
    """Return a sentence for each thing that is not as the release was made; nothing where there is no marker."""
    if marker is None:
        return ()
    now, then = set(listing(found)), set(marker.contents)
    # Not every Python package says that it is conda's, and not every reading finds that out.
    there = now.union(f"pip: {package.name}=={package.version}" for package in found.python_packages)
    gone = ((name, path) for name, paths in sorted(found.missing_files.items()) for path in paths)
    return (
        *(f"added by hand: {line}" for line in sorted(now - then)),
        *(f"removed by hand: {line}" for line in sorted(then - there)),
        *(f"file removed by hand: {path} ({name})" for name, path in gone),
    )


def damage(marker: Marker, found: Contents) -> tuple[str, ...]:
    """Return those of the sentences that say that something is gone."""
    return tuple(sentence for sentence in changed_by_hand(marker, found) if not sentence.startswith("added"))


def made_anew(wanted: Environment, marker: Marker, found: Contents, policy: Policy) -> tuple[Environment, Policy]:
    """Return what to ask for to have the release as it was made, or as described where the description asks for more."""
    exact = replace(policy, exact=True)
    if wanted.packages or not _satisfied(wanted, marker):
        return wanted, exact
    # Their values are not in the marker, which everybody may read.
    kept = {name: value for name, value in found.variables.items() if f"variable: {name}" in marker.contents}
    variables = {**kept, **wanted.variables}
    lock = Environment(packages=marker.packages, pip=marker.pip, pip_complete=True, variables=variables)
    return replace(lock, name=wanted.name, channels=wanted.channels), replace(exact, latest=False)


def _satisfied(wanted: Environment, marker: Marker) -> bool:
    records = {
        package.name: {
            "name": package.name,
            "version": package.version,
            "build": package.build,
            "channel": package.channel,
            "subdir": package.subdir,
            "url": package.url,
            "sha256": package.sha256,
            "md5": package.md5,
        }
        for package in marker.packages
    }
    specs = map(MatchSpec.parse, wanted.dependencies)
    pip = [_python_package(text) for text in marker.pip]
    return all(spec.name in records and spec.matches(records[spec.name]) for spec in specs) and all(
        PipRequirement.parse(text).satisfied_by(pip) for text in wanted.pip
    )


def _python_package(text: str) -> PythonPackage:
    name, dummy, version = text.partition("==")
    name, dummy, url = name.partition(" @ ")
    return PythonPackage(name, version, "pip", url)
