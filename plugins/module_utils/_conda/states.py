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

from .._files import locked
from .change import Change, ChangeError, EngineNeeded, Target, read_contents
from .environment import Environment
from .plan import Plan, listing
from .prefix import Prefix, State
from .space import free_space

REMOVED = ".benchwright-removed-"
Result = t.TypeVar("Result")


@dataclass(frozen=True)
class Outcome:
    """What was (in check mode: would be) changed, and what was not met before."""

    changed: bool
    plan: Plan
    why: tuple[str, ...] = ()


def ensure_present(
    wanted: Environment, target: Target, channel_priority: str, engine: t.Sequence[str] | None, check_mode: bool
) -> Outcome:
    """Make the prefix hold what is wanted. ``engine`` is where py-rattler is found, or None where it is not."""

    def change(apply: bool, lock: tuple[int, ...] = ()) -> Outcome:
        with Change(wanted, target, channel_priority, engine, lock) as planned:
            if apply and planned.needed:
                planned.apply()
            return Outcome(planned.needed, planned.plan, planned.why)

    converged = _converged(wanted, target)
    if converged:
        return converged
    if check_mode:
        return change(apply=False)
    for path in (target.prefix, target.package_cache):
        _check_writable(path)
    return _locked(target, lambda lock: change(apply=True, lock=(lock,)))


def ensure_absent(target: Target, check_mode: bool) -> Outcome:
    """Remove the environment, and with the last one the package cache; refuse a directory that is no environment."""
    prefix = Prefix(target.prefix)
    if prefix.state in (State.ABSENT, State.EMPTY):
        return _without_cache(Outcome(False, Plan()), target, check_mode)
    if prefix.state not in (State.ENVIRONMENT, State.INTERRUPTED):
        raise ChangeError(
            f"{target.prefix} exists and is no conda environment ({prefix.state.value}), so it is not removed"
        )
    lines = listing(read_contents(prefix))
    if not check_mode:
        _check_writable(os.path.dirname(target.prefix))
        _locked(target, lambda dummy: _remove(Path(target.prefix)))
    outcome = Outcome(True, Plan(unlink=tuple(line for line in lines if ": " not in line), before=lines))
    return _without_cache(outcome, target, check_mode)


def _without_cache(outcome: Outcome, target: Target, check_mode: bool) -> Outcome:
    """A cache is worth its space while there is an environment to share it with."""
    cache, environments = Path(target.package_cache), Path(target.root_prefix, "envs")
    others = [path for path in environments.glob("*") if path != Path(target.prefix)]
    if others or not cache.exists():
        return outcome
    if not check_mode:
        shutil.rmtree(str(cache))
        for directory in (environments, Path(target.root_prefix)):
            with contextlib.suppress(OSError):  # what is not empty holds somebody else's files
                directory.rmdir()
    return replace(outcome, changed=True)


def _converged(wanted: Environment, target: Target) -> Outcome | None:
    """The answer where nothing is missing, from one reading of the prefix; None where there is something to do."""
    try:
        planned = Change(wanted, target)
    except EngineNeeded:
        return None
    if planned.needed:
        return None
    with planned:
        return Outcome(False, planned.plan)


def _check_writable(path: str) -> None:
    place = free_space(path)[0]
    if not os.access(place, os.W_OK | os.X_OK):
        raise ChangeError(
            "%s cannot be written by user %d, so %s cannot be made or changed; run as its owner (become), "
            "or choose another root_prefix" % (place, os.geteuid(), path)
        )


def _locked(target: Target, work: t.Callable[[int], Result]) -> Result:
    """Only one run at a time changes an environment; what a killed removal left beside it goes first."""
    directory = Path(target.prefix)
    lock = directory.with_name(f".{directory.name}.lock")
    with locked(_in_directory(lock)) as descriptor:
        _sweep(directory)
        result = work(descriptor)
        if not directory.exists():
            lock.unlink()
    return result


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
