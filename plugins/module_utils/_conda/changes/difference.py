# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""(wanted, installed) -> what is missing, damaged or too much. Pure: no files, no processes."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field

from ..descriptions.environment import Environment
from ..engines.unsolved import same_package
from ..installed.dependencies import unsatisfied_dependencies
from ..installed.prefix import InstalledPackage
from ..installed.python_package import PythonPackage, PythonRequirement
from ..specs.channel import without_credentials
from ..specs.dependency_name import dependency_name
from ..specs.match_spec import MatchSpec, unsatisfied_specs
from ..specs.pip_requirement import PipRequirement
from ..specs.python_name import normalized_name

DIST_INFO = re.compile(r"/site-packages/([^/]+)-[^-/]+\.dist-info/METADATA$")


@dataclass(frozen=True)
class Contents:
    """What a prefix holds. An environment that does not exist holds nothing."""

    packages: tuple[InstalledPackage, ...] = ()
    python_packages: tuple[PythonPackage, ...] = ()
    variables: t.Mapping[str, str] = field(default_factory=dict)
    python_requirements: t.Mapping[str, t.Sequence[PythonRequirement]] = field(default_factory=dict)
    """Per Python package, what it requires; read for ``exact``."""
    requested: t.Mapping[str, str] = field(default_factory=dict)
    """What somebody asked for by name, with the last spec for it; the other packages are mere dependencies."""
    pinned: tuple[str, ...] = ()
    """The lines of ``conda-meta/pinned``."""
    missing_files: t.Mapping[str, t.Sequence[str]] = field(default_factory=dict)
    """Per package, the files that its record lists and that are not there."""


@dataclass(frozen=True)
class Policy:
    """How an environment is brought to its description."""

    exact: bool = False
    """Nothing else stays: neither conda's packages nor pip's nor variables."""
    latest: bool = False
    """What satisfies is not enough, it has to be the newest that the channels allow."""
    only_named: bool = False
    """With ``latest``: only what is named, and what is there for nothing else, follows."""
    without: tuple[str, ...] = ()
    """Match specs of packages that are not to be there."""
    verify_files: bool = True
    """Whether the files of packages are looked for."""
    needs: tuple[str, ...] = ()
    """The names of packages, of conda or of pip, that have to be there in the end, whoever asks for them."""


@dataclass(frozen=True)
class Unmet:
    """What is not as it is asked for. Specs and requirements are texts as given, the rest are names."""

    specs: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()
    """Sentences about packages whose dependencies are not there."""
    reinstall: t.Mapping[str, str] = field(default_factory=dict)
    """Packages that are there and not whole, and why."""
    surplus: tuple[str, ...] = ()
    pip: tuple[str, ...] = ()
    pip_surplus: tuple[str, ...] = ()
    variables: t.Mapping[str, str] = field(default_factory=dict)
    variables_surplus: tuple[str, ...] = ()

    @property
    def conda(self) -> bool:
        """Whether conda's part has to change."""
        return bool(self.specs or self.broken or self.reinstall or self.surplus)

    def __bool__(self) -> bool:
        return self.conda or bool(self.pip or self.pip_surplus or self.variables or self.variables_surplus)

    @property
    def why(self) -> tuple[str, ...]:
        """Each as a text for people."""
        named = (f"{name}: {why}" for name, why in sorted(self.reinstall.items()))
        too_much = (f"{name} is not asked for" for name in (*self.surplus, *self.pip_surplus, *self.variables_surplus))
        return (*self.specs, *self.broken, *named, *self.pip, *self.variables, *too_much)


def compare(wanted: Environment, found: Contents, policy: Policy) -> Unmet:
    """Say what of ``wanted`` is not met. What satisfies stays, however old: a newer version is no reason to change."""
    names = {package.name for package in found.packages}
    missing = unsatisfied_specs(wanted.dependencies, found.packages)
    return Unmet(
        specs=(*missing, *_missing_locked(wanted, names)),
        # A run that was killed half-way leaves packages whose dependencies never came. A lock is what it is, and what is
        # only to go needs no whole environment.
        broken=() if wanted.packages or policy.without else tuple(unsatisfied_dependencies(found.packages)),
        reinstall={
            **_other_builds(wanted, found),
            **_other_origin(missing, found),
            **({} if policy.without else _damaged(found)),
        },
        surplus=_surplus(wanted, found, policy),
        pip=_missing_pip(wanted, found),
        pip_surplus=() if policy.without else tuple(sorted(_surplus_pip(wanted, found, policy))),
        variables={key: value for key, value in wanted.variables.items() if found.variables.get(key) != value},
        variables_surplus=tuple(sorted(set(found.variables) - set(wanted.variables))) if policy.exact else (),
    )


def wanted_names(wanted: Environment) -> set[str]:
    """Return the names of the packages that are asked for."""
    return {MatchSpec.parse(text).name for text in wanted.dependencies} | {package.name for package in wanted.packages}


def own_sake(packages: t.Sequence[InstalledPackage], requested: t.Collection[str]) -> set[str]:
    """Return the names of packages that somebody asked for, or that nothing else needs."""
    depends = {package.name: {*map(dependency_name, package.depends)} - {package.name} for package in packages}
    needed = set().union(*depends.values())
    found = {name for name in depends if name in requested or name not in needed}
    # python and pip may need each other, and nothing else needs them: then one of them is the beginning.
    for name in sorted(set(depends) - reachable(packages, found)):
        if name not in reachable(packages, found) and name in reachable(packages, depends[name]):
            found.add(name)
    return found


def reachable(packages: t.Sequence[InstalledPackage], roots: t.Iterable[str]) -> set[str]:
    """Return the names of the installed packages that the roots need, themselves included."""
    depends = {package.name: [dependency_name(text) for text in package.depends] for package in packages}
    seen: set[str] = set()
    waiting = [name for name in roots if name in depends]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting.extend(other for other in depends[name] if other in depends)
    return seen


def _missing_locked(wanted: Environment, installed: t.Collection[str]) -> list[str]:
    return [package.dist for package in wanted.packages if package.name not in installed]


def _other_builds(wanted: Environment, found: Contents) -> dict[str, str]:
    there = {package.name: package for package in found.packages}
    pairs = [(package, there[package.name]) for package in wanted.packages if package.name in there]
    return {
        package.name: "{} {} is not the locked {}".format(
            *((have.version, have.build, f"{package.version} {package.build}"))
            if (have.version, have.build) != (package.version, package.build)
            else (have.version, have.build, "file: its digest differs"),
        )
        for package, have in pairs
        if not same_package(package, have)
    }


def _other_origin(missing: t.Iterable[str], found: Contents) -> dict[str, str]:
    """What has the version and the build that are asked for, and not the channel or the digest."""
    there = {package.name: package for package in found.packages}
    specs = ((text, MatchSpec.parse(text)) for text in missing)
    same = ("version", "build", "build_number")
    return {
        spec.name: f"it is there from {without_credentials(there[spec.name].channel)}, which is not {text}"
        for text, spec in specs
        if spec.name in there
        and MatchSpec(spec.name, {key: value for key, value in spec.fields.items() if key in same}).matches(
            there[spec.name]
        )
    }


def _damaged(found: Contents) -> dict[str, str]:
    return {
        name: "{} is missing{}".format(paths[0], f", with {len(paths) - 1} more" if paths[1:] else "")
        for name, paths in found.missing_files.items()
    }


def _surplus(wanted: Environment, found: Contents, policy: Policy) -> tuple[str, ...]:
    if policy.exact:
        roots = wanted_names(wanted)
        needed = roots if wanted.packages else reachable(found.packages, roots)
        return tuple(package.name for package in found.packages if package.name not in needed)
    specs = [MatchSpec.parse(text) for text in policy.without]
    leaving = {package.name for package in found.packages if any(spec.matches(package) for spec in specs)}
    needed = reachable(found.packages, leaving)
    # Of two that need each other, neither is there only for the other.
    mutual = {name for name in needed - leaving if leaving & reachable(found.packages, [name])}
    roots = own_sake(found.packages, found.requested) - leaving | mutual
    # What they alone needed goes with them, and whoever needs one of them shows in what stays.
    return tuple(sorted(leaving | (needed - reachable(found.packages, roots))))


def _missing_pip(wanted: Environment, found: Contents) -> tuple[str, ...]:
    return tuple(text for text in wanted.pip if not PipRequirement.parse(text).satisfied_by(found.python_packages))


def _surplus_pip(wanted: Environment, found: Contents, policy: Policy) -> set[str]:
    pips = {package.name for package in found.python_packages if package.installer != "conda"}
    if not policy.exact:
        return _shadowing(found, pips)
    return (pips - _needed_pip(wanted, found)) | _shadowing(found, pips)


def _needed_pip(wanted: Environment, found: Contents) -> set[str]:
    """The names of what is asked of pip, and of what that requires with the extras that are asked for."""
    requirements = [PipRequirement.parse(text) for text in wanted.pip]
    waiting = [(requirement.name, frozenset(requirement.extras)) for requirement in requirements]
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        name, extras = waiting.pop()
        if (name, extras) not in seen:
            seen.add((name, extras))
            asked = () if wanted.pip_complete else found.python_requirements.get(name, ())
            waiting.extend(
                (other.name, frozenset(other.extras))
                for other in asked
                if not other.asked_by or extras & set(other.asked_by)
            )
    return {name for name, dummy in seen}


def _shadowing(found: Contents, pips: t.Collection[str]) -> set[str]:
    """What pip put in the place of a package of conda's: conda's metadata is gone, and pip's stands there."""
    gone = (DIST_INFO.search(path) for paths in found.missing_files.values() for path in paths)
    return {normalized_name(match.group(1)) for match in gone if match}.intersection(pips)
