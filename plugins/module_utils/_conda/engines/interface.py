# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""What an engine is asked and what it answers. conda, mamba, micromamba and rattler differ only behind this interface."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, replace

from ..descriptions.environment import LockedPackage
from ..errors import CondaError

# A package as a channel or a prefix describes it. Always there: name, version, build, build_number, subdir, channel, url,
# depends; where known: size (bytes), md5, sha256 (hexadecimal), license, constrains, timestamp (milliseconds).
Record = t.Mapping[str, t.Any]


class EngineError(CondaError):
    """The engine could not solve, install or search; the text is for the user and holds no credentials."""


class EngineNeeded(Exception):
    """There is something to solve or to link, and this host has no engine: py-rattler has to be sent to it."""


@dataclass(frozen=True)
class Request:
    """One change of one prefix: ``specs`` to be solved, or ``packages`` (and what is installed) that need no solving.

    Without specs nothing is solved and no channel is asked: the prefix is to hold ``packages`` and, of what is installed,
    the packages named in ``prefer`` (see ``unsolved``). So a lock is applied, and so something is only removed or repaired.
    """

    prefix: str
    package_cache: str
    channels: tuple[str, ...] = ()
    """Names or URLs, most important first; may hold credentials. No other channel is asked."""
    channel_priority: str = "strict"
    """``strict`` or ``disabled``."""
    specs: tuple[str, ...] = ()
    packages: tuple[LockedPackage, ...] = ()
    prefer: tuple[str, ...] = ()
    """Names of installed packages that stay as they are where the specs allow it; the others are solved as if new."""
    constraints: tuple[str, ...] = ()
    """Specs for packages that need not be there (``conda-meta/pinned``)."""
    reinstall: tuple[str, ...] = ()
    """Names of installed packages to be linked again even if the solution holds them unchanged."""
    lock_timeout: float = 600.0
    """Seconds to wait for another run that changes the package cache."""
    home: str = ""
    """Where the prefix will be used, if that is another place: in an image. py-rattler alone makes it so."""

    def replace(self, **fields: t.Any) -> Request:
        """Return the request with other values in these fields."""
        return replace(self, **fields)


class Session(t.Protocol):
    """One solve and at most one installation of its solution, as a context manager."""

    def __enter__(self) -> Session: ...

    def __exit__(self, *dummy: object) -> None: ...

    def solve(self) -> list[Record]:
        """Return all packages that the prefix is to hold. Changes nothing; raises :class:`EngineError`."""

    def install(self, destination: str | None = None) -> None:
        """Make the prefix hold exactly what was solved, every package verified; raises :class:`EngineError`.

        With ``destination`` that directory, which need not exist, becomes such an environment; the prefix is only read.
        """


class Engine(t.Protocol):
    """A tool that solves and installs."""

    name: str
    """``rattler``, ``conda``, ``mamba`` or ``micromamba``."""

    def session(self, request: Request, inherit: t.Sequence[int] = ()) -> Session:
        """Begin one change; children inherit the descriptors in ``inherit``, so that an orphan keeps the lock."""

    def search(self, request: Request) -> list[Record]:
        """Return the packages that the channels offer for the request's specs, for this platform and noarch."""
