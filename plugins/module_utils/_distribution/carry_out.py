# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""Makes a prefix hold a distribution, or takes it away: look, decide, and, outside check mode, do it."""

from __future__ import annotations

import contextlib
import dataclasses
import grp
import os
import shutil
import typing as t
from dataclasses import dataclass

from .._conda.host_platform import this_platform
from .._conda.scratch import Scratch, scratch_directory
from . import guards, marker, registrations, removal, sharing, shells, terms
from .errors import DistributionError
from .found import ESSENTIAL, Found, kind_of, look
from .install import install
from .installer_file import InstallerFile, check_installer, estimate, read_installer
from .lock import Held, locked
from .obtain import Source, obtain
from .plan import AGAIN, INSTALL, NOTHING, REPAIR, REPLACE, Plan, decide


class InstallerNeeded(Exception):
    """There is something to install, and nothing to install it from has been named."""


@dataclass(frozen=True)
class Wanted:
    """What is wanted, as the module's options say it. ``shared`` is whether it is for all users."""

    distribution: str
    version: str
    prefix: str
    source: Source | None = None
    shared: bool = False
    group: str = ""
    channels: tuple[str, ...] = ()
    accept_anaconda_terms: bool = False
    timeout: float = 3600.0

    @property
    def kind(self) -> str:
        return kind_of(self.distribution)

    @property
    def terms(self) -> tuple[str, ...]:
        """The channels whose terms are to be recorded; only Miniconda has what asks for it."""
        return terms.licensed(self.distribution, self.channels) if self.distribution == "miniconda" else ()


@dataclass
class Outcome:
    """What was done, or in check mode would be: ``actions`` are pairs of what and why."""

    actions: list[tuple[str, str]]
    ours: bool
    marker: marker.Marker | None = None
    warnings: list[str] = dataclasses.field(default_factory=list)

    def answer(self, prefix: str) -> dict[str, t.Any]:
        """As the module returns it."""
        kept = self.marker
        installed = {key: getattr(kept, key) for key in ("distribution", "version", "sha256")} if kept else {}
        actions = [f"{what}: {why}" for what, why in self.actions]
        lines = "".join(f"{action}\n" for action in actions)
        diff = {"before_header": prefix, "after_header": prefix, "before": "", "after": lines}
        changed = bool(actions)
        return {
            "changed": changed,
            "actions": actions,
            "installed": installed,
            "ours": self.ours,
            "warnings": self.warnings,
            "diff": diff,
        }


def present(wanted: Wanted, check: bool) -> Outcome:
    """Have the distribution there. Raises DistributionError, InstallerNeeded, LockError and OSError."""
    guards.check_prefix(wanted.prefix)
    terms.check_terms(wanted.distribution, wanted.channels, wanted.accept_anaconda_terms)
    group = _group(wanted, check)
    found, plan = _planned(wanted)
    outcome = _outcome(wanted, found, plan, group)
    if not outcome.actions:
        return outcome
    if plan.action != NOTHING:
        guards.check_mount(wanted.prefix)
        if wanted.source is None:
            raise InstallerNeeded
    if not check:
        with locked(wanted.prefix) as lock:
            found, plan = _planned(wanted)  # another run may have been faster
            outcome.marker = _carry_out(wanted, found, plan, group, lock, outcome.warnings)
    return outcome


def absent(prefix: str, remove_environments: bool, check: bool) -> Outcome:
    """Have nothing of ours there. Raises DistributionError, LockError and OSError."""
    guards.check_prefix(prefix)
    ours = marker.read_marker(prefix)
    if ours is None and os.path.lexists(prefix):
        return Outcome([], False)
    outcome = Outcome([], ours is not None)
    if ours:
        removal.check_removal(prefix, remove_environments)
    for kind in [kind_of(ours.distribution)] if ours else ESSENTIAL:
        for change in shells.forget(prefix, kind, check):
            outcome.actions.append(("take out", f"the block of {change.path}"))
    if ours:
        outcome.actions.append(("remove", f"{ours.distribution} {ours.version}"))
        if not check:
            with locked(prefix):
                removal.remove(prefix, ours)
    for path in registrations.forget(prefix, check):
        outcome.actions.append(("forget", f"lines of {path}"))
    return outcome


def _planned(wanted: Wanted) -> tuple[Found, Plan]:
    found = look(wanted.prefix, wanted.kind)
    return found, decide(wanted.distribution, wanted.version, wanted.prefix, found)


def _outcome(wanted: Wanted, found: Found, plan: Plan, group: int | None) -> Outcome:
    outcome = Outcome([], found.state != "conda", found.marker)
    if plan.action != NOTHING:
        outcome.actions.append((plan.action, plan.why))
    elif found.marker:
        if wanted.shared and not sharing.is_shared(wanted.prefix, group):
            outcome.actions.append(("share", "other permissions or another group"))
        if found.marker.terms and not terms.is_recorded(wanted.prefix):
            outcome.actions.append(("record", "the accepted terms are no longer recorded"))
    return outcome


def _group(wanted: Wanted, check: bool) -> int | None:
    if not wanted.group:
        return None
    try:
        return grp.getgrnam(wanted.group).gr_gid
    except KeyError:
        if check:  # an earlier task may make it
            return None
        raise DistributionError(
            f"group {wanted.group!r} does not exist on this host; make it first, or name another"
        ) from None


def _carry_out(
    wanted: Wanted, found: Found, plan: Plan, group: int | None, lock: Held, warnings: list[str]
) -> marker.Marker | None:
    with contextlib.ExitStack() as stack:
        scratch = stack.enter_context(scratch_directory())
        ours = found.marker
        if plan.action != NOTHING:
            ours = _installed(wanted, found, plan, group, scratch, lock)
        if ours is None:
            return None
        if wanted.shared:
            sharing.share(wanted.prefix, group)
        if wanted.terms and (plan.action != NOTHING or ours.terms) and not terms.is_recorded(wanted.prefix):
            problem = terms.record(wanted.prefix, wanted.terms, scratch.path, (lock.descriptor,))
            ours = dataclasses.replace(ours, terms=() if problem else wanted.terms)
            if problem:
                warnings.append(
                    f"conda did not record that the terms of {', '.join(wanted.terms)} are accepted: {problem}"
                )
        # Last of all: until now a run that is killed is known to be unfinished.
        marker.write_marker(wanted.prefix, dataclasses.replace(ours, state=marker.COMPLETE))
        return ours


def _installed(
    wanted: Wanted, found: Found, plan: Plan, group: int | None, scratch: Scratch, lock: Held
) -> marker.Marker:
    source = t.cast(Source, wanted.source)
    path = os.path.join(scratch.path, "installer.sh")  # an installer with another suffix does not run

    def room(size: int) -> None:
        guards.check_room({scratch.path: size, wanted.prefix: estimate(size, wanted.kind)})

    sha256 = obtain(source, path, room)
    file = read_installer(path, os.path.getsize(path))
    check_installer(file, wanted.kind, this_platform(), source.address)
    guards.check_room({wanted.prefix: file.unpacked})
    ours = _begin(wanted, found, plan, _marker(wanted, found, plan, file, sha256, lock.made), group)
    install(path, wanted.prefix, wanted.kind, (lock.descriptor, scratch.descriptor), wanted.timeout)
    return ours


def _marker(
    wanted: Wanted, found: Found, plan: Plan, file: InstallerFile, sha256: str, parents: tuple[str, ...]
) -> marker.Marker:
    before = found.marker
    version = file.version if wanted.version == "latest" and file.version else wanted.version
    return marker.Marker(
        state=marker.REPAIRING if plan.action in (REPAIR, REPLACE) else marker.INSTALLING,
        distribution=wanted.distribution,
        version=version,
        sha256=sha256,
        made_directory=before.made_directory if before else found.state == "absent",
        parents=before.parents if before else parents,
        terms=before.terms if before else (),
    )


def _begin(wanted: Wanted, found: Found, plan: Plan, ours: marker.Marker, group: int | None) -> marker.Marker:
    """Claim the prefix: from now on it is ours, and known to be unfinished."""
    prefix = wanted.prefix
    if plan.action == INSTALL and found.state == "absent":
        new = os.path.join(os.path.dirname(prefix), f".{os.path.basename(prefix)}.benchwright-new")
        shutil.rmtree(new, ignore_errors=True)
        os.mkdir(new)
        marker.write_marker(new, ours)
        os.rename(new, prefix)
    else:
        marker.write_marker(prefix, ours)
        if plan.action == AGAIN:
            removal.empty(prefix)
    if wanted.shared:
        sharing.share(prefix, group)
    return ours
