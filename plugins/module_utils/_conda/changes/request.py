# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""(wanted, installed, what is unmet) -> what an engine is asked. Pure: no files, no processes."""

from __future__ import annotations

import typing as t

from ..descriptions.environment import Environment
from ..engines.interface import Request
from ..installed.prefix import InstalledPackage
from ..specs.match_spec import MatchSpec, MatchSpecError
from .difference import Contents, Policy, Unmet, own_sake, reachable, wanted_names


def make_request(wanted: Environment, found: Contents, unmet: Unmet, policy: Policy, where: Request) -> Request:
    """Return ``where`` (prefix, cache, channels, priority) completed by what has to be solved, installed and kept."""
    keep = {} if policy.exact else _kept(wanted, found)
    asked = (*wanted.dependencies, *(spec for dummy, spec in sorted(keep.items())))
    specs = tuple(_for_solver(text, wanted.channels) for text in asked)
    reinstall = _sorted(unmet.reinstall)
    if wanted.packages or not specs or not (unmet.specs or unmet.broken or policy.latest):
        # Only a lock, a removal or a repair: no channel has a say in it.
        prefer = {package.name for package in found.packages} - set(unmet.surplus)
        return where.replace(packages=wanted.packages, prefer=_sorted(prefer), reinstall=reinstall)
    # What does not satisfy cannot stay; a solver may not see that where only the channel differs.
    preferred = _preferred(wanted, found, policy) - {MatchSpec.parse(text).name for text in unmet.specs}
    return where.replace(specs=specs, prefer=_sorted(preferred), constraints=found.pinned, reinstall=reinstall)


def _sorted(names: t.Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(names))


def _kept(wanted: Environment, found: Contents) -> dict[str, str]:
    """The packages that are there for their own sake, each with the spec that it was asked for by.

    Without them a solver would drop what somebody installed by hand. What is there only as a dependency may go.
    """
    packages = {package.name: package for package in found.packages}
    names = own_sake(found.packages, found.requested) - wanted_names(wanted)
    return {name: _own_spec(packages[name], found.requested.get(name, name)) for name in names}


def _for_solver(text: str, channels: t.Collection[str]) -> str:
    """The spec without a channel that is called otherwise than in ``channels``, by its name and not its address.

    To a solver that is another channel, which some would ask. Whether the solution comes from it is judged afterwards.
    """
    spec = MatchSpec.parse(text)
    if "channel" not in spec.fields or spec.fields["channel"] in channels:
        return text
    return str(MatchSpec(spec.name, {key: value for key, value in spec.fields.items() if key != "channel"}))


def _own_spec(package: InstalledPackage, spec: str) -> str:
    """The spec that a package was asked for by; its name where that no longer holds, or where it names one file."""
    try:
        parsed = MatchSpec.parse(spec)
        return spec if parsed.matches(package) and not {"url", "md5", "sha256"} & set(parsed.fields) else package.name
    except MatchSpecError:
        return package.name


def _preferred(wanted: Environment, found: Contents, policy: Policy) -> set[str]:
    """What stays as it is where that is possible."""
    installed = {package.name for package in found.packages}
    if not policy.latest:
        return installed
    if not policy.only_named:
        return set()
    named = wanted_names(wanted)
    others = own_sake(found.packages, found.requested) - named
    return reachable(found.packages, others) - named
