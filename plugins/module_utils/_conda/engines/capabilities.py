# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""What each tool and release can do: the one place that knows versions."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

from .interface import EngineError

OLDEST_CONDA, OLDEST_MAMBA = (23,), (1,)
VERSION = re.compile(r"(?:(\S+)\s+)?(\d+(?:\.\d+)+)\S*")


@dataclass(frozen=True)
class Capabilities:
    """How one tool wants to be called."""

    tool: str
    """``conda``, ``mamba`` or ``micromamba``."""
    version: str
    quiet: tuple[str, ...] = ()
    """What keeps progress reports out of the answer; mamba 2 would hide its errors as well."""
    sha256: bool = True
    """Whether a line of an @EXPLICIT file may end in a sha256; every tool takes an md5."""
    replaces: bool = True
    """Whether installing a file unlinks what it replaces, in the same transaction."""
    rc_custom_channels: bool = True
    """Whether custom channels are read from $CONDARC in addition to the user's; otherwise a variable takes them."""
    explains: bool = True
    """Whether its JSON says why specs cannot be had; otherwise what it prints for people does."""
    inspects_pip: bool = False
    """Whether it starts the prefix's Python where a record says that there is pip or uv, and fails without."""


def read_version(text: str, executable: str) -> Capabilities:
    """Return what the tool that printed ``text`` for ``--version`` can do.

    :param text: ``conda 24.11.3``; ``mamba 1.5.8`` and a line about conda; or, from mamba 2, ``2.0.5``.
    :raises EngineError: when that is no version, or one too old.
    """
    named = {name: version for name, version in VERSION.findall(text) if name in ("conda", "mamba")}
    bare = [version for name, version in VERSION.findall(text) if not name]
    if "conda" in named:
        return _python(named, executable)
    if not bare and "mamba" not in named:
        raise EngineError(f"{executable} --version says {text.strip()[:200]!r}, which is no conda's or mamba's answer")
    version = (bare or [named["mamba"]])[0]
    _check("mamba", version, OLDEST_MAMBA, executable)
    tool = "micromamba" if "micromamba" in executable.rpartition("/")[2] else "mamba"
    return Capabilities(tool, version, replaces=False, rc_custom_channels=False, explains=False, inspects_pip=True)


def _python(named: t.Mapping[str, str], executable: str) -> Capabilities:
    """conda, and mamba 1, which is conda with another solver."""
    _check("conda", named["conda"], OLDEST_CONDA, executable)
    if "mamba" in named:
        _check("mamba", named["mamba"], OLDEST_MAMBA, executable)
    tool = "mamba" if "mamba" in named else "conda"
    return Capabilities(tool, named[tool], quiet=("--quiet",), sha256=_parts(named["conda"]) >= (24, 9))


def _check(tool: str, version: str, oldest: tuple[int, ...], executable: str) -> None:
    if _parts(version) < oldest:
        raise EngineError(
            "%s is %s %s, and %d is the oldest that is supported; update it, or use another engine, such as rattler"
            % (executable, tool, version, oldest[0])
        )


def _parts(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:2])
