# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""What a tool is asked so that it plans what is wanted: which packages stay, which specs and pins it is given. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ..installed.prefix import InstalledPackage
from ..specs.match_spec import MatchSpec, MatchSpecError, unsatisfied_specs


@dataclass(frozen=True)
class Question:
    """What a dry run is called with. ``specs`` are its arguments, ``pins`` the lines of conda-meta/pinned."""

    specs: tuple[str, ...]
    pins: tuple[str, ...] = ()


def kept(
    installed: t.Iterable[InstalledPackage], prefer: t.Collection[str], constraints: t.Iterable[str]
) -> dict[str, InstalledPackage]:
    """Return the preferred packages that can stay together: no constraint forbids one, no dependency is missing.

    A run that was killed leaves packages without their dependencies, and solvers do not mend what they hold for sound.
    """
    pins = [MatchSpec.parse(text) for text in constraints]
    found = {package.name: package for package in installed if package.name in prefer}
    found = {name: package for name, package in found.items() if all(_allows(pin, package) for pin in pins)}
    size = -1
    while len(found) != size:
        size = len(found)
        found = {name: package for name, package in found.items() if all(_met(text, found) for text in package.depends)}
    return found


def questions(
    specs: t.Sequence[str],
    constraints: t.Sequence[str],
    prefer: t.Iterable[str],
    stay: t.Mapping[str, InstalledPackage],
) -> list[Question]:
    """Return what to ask, in this order until there is an answer; nothing where ``stay`` is the answer.

    First all that stays is asked for exactly: no configuration can then have it updated. If that cannot be, what satisfies
    its spec is held by that as a pin, since conda updates what it is given as an argument. The last question is all there
    is to ask, and gives the explanation if it cannot be.
    """
    open_specs = unsatisfied_specs(specs, stay.values())
    named = {MatchSpec.parse(text).name for text in specs}
    lost = sorted(set(prefer) - set(stay) - named)
    wanted = (*(text.partition("#")[0].strip() for text in open_specs), *lost)
    if not wanted:
        return []
    moving = {MatchSpec.parse(text).name for text in wanted}
    exact = [f"{p.name}=={p.version}={p.build}" for p in stay.values() if p.name not in moving]
    met = [text.partition("#")[0].strip() for text in specs if text not in open_specs]
    last = Question((*wanted, *met), tuple(constraints))
    if not exact:
        return [last]
    pinned = [Question(wanted, (*constraints, *met))] if met else []
    return [Question((*wanted, *exact), tuple(constraints)), *pinned, last]


def _allows(pin: MatchSpec, package: InstalledPackage) -> bool:
    return pin.name != package.name or pin.matches(package)


def _met(text: str, found: t.Mapping[str, InstalledPackage]) -> bool:
    if text.startswith("__"):
        return True
    try:
        spec = MatchSpec.parse(text)
    except MatchSpecError:
        return True  # a dependency that only the solver understands
    return spec.name in found and spec.matches(found[spec.name])
