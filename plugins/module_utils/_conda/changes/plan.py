# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""(installed, solution) -> what changes, as check mode predicts it, ``--diff`` shows it and a run does it. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field, replace

from ..engines.interface import Record
from ..specs.pip_requirement import PipRequirement
from .difference import Contents, Unmet

NOTHING = Unmet()


@dataclass(frozen=True)
class Plan:
    """What a run changes. Packages of conda are ``name version build``, the rest are names or pip's lines."""

    link: tuple[str, ...] = ()
    unlink: tuple[str, ...] = ()
    repair: tuple[str, ...] = ()
    pip: tuple[str, ...] = ()
    pip_removed: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    variables_removed: tuple[str, ...] = ()
    before: tuple[str, ...] = field(default=(), compare=False)
    after: tuple[str, ...] = field(default=(), compare=False)

    @property
    def conda(self) -> bool:
        """Whether conda's part changes."""
        return bool(self.link or self.unlink or self.repair)

    def __bool__(self) -> bool:
        return self != Plan()


class Difference(t.NamedTuple):
    """What changes besides packages and variables, as lines of ``--diff``; empty where there is nothing."""

    before: str
    after: str


def make_plan(unmet: Unmet, found: Contents, solution: t.Sequence[Record] | None) -> Plan:
    """Return the plan for what is unmet; ``solution`` is what conda's part is to hold, None where it stays as it is."""
    there = {package_line(package._asdict()): package.name for package in found.packages}
    wanted = there if solution is None else {package_line(record): str(record["name"]) for record in solution}
    repair = tuple(sorted(line for line, name in wanted.items() if line in there and name in unmet.reinstall))
    before = [line + (" (damaged)" if line in repair else "") for line in there]
    return Plan(
        link=tuple(sorted(set(wanted) - set(there))),
        unlink=tuple(sorted(set(there) - set(wanted))),
        repair=repair,
        pip=unmet.pip,
        pip_removed=unmet.pip_surplus,
        variables=tuple(sorted(unmet.variables)),
        variables_removed=unmet.variables_surplus,
        before=_listing(before, found),
        after=_listing(wanted, replace(found, python_packages=()) if moves_python(found, solution) else found, unmet),
    )


def moves_python(found: Contents, solution: t.Sequence[Record] | None) -> bool:
    """Whether the solution has another minor version of Python, which does not see what pip installed for this one."""
    there = [package.version for package in found.packages if package.name == "python"]
    comes = [str(record["version"]) for record in solution or () if record["name"] == "python"]
    return bool(there and comes) and there[0].split(".")[:2] != comes[0].split(".")[:2]


def package_line(record: Record) -> str:
    """Return how a package is called in plans: ``name version build``."""
    return "{} {} {}".format(record["name"], record["version"], record["build"])


def listing(found: Contents) -> tuple[str, ...]:
    """Return what ``--diff`` shows of contents: conda's packages, pip's, and variables."""
    return _listing([package_line(package._asdict()) for package in found.packages], found)


def versions_in(lines: t.Iterable[str]) -> dict[str, str]:
    """Return the packages of a listing, conda's and pip's, with their versions; empty where pip is still to choose one."""
    found = {}
    for line in lines:
        if line.startswith("pip: "):
            text = line[len("pip: ") :]
            found[PipRequirement.parse(text).name] = text.partition("==")[2]
        elif not line.startswith("variable: "):
            name, version = line.split(" ")[:2]
            found[name] = version
    return found


def conda_lines(lines: t.Iterable[str]) -> tuple[str, ...]:
    """Return those lines of a listing that are packages of conda."""
    return tuple(line for line in lines if ": " not in line)


def _listing(conda: t.Iterable[str], found: Contents, unmet: Unmet = NOTHING) -> tuple[str, ...]:
    replaced = {*(PipRequirement.parse(text).name for text in unmet.pip), *unmet.pip_surplus}
    kept = [
        f"pip: {package.name}=={package.version}"
        for package in found.python_packages
        if package.installer != "conda" and package.name not in replaced
    ]
    variables = {**found.variables, **unmet.variables}
    return (
        *sorted(conda),
        *sorted([*kept, *("pip: {}".format(text.split(" --hash")[0]) for text in unmet.pip)]),
        # names only: a value may be a secret
        *(
            f"variable: {key} (set)" if key in unmet.variables else f"variable: {key}"
            for key in sorted(variables)
            if key not in unmet.variables_surplus
        ),
    )
