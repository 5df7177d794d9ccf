# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""An environment that is deployed as releases, brought to its description: look, lock, look again, build, switch, collect."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, replace
from pathlib import Path

from ..changes.change import Change, FindEngine, Target
from ..changes.contents import read_contents
from ..changes.difference import Policy
from ..changes.guards import ChangeError, check_writable
from ..changes.rights import check_known, difference, give
from ..changes.states import Outcome, locked_environment, no_engine
from ..descriptions.environment import Environment
from ..engines.interface import EngineNeeded
from ..installed.files import note_whole
from ..installed.prefix import Prefix, PrefixError, State
from .adopt import adopt, adopted_digest, check_place, is_directory, is_to_be_adopted, mark_current
from .blueprint import blueprint
from .build import bring_forward, build
from .check import CHECKS
from .collect import remove, surplus, unregister, unused
from .drift import changed_by_hand, made_anew
from .marker import read_marker
from .store import Store
from .switch import switch
from .users import users_of


@dataclass(frozen=True)
class Deployment:
    """How releases are made and kept."""

    keep: int = 3
    """So many stay, the current one included."""
    checks: tuple[str, ...] = CHECKS
    rebuild: bool = False
    """Whether what was changed by hand is made anew, and not only told."""


@dataclass(frozen=True)
class Job:
    """What is to be done to which environment, and how."""

    wanted: Environment
    target: Target
    policy: Policy
    deployment: Deployment
    store: Store

    def change(self, find_engine: FindEngine, lock: tuple[int, ...] = ()) -> Change:
        """Plan the change from what is there now."""
        wanted, policy = self.wanted, self.policy
        # By its own path: the link may lead to another one before all is read. Somebody may have removed it.
        current = self.store.current
        target = replace(self.target, prefix=str(self.store.path(current))) if current else self.target
        marker = read_marker(Path(target.prefix)) if self.deployment.rebuild else None
        if marker:
            found = read_contents(Prefix(target.prefix), policy)
            if changed_by_hand(marker, found):
                wanted, policy = made_anew(wanted, marker, found, policy)
        return Change(wanted, target, policy, find_engine, lock)


def ensure_release(
    wanted: Environment,
    target: Target,
    policy: Policy,
    find_engine: FindEngine,
    check_mode: bool,
    deployment: Deployment,
) -> Outcome:
    """Make the environment hold what is wanted, by a new release if anything has to change."""
    job = Job(wanted, target, policy, deployment, Store(target.prefix))
    check_place(job.store)
    converged = None if policy.latest else _converged(job)
    if converged:
        if not check_mode and policy.verify_files:
            note_whole(target.prefix)
        return converged
    for path in (target.prefix, str(job.store.directory), target.package_cache):
        check_writable(path)
    try:
        if check_mode:
            return _look(job, find_engine)
        check_known(target.rights)
        return locked_environment(target, lambda lock: _apply(job, find_engine, (lock,)))
    except PrefixError as error:
        if len(job.store.releases()) > 1:
            raise ChangeError(f"{error}, or go back to an earlier release with 'state: rolled_back'") from error
        raise


def _converged(job: Job) -> Outcome | None:
    """The answer where nothing is to be done, from one reading; None where there is something."""
    try:
        outcome = _look(job, no_engine)
    except (EngineNeeded, PrefixError):  # another run may be switching
        return None
    return None if outcome.changed else outcome


def _look(job: Job, find_engine: FindEngine) -> Outcome:
    """What a run would do."""
    store, keep = job.store, job.deployment.keep
    with job.change(find_engine) as change:
        made = blueprint(change, store) if change.needed else None
        leaving = _leaving(store, keep, made.digest if made else "")
        adopted = adopted_digest(store) if is_to_be_adopted(store, job.target.allow) else store.current
        return _outcome(job, change, made.digest if made else adopted, leaving)


def _leaving(store: Store, keep: int, coming: str) -> list[Path]:
    """What a run would remove; a directory that it adopts is among the releases by then."""
    adopted = [store.path(adopted_digest(store))] if coming and is_directory(store) else []
    whole = adopted if Prefix(str(store.link)).state is State.ENVIRONMENT else []
    half = [] if whole else adopted
    leaving = [*unused(store, store.unfinished()), *half, *surplus(store, keep, coming, whole)]
    return [path for path in leaving if path not in adopted or unused(store, [store.link])]


def _apply(job: Job, find_engine: FindEngine, lock: tuple[int, ...]) -> Outcome:
    store = job.store
    leaving = unused(store, store.unfinished())
    remove(store, leaving)
    with job.change(find_engine, lock) as change:
        made, warnings = None, []
        if change.needed:
            change.whole()  # an engine that is missing is missed before anything is touched
            made = blueprint(change, store)
        outcome = _outcome(job, change, made.digest if made else store.current, leaving)
        if is_to_be_adopted(store, job.target.allow):
            adopt(store)
        mark_current(store)
        if made:
            bring_forward(store, store.current)  # it was in use last, also after a rollback
            warnings = build(change, store, made, job.deployment.checks)
            switch(store, made.digest)
            unregister(store.path(made.digest))
        if outcome.further:
            for path in sorted(store.paths(), key=lambda path: path == store.path(store.current)):
                give(path, job.target.rights)  # the current one last, where a killed run is noticed
        surplus_now = [*unused(store, store.unfinished()), *surplus(store, job.deployment.keep)]
        remove(store, surplus_now)
        names = (*outcome.releases_removed, *(path.name for path in surplus_now))
        gone = tuple(name for name in names if name != store.path(store.current).name)  # left over, and made again
        return replace(
            outcome,
            changed=outcome.changed or bool(surplus_now),
            release=store.current,
            releases_removed=gone,
            warnings=(*outcome.warnings, *warnings),
        )


def _outcome(job: Job, change: Change, release: str, leaving: t.Sequence[Path]) -> Outcome:
    store, directory = job.store, is_to_be_adopted(job.store, job.target.allow)
    becomes = ("the environment is a plain directory, and becomes a release",) if directory else ()
    rights = difference(change.prefix.path, job.target.rights)
    return Outcome(
        changed=change.needed or directory or bool(leaving) or bool(rights),
        plan=change.plan,
        why=(*change.why, *becomes),
        release=release,
        releases_removed=tuple(path.name for path in leaving),
        drift=changed_by_hand(read_marker(change.prefix.path), change.found),
        warnings=_about_those_that_run(store) if directory else (),
        further=rights,
    )


def _about_those_that_run(store: Store) -> tuple[str, ...]:
    """What was started before there were releases is pinned to none."""
    users = users_of([store.link], store.link)[store.link]
    told = ", ".join(f"{user.pid} ({user.command})" for user in users)
    return (
        (f"{store.link} becomes a release while {told} run from it; restart them after the next change",)
        if told
        else ()
    )
