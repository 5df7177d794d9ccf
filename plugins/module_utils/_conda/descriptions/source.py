# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""Where a description comes from, and what its reader is asked for."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .environment import EnvironmentFileError


@dataclass(frozen=True)
class Source:
    """The file that is read, as errors call it, and what is wanted of it."""

    name: str
    platform: str = "linux-64"
    """The platform of the host: which part of a lock is taken. Empty: whatever is there."""
    environment: str = "default"
    """Which environment of a pixi.lock is taken; no other format has several."""
    accept_anaconda_terms: bool = False
    """Whether Anaconda's licensed channels may be used."""

    def fail(self, line: int | None, key: str, message: str) -> t.NoReturn:
        """Raise :class:`EnvironmentFileError` for this line (from 1) and key."""
        raise EnvironmentFileError(message, self.name, line, key)
