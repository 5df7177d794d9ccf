# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""The two states an environment can be asked to be in, each as one function: look, lock, look again, change."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import typing as t
from dataclasses import dataclass, replace
from pathlib import Path

from ..._files import locked
from ..descriptions.environment import Environment
from ..engines.cache_lock import cache_lock, is_unused
from ..engines.interface import Engine, EngineNeeded
from ..installed.files import note_whole
from ..installed.prefix import Prefix, PrefixError, State
from .change import Change, FindEngine, Target
from .contents import read_contents
from .difference import Policy
from .guards import ChangeError, check_frozen, check_shared, check_writable
from .in_place import apply_in_place, share_what_comes
from .plan import Difference, Plan, conda_lines, listing
from .rights import check_known, difference, give

REMOVED = ".benchwright-removed-"
Result = t.TypeVar("Result")


@dataclass(frozen=True)
class Outcome:
    """What was (in check mode: would be) changed, and what was not met before."""

    changed: bool
    plan: Plan
    why: tuple[str, ...] = ()
    release: str = ""
    """The digest of the release that is current afterwards; empty where the environment is no link to one."""
    releases_removed: tuple[str, ...] = ()
    drift: tuple[str, ...] = ()
    """What somebody changed by hand in the release that was current."""
    warnings: tuple[str, ...] = ()
    further: tuple[Difference, ...] = ()
    """Owner and mode, and what says elsewhere on the host that there is the environment."""


def ensure(wanted: Environment, target: Target, policy: Policy, find_engine: FindEngine, check_mode: bool) -> Outcome:
    """Make the prefix hold what is wanted, as the policy says. ``find_engine`` raises EngineNeeded where the host has none."""

    def change(apply: bool, lock: tuple[int, ...] = ()) -> Outcome:
        if apply:
            share_what_comes(target.prefix)
        with Change(wanted, target, policy, find_engine, lock) as planned:
            rights = difference(Path(target.prefix), target.rights)
            if apply and planned.needed:
                apply_in_place(planned)
            if apply and target.rights:
                give(Path(os.path.realpath(target.prefix)), target.rights)
            return Outcome(planned.needed or bool(rights), planned.plan, planned.why, further=rights)

    converged = None if policy.latest else _converged(wanted, target, policy)
    if converged:
        if not check_mode and policy.verify_files:
            note_whole(target.prefix)
        return converged
    if check_mode:
        return change(apply=False)
    check_known(target.rights)
    for path in (target.prefix, target.package_cache):
        check_writable(path)
    return locked_environment(target, lambda lock: change(apply=True, lock=(lock,)))


def ensure_absent(target: Target, check_mode: bool) -> Outcome:
    """Remove the environment, and with the last one the package cache; refuse a directory that is no environment."""
    prefix = Prefix(target.prefix)
    if prefix.state in (State.ABSENT, State.EMPTY):
        return _without_cache(Outcome(False, Plan()), target, check_mode)
    if target.is_base:
        raise ChangeError(
            f"{target.prefix} is conda's base environment; what removes it is the removal of conda itself"
        )
    if prefix.state not in (State.ENVIRONMENT, State.INTERRUPTED):
        raise ChangeError(
            f"{target.prefix} exists and is no conda environment ({prefix.state.value}), so it is not removed"
        )
    check_frozen(prefix, target.allow, "removed")
    check_shared(prefix)
    lines = listing_of_damaged(prefix)
    if not check_mode:
        check_writable(os.path.dirname(target.prefix))
        locked_environment(target, lambda dummy: _remove(Path(target.prefix)))
    outcome = Outcome(True, Plan(unlink=conda_lines(lines), before=lines))
    return _without_cache(outcome, target, check_mode)


def listing_of_damaged(prefix: Prefix) -> tuple[str, ...]:
    """What is in the environment; a damaged one, which cannot be read, can be removed all the same."""
    try:
        return listing(read_contents(prefix))
    except PrefixError:
        return tuple(sorted(" ".join(path.stem.rsplit("-", 2)) for path in prefix.history.parent.glob("*.json")))


def _without_cache(outcome: Outcome, target: Target, check_mode: bool) -> Outcome:
    path = Path(target.prefix)
    if path.parent != Path(target.root_prefix, "envs"):
        return outcome
    gone = remove_unused_cache(target.root_prefix, target.patience, check_mode, leaving=path)
    return replace(outcome, changed=True) if gone else outcome


def remove_unused_cache(root_prefix: str, patience: float, check_mode: bool, leaving: Path | None = None) -> bool:
    """Remove the package cache below a root prefix without environments, but for one that is ``leaving``; return whether.

    A cache is worth its space while there is an environment to share it with.
    """
    cache, environments = Path(root_prefix, "pkgs"), Path(root_prefix, "envs")
    others = [path for path in environments.glob("*") if path != leaving]
    # Below a root prefix with a conda of its own, the cache is that conda's.
    if others or not _is_cache(cache) or Path(root_prefix, "conda-meta").exists():
        return False
    if not check_mode:
        with cache_lock(str(cache), patience):  # where an environment is being built, this waits
            shutil.rmtree(str(cache))
        for directory in (environments, Path(root_prefix)):
            with contextlib.suppress(OSError):  # what is not empty holds somebody else's files
                directory.rmdir()
    return True


def _is_cache(directory: Path) -> bool:
    """Whether this can be removed as a package cache: not a link, not somebody's directory that has the name by chance."""
    if directory.is_symlink() or not directory.is_dir() or not os.access(str(directory.parent), os.W_OK | os.X_OK):
        return False
    return any(directory.glob("*/info/index.json")) or is_unused(directory)


def _converged(wanted: Environment, target: Target, policy: Policy) -> Outcome | None:
    """The answer where nothing is missing, from one reading of the prefix; None where there is something to do."""
    try:
        with Change(wanted, target, policy, no_engine) as planned:
            wrong = difference(Path(target.prefix), target.rights)
            return None if planned.needed or wrong else Outcome(False, planned.plan)
    except EngineNeeded:
        return None


def no_engine() -> Engine:
    """Find out whether an engine would be needed: raises EngineNeeded."""
    raise EngineNeeded


def locked_environment(target: Target, work: t.Callable[[int], Result]) -> Result:
    """Only one run at a time changes an environment; what a killed removal left beside it goes first."""
    directory = Path(target.prefix)
    # What lies beside base belongs to somebody else.
    lock = directory / "conda-meta/.lock" if target.is_base else directory.with_name(f".{directory.name}.lock")
    with locked(_in_directory(lock), target.patience) as descriptor:
        _sweep(directory)
        try:
            return work(descriptor)
        finally:
            if not directory.exists():
                lock.unlink()


def _in_directory(path: Path) -> Path:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    except OSError as error:
        raise ChangeError(
            f"nothing can be made in {path.parent} ({error.strerror}); choose another root_prefix or prefix"
        ) from error
    return path


def _remove(directory: Path) -> None:
    """Out of sight by one rename first: a kill then leaves no half of it under its name."""
    if os.path.lexists(str(directory)):  # another run may have removed it while this one waited for the lock
        directory.rename(directory.with_name("%s%s-%d" % (REMOVED, directory.name, os.getpid())))
    _sweep(directory)


def _sweep(directory: Path) -> None:
    ours = re.compile(re.escape(REMOVED + directory.name) + r"-\d+")  # 'lab' has no part in what is left of 'lab-2'
    for leftover in directory.parent.iterdir():
        if ours.fullmatch(leftover.name):
            if leftover.is_symlink():  # rmtree refuses links, and what one leads to is not this environment's
                leftover.unlink()
            else:
                shutil.rmtree(str(leftover))
