# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""Plans one change of one environment: reads it, compares, has the difference solved. Changes nothing."""

from __future__ import annotations

import os
import typing as t
from dataclasses import dataclass, replace

from ..descriptions.environment import Environment
from ..engines.interface import Engine, EngineError, Record, Request, Session
from ..installed.prefix import Prefix, State
from . import pip
from .contents import read_contents
from .difference import Contents, Policy, Unmet, compare
from .guards import (
    ChangeError,
    check_needs,
    check_pip,
    check_plan,
    check_platform,
    check_removal,
    check_solution,
    check_sources,
    check_state,
)
from .plan import Plan, make_plan, moves_python
from .request import make_request
from .rights import AS_MADE, Rights

FindEngine = t.Callable[[], Engine]


@dataclass(frozen=True)
class Target:
    """Where an environment is, where packages are kept for all environments beside it, and what may be done to it."""

    prefix: str
    root_prefix: str
    channel_priority: str = "strict"
    allow: frozenset[str] = frozenset()
    """What is refused otherwise: to change a ``frozen`` environment or ``base``, to use a ``foreign`` directory."""
    rights: Rights = AS_MADE
    """Who it is to belong to, and what its directories are to permit."""
    patience: float = 600.0
    """So many seconds another run that changes the environment, or uses the package cache, is waited for."""
    home: str = ""
    """Where the environment will be used, if not where it is made; see the engines' ``Request``."""

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
    """What has to be done to one environment, as ``plan`` and ``solution`` say. Use it as a context manager."""

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
        self.inherit, self._find_engine = tuple(inherit), find_engine
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
        self.session = self._open_session() if self._has_conda_part() else None

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
            if not self.plan.pip or self.wanted.pip_complete:  # what else pip brings is known afterwards
                check_needs(self.policy.needs, self.plan.after, self.target.prefix)
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

    @property
    def result(self) -> t.Sequence[Record]:
        """All that conda's part is to hold; also where it stays as it is."""
        return self.solution if self.solution is not None else [package._asdict() for package in self.found.packages]

    def whole(self) -> tuple[Session, t.Sequence[Record]]:
        """Return a session that can install :attr:`result` into another prefix, and that."""
        if self.session is None:
            self.session = self._open_session()
            self.session.__enter__()
            self.session.solve()
        return self.session, self.result

    def _unmet_pip(self) -> tuple[str, ...]:
        if moves_python(self.found, self.solution):
            return self.wanted.pip
        # A pip that comes only with this change cannot be asked; nothing that it could have installed is there.
        if not self.policy.latest or all(package.name != "pip" for package in self.found.python_packages):
            return self.unmet.pip
        there = self.found.python_packages
        wanted = self.wanted
        return pip.upgrades(self.target.prefix, wanted.pip, there, wanted.pip_complete, inherit=self.inherit)

    def _has_conda_part(self) -> bool:
        newest = self.policy.latest and not self.wanted.packages  # a lock is as new as it says
        return self.unmet.conda or (newest and bool(self.wanted.dependencies or self.found.packages))

    def _open_session(self) -> Session:
        where = Request(
            prefix=self.target.prefix,
            package_cache=self.target.package_cache,
            channels=self.wanted.channels,
            channel_priority=self.target.channel_priority,
            lock_timeout=self.target.patience,
            home=self.target.home,
        )
        request = make_request(self.wanted, self.found, self.unmet, self.policy, where)
        if request.specs:
            check_sources(self.wanted)
        return self._find_engine().session(request, self.inherit)
