# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""Brings one prefix to what is wanted: reads it, has the change planned, applies the plan. Nothing is ever replaced whole."""

from __future__ import annotations

import os
import typing as t
from dataclasses import dataclass, replace

from ..descriptions.environment import Environment
from ..engines.interface import Engine, EngineError, Record, Request, Session
from ..errors import CondaError
from ..installed.files import note_whole
from ..installed.ownership import marked
from ..installed.prefix import Prefix, State
from ..space import free_space
from ..specs.channel import without_credentials
from . import pip, records
from .contents import read_contents
from .difference import Contents, Policy, Unmet, compare
from .guards import (
    ChangeError,
    check_pip,
    check_plan,
    check_platform,
    check_removal,
    check_room,
    check_solution,
    check_sources,
    check_state,
    note_shared,
)
from .plan import Plan, listing, make_plan, moves_python
from .request import make_request

# Bytes; with less than this free, nothing can be installed.
LITTLE_SPACE = 1 << 18

FindEngine = t.Callable[[], Engine]


@dataclass(frozen=True)
class Target:
    """Where an environment is, where packages are kept for all environments beside it, and what may be done to it."""

    prefix: str
    root_prefix: str
    channel_priority: str = "strict"
    allow: frozenset[str] = frozenset()
    """What is refused otherwise: to change a ``frozen`` environment or ``base``, to use a ``foreign`` directory."""

    @property
    def package_cache(self) -> str:
        """Where packages are kept for all environments of the root prefix."""
        return os.path.join(self.root_prefix, "pkgs")

    @property
    def is_base(self) -> bool:
        """Whether this is the environment that conda itself lies in."""
        # Whatever the root prefix is said to be: below base lie other environments, and every package.
        root = any(os.path.isdir(os.path.join(self.prefix, name)) for name in ("envs", "pkgs"))
        return root or os.path.realpath(self.prefix) == os.path.realpath(self.root_prefix)


class Change:
    """What has to be done to one prefix. ``plan`` shows it, :meth:`apply` does it; use it as a context manager."""

    def __init__(
        self,
        wanted: Environment,
        target: Target,
        policy: Policy,
        find_engine: FindEngine,
        inherit: t.Sequence[int] = (),
    ) -> None:
        """Read and compare; ``find_engine`` is asked only where conda's part has to change."""
        self.wanted, self.target, self.policy = wanted, target, policy
        self.prefix = Prefix(target.prefix)
        check_state(self.prefix, target.allow)
        self.found: Contents = read_contents(self.prefix, policy)
        self.unmet: Unmet = compare(wanted, self.found, policy)
        check_removal(self.found, self.unmet, policy)
        check_platform(wanted)
        check_pip(wanted, self.found)
        # Nothing there yet, or killed half-way; what is to be removed from is not made for it.
        self.unfinished = self.prefix.state is not State.ENVIRONMENT and not policy.without
        self.plan = Plan()
        self.solution: list[Record] | None = None
        self.session = self._session(find_engine, inherit) if self._has_conda_part() else None

    @property
    def needed(self) -> bool:
        """Whether anything is to be done; finishing an interrupted run counts."""
        return bool(self.plan) or self.unfinished

    @property
    def why(self) -> tuple[str, ...]:
        """What was asked for and not met."""
        return self.unmet.why

    def __enter__(self) -> Change:
        if self.session:
            self.session.__enter__()
        try:
            self.solution = self.session.solve() if self.session else None
            if self.solution is not None:
                check_solution(self.wanted, self.solution)
            self.unmet = replace(self.unmet, pip=self._unmet_pip())
            self.plan = make_plan(self.unmet, self.found, self.solution)
            if self.needed:
                check_plan(self.plan, self.prefix, self.target.allow, self.target.is_base)
        except BaseException as error:
            self.__exit__()
            if isinstance(error, EngineError):
                raise ChangeError(str(error)) from error
            raise
        return self

    def __exit__(self, *dummy: object) -> None:
        if self.session:
            self.session.__exit__()

    def apply(self) -> None:
        """Carry out the plan; raise :class:`ChangeError` unless everything wanted is there afterwards."""
        try:
            self._apply_conda()
            if self.plan.pip:
                there = marked(self.prefix, self.prefix.records(), self.prefix.python_packages())
                pip.install(self.target.prefix, self.wanted.pip, there, self.policy.latest, self.wanted.pip_complete)
            if self.plan.variables or self.plan.variables_removed:
                records.write_variables(self.target.prefix, self.unmet.variables, self.plan.variables_removed)
        except (EngineError, OSError) as error:
            raise self._broken_off(str(error)) from error
        self._check_result()
        note_whole(self.target.prefix)

    def _broken_off(self, message: str) -> ChangeError:
        """The error for a change that came to a part of what was planned; conda's and pip's are not one transaction."""
        text = _with_next_step(message, self.target)
        try:
            changed = listing(read_contents(Prefix(self.target.prefix))) != listing(self.found)
        except CondaError:  # half of a record is a change, too
            changed = True
        done = "; what came before it is done, and the next run goes on from there" if changed else ""
        error = ChangeError(text + done)
        error.changed = changed
        return error

    def _unmet_pip(self) -> tuple[str, ...]:
        if moves_python(self.found, self.solution):
            return self.wanted.pip
        # A pip that comes only with this change cannot be asked; nothing that it could have installed is there.
        if not self.policy.latest or all(package.name != "pip" for package in self.found.python_packages):
            return self.unmet.pip
        there = self.found.python_packages
        return pip.upgrades(self.target.prefix, self.wanted.pip, there, self.wanted.pip_complete)

    def _apply_conda(self) -> None:
        history = self.prefix.history
        beside = sorted(os.listdir(self.target.prefix)) if self.prefix.state is State.FOREIGN else []
        before = history.read_text(encoding="utf-8", errors="replace") if history.exists() else ""
        if self.plan.pip_removed:
            pip.uninstall(self.target.prefix, self.plan.pip_removed)
        if self.session and self.plan.conda:
            check_room(self.plan, self.solution or (), self.target.prefix, self.target.package_cache)
            self.session.install()
        if self.plan.conda or self.unfinished:
            requested = records.requested_by(self.wanted, self.found.requested, self.prefix)
            records.complete_records(self.target.prefix, requested)
            removed = [line.split(" ")[0] for line in self.plan.unlink if self.policy.without or self.policy.exact]
            records.write_history(self.prefix, before, self.wanted, requested, removed)
        note_shared(self.prefix, beside)

    def _check_result(self) -> None:
        unmet = compare(self.wanted, read_contents(Prefix(self.target.prefix), self.policy), self.policy)
        if unmet:
            raise ChangeError(
                "still not as described in {} after everything was done: {}".format(
                    self.target.prefix, without_credentials(", ".join(unmet.why))
                )
            )

    def _has_conda_part(self) -> bool:
        newest = self.policy.latest and not self.wanted.packages  # a lock is as new as it says
        return self.unmet.conda or (newest and bool(self.wanted.dependencies or self.found.packages))

    def _session(self, find_engine: FindEngine, inherit: t.Sequence[int]) -> Session:
        where = Request(
            prefix=self.target.prefix,
            package_cache=self.target.package_cache,
            channels=self.wanted.channels,
            channel_priority=self.target.channel_priority,
        )
        request = make_request(self.wanted, self.found, self.unmet, self.policy, where)
        if request.specs:
            check_sources(self.wanted)
        return find_engine().session(request, inherit)


def _with_next_step(message: str, target: Target) -> str:
    # Not every tool says why it could not write.
    full = free_space(target.prefix)[1] < LITTLE_SPACE
    if full or any(sign in message for sign in ("os error 28", "No space left", "Errno 28", "NoSpaceLeft")):
        return f"the disk below {target.prefix} is full; make room and run again, what is there is kept ({message})"
    return message
