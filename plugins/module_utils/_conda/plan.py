# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""(wanted, installed) -> what is missing; (installed, solution) -> what changes. Pure: no files, no processes."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from .environment import Environment
from .match_spec import MatchSpec
from .pip_requirement import PipRequirement
from .prefix import unsatisfied_dependencies

Record = t.Mapping[str, t.Any]


@dataclass(frozen=True)
class Contents:
    """What a prefix holds. An environment that does not exist holds nothing."""

    packages: tuple[t.Any, ...] = ()
    python_packages: tuple[t.Any, ...] = ()
    variables: t.Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Unmet:
    """What is asked for and not there: conda specs (or dependencies of packages), pip requirements, variables."""

    specs: tuple[str, ...] = ()
    pip: tuple[str, ...] = ()
    variables: t.Mapping[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.specs or self.pip or self.variables)


@dataclass(frozen=True)
class Plan:
    """What a run changes. ``link`` and ``unlink`` are conda packages as ``name version build``."""

    link: tuple[str, ...] = ()
    unlink: tuple[str, ...] = ()
    pip: tuple[str, ...] = ()
    variables: t.Mapping[str, str] = field(default_factory=dict)
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


def compare(wanted: Environment, found: Contents) -> Unmet:
    """Say what of ``wanted`` is not met. What satisfies stays, however old: a newer version is no reason to change."""
    specs = [
        text
        for text in wanted.dependencies
        if not any(MatchSpec.parse(text).matches(package) for package in found.packages)
    ]
    pip = [text for text in wanted.pip if not PipRequirement.parse(text).satisfied_by(found.python_packages)]
    variables = {key: value for key, value in wanted.variables.items() if found.variables.get(key) != value}
    # A run that was killed half-way leaves packages whose dependencies never came.
    return Unmet((*specs, *unsatisfied_dependencies(found.packages)), tuple(pip), variables)


def specs_to_solve(wanted: Environment, found: Contents) -> list[str]:
    """Return the specs whose solution holds what is wanted and everything that is there for its own sake.

    Without the latter a solver would drop what somebody installed by hand. What is there only as a dependency may go.
    """
    named = {MatchSpec.parse(text).name for text in wanted.dependencies}
    needed = {MatchSpec.parse(text).name for package in found.packages for text in package.depends}
    kept = [
        package.name
        for package in found.packages
        if package.name not in named and (package.name not in needed or package.requested_specs)
    ]
    return [*wanted.dependencies, *kept]


def make_plan(unmet: Unmet, found: Contents, solution: t.Sequence[Record]) -> Plan:
    """Return the plan for what is unmet; ``solution`` is what the engine solved, or empty where conda has no part."""
    before = {package_line(_fields(package)): package for package in found.packages}
    after = {package_line(record): record for record in solution} if unmet.specs else before
    link = sorted(set(after) - set(before))
    return Plan(
        link=tuple(link),
        unlink=tuple(sorted(set(before) - set(after))),
        pip=unmet.pip,
        variables=unmet.variables,
        before=_listing(before, found, (), {}),
        after=_listing(after, found, unmet.pip, unmet.variables),
    )


def package_line(record: Record) -> str:
    """Return how a package is called in plans: ``name version build``."""
    return "{} {} {}".format(record["name"], record["version"], record["build"])


def listing(found: Contents) -> tuple[str, ...]:
    """Return what ``--diff`` shows of contents: conda's packages, pip's, and variables."""
    return _listing([package_line(_fields(package)) for package in found.packages], found, (), {})


def _fields(package: t.Any) -> Record:
    return {"name": package.name, "version": package.version, "build": package.build}


def _listing(
    conda: t.Iterable[str], found: Contents, pip: t.Sequence[str], variables: t.Mapping[str, str]
) -> tuple[str, ...]:
    replaced = {PipRequirement.parse(text).name for text in pip}
    kept = [
        f"pip: {package.name}=={package.version}"
        for package in found.python_packages
        if package.installer != "conda" and package.name not in replaced
    ]
    return (
        *sorted(conda),
        *sorted([*kept, *("pip: {}".format(text.split(" --hash")[0]) for text in pip)]),
        # names only: a value may be a secret
        *(
            f"variable: {key} (set)" if key in variables else f"variable: {key}"
            for key in sorted({**found.variables, **variables})
        ),
    )
