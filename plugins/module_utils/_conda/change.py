# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""Brings one prefix to what is wanted: reads it, has the change planned, applies the plan. Nothing is ever replaced whole."""

from __future__ import annotations

import datetime
import json
import os
import typing as t
from dataclasses import dataclass
from pathlib import Path

from .._files import write_atomically
from .channel import split_subdir, without_credentials
from .engines.interface import EngineError
from .engines.rattler import RattlerSession
from .environment import Environment
from .pip import install as pip_install
from .plan import Contents, Plan, Record, Unmet, compare, make_plan, package_line, specs_to_solve
from .prefix import InstalledPackage, Prefix, State
from .space import free_space

# An installed package takes about this many times its download (measured: 171 MB downloaded, 660 MB installed).
UNPACKED = 5
# What may be there when an environment is asked for; anything else is somebody's directory and is left alone.
OURS = (State.ABSENT, State.EMPTY, State.INTERRUPTED, State.ENVIRONMENT)


class ChangeError(Exception):
    """The prefix cannot be brought to what is wanted. Nothing was lost; the text is for the user."""


class EngineNeeded(Exception):
    """There is something to solve, and this host has no engine yet."""


@dataclass(frozen=True)
class Target:
    """Where an environment is, and below which directory named ones and the package cache lie: absolute paths."""

    prefix: str
    root_prefix: str

    @property
    def package_cache(self) -> str:
        """Where packages are kept for all environments of the root prefix."""
        return os.path.join(self.root_prefix, "pkgs")


def read_contents(prefix: Prefix) -> Contents:
    """Return what the prefix holds; nothing where there is no environment. Starts no process."""
    if prefix.state not in (State.ENVIRONMENT, State.INTERRUPTED):
        return Contents()
    return Contents(tuple(prefix.records()), tuple(prefix.python_packages()), prefix.variables())


class Change:
    """What has to be done to one prefix. ``plan`` shows it, :meth:`apply` does it; use it as a context manager."""

    def __init__(
        self,
        wanted: Environment,
        target: Target,
        channel_priority: str = "strict",
        search_path: t.Sequence[str] | None = None,
        inherit: t.Sequence[int] = (),
    ) -> None:
        """``search_path`` says where py-rattler is; None means that there is none. Raises :class:`EngineNeeded`."""
        self.wanted, self.target = wanted, target
        self.prefix = Prefix(target.prefix)
        self.found = read_contents(self._usable())
        self.unmet = self._compare()
        self.solution: t.Sequence[Record] = ()
        self.session: RattlerSession | None = None
        if self.unmet.specs:
            if search_path is None:
                raise EngineNeeded
            self.session = RattlerSession(self._request(channel_priority), search_path, inherit)
        self.plan = Plan()

    @property
    def needed(self) -> bool:
        """Whether anything is to be done; finishing an interrupted run counts."""
        return bool(self.unmet)

    @property
    def why(self) -> tuple[str, ...]:
        """What was asked for and not met."""
        return (*self.unmet.specs, *self.unmet.pip, *self.unmet.variables)

    def __enter__(self) -> Change:
        try:
            if self.session:
                self.session.__enter__()
                self.solution = self.session.solve()
        except EngineError as error:
            self.__exit__()
            raise ChangeError(str(error)) from error
        self.plan = make_plan(self.unmet, self.found, self.solution)
        return self

    def __exit__(self, *dummy: object) -> None:
        if self.session:
            self.session.__exit__()

    def apply(self) -> None:
        """Carry out the plan; raise :class:`ChangeError` unless everything wanted is there afterwards."""
        try:
            if self.session:
                self._check_space()
                self.session.install()
                _write_history(self.target.prefix, self.wanted)
            if self.unmet.pip:
                pip_install(self.target.prefix, self.wanted.pip, read_contents(self.prefix).python_packages)
            if self.unmet.variables:
                _write_variables(self.target.prefix, self.wanted.variables)
        except (EngineError, OSError) as error:
            raise ChangeError(_with_next_step(str(error), self.target)) from error
        unmet = compare(self.wanted, read_contents(Prefix(self.target.prefix)))
        if unmet:
            raise ChangeError(
                "still missing in {} after everything was installed: {}".format(
                    self.target.prefix, without_credentials(", ".join([*unmet.specs, *unmet.pip, *unmet.variables]))
                )
            )

    def _usable(self) -> Prefix:
        if self.prefix.state not in OURS:
            raise ChangeError(
                f"{self.prefix.path} exists and is no conda environment ({self.prefix.state.value}); choose another name "
                "or prefix, or move it away"
            )
        frozen = self.prefix.frozen() if self.prefix.state is State.ENVIRONMENT else None
        if frozen is not None and compare(self.wanted, read_contents(self.prefix)):
            raise ChangeError(
                "{} is frozen (conda-meta/frozen{}), so nothing is changed in it".format(
                    self.prefix.path, ": " + frozen if frozen else ""
                )
            )
        return self.prefix

    def _compare(self) -> Unmet:
        unmet = compare(self.wanted, self.found)
        if unmet.specs or self.prefix.state is State.ENVIRONMENT:
            return unmet
        # Not finished, or not even begun: also an environment that is wanted empty has to be made.
        return Unmet(self.wanted.dependencies or ("conda-meta/history",), unmet.pip, unmet.variables)

    def _request(self, channel_priority: str) -> dict[str, t.Any]:
        if self.wanted.dependencies and not self.wanted.channels:
            raise ChangeError("no channel to take packages from; give 'channels', for example conda-forge")
        return {
            "prefix": self.target.prefix,
            "cache_dir": self.target.package_cache,
            "channels": list(self.wanted.channels),
            "channel_priority": channel_priority,
            "specs": specs_to_solve(self.wanted, self.found),
            "requested": list(self.wanted.dependencies),
        }

    def _check_space(self) -> None:
        link = set(self.plan.link)
        needed = UNPACKED * sum(
            int(record.get("size") or 0)
            for record in self.solution
            if package_line(record) in link
            and not os.path.isdir(os.path.join(self.target.package_cache, package_line(record).replace(" ", "-")))
        )
        place, free = free_space(self.target.prefix)
        if free < needed:
            raise ChangeError(
                "not enough space below %s: about %d MB are needed for %s, %d MB are free; make room, or "
                "choose another root_prefix" % (place, needed >> 20, self.target.prefix, free >> 20)
            )


def _write_history(prefix: str, wanted: Environment) -> None:
    """Add a revision to conda-meta/history, whose presence makes a directory an environment.

    As conda does it: what the revisions before left is compared with what is there, which also tells what a killed
    run had linked. ``conda list --revisions`` shows it, ``conda env export --from-history`` reads the specs.
    """
    path = Path(prefix, "conda-meta", "history")
    history = path.read_text(encoding="utf-8") if path.exists() else ""
    before = _linked(history)
    lines_now = (_history_line(package, wanted.channels) for package in Prefix(prefix).records())
    after = {line.rpartition("::")[2]: line for line in lines_now}
    lines = [
        "==> {} <==".format(datetime.datetime.now().strftime("%Y-%m-%d %H:%M:%S")),
        "# cmd: benchwright.python.conda_env",
        *("-" + before[package] for package in sorted(set(before) - set(after))),
        *("+" + after[package] for package in sorted(set(after) - set(before))),
        f"# update specs: {json.dumps(list(wanted.dependencies))}",
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, history + "\n".join(lines) + "\n")


def _linked(history: str) -> dict[str, str]:
    """What is there after the last revision: ``name-version-build`` and the line that says so."""
    linked: dict[str, str] = {}
    for line in history.splitlines():
        package = line[1:].rpartition("::")[2]
        if line.startswith("+"):
            linked[package] = line[1:]
        elif line.startswith("-"):
            linked.pop(package, None)
    return linked


def _history_line(package: InstalledPackage, channels: t.Collection[str]) -> str:
    """A package as conda's history calls it: ``conda-forge/linux-64::six-1.17.0-0``.

    A channel that was asked for by its name is called by it, another one by its URL.
    """
    channel = split_subdir(package.channel)[0].rstrip("/")
    name = channel.rpartition("/")[2]
    channel = name if name in channels and channel not in channels else channel
    return f"{channel}/{package.subdir}::{package.name}-{package.version}-{package.build}"


def _write_variables(prefix: str, variables: t.Mapping[str, str]) -> None:
    path = Path(prefix, "conda-meta", "state")
    state = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    state.setdefault("env_vars", {}).update(variables)
    write_atomically(path, json.dumps(state))


def _with_next_step(message: str, target: Target) -> str:
    if "os error 28" in message or "No space left" in message:
        return f"the disk below {target.prefix} is full; make room and run again, what is there is kept ({message})"
    return message
