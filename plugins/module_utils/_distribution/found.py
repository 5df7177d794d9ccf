# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""What is at a prefix."""

from __future__ import annotations

import os
from dataclasses import dataclass

from . import marker

# What each kind of distribution is not one without.
ESSENTIAL = {
    "conda": ("bin/conda", "bin/python", "condabin/conda", "conda-meta/history", "etc/profile.d/conda.sh"),
    "micromamba": ("bin/micromamba",),
}
IGNORED = ("lost+found",)  # what an empty file system begins with


def kind_of(distribution: str) -> str:
    """``micromamba`` is one file; the others are prefixes with conda in them."""
    return distribution if distribution in ESSENTIAL else "conda"


@dataclass(frozen=True)
class Found:
    """``state`` is absent, empty, ours, conda (of somebody else), foreign (no conda at all) or file (no directory)."""

    state: str
    marker: marker.Marker | None = None
    missing: tuple[str, ...] = ()
    """Essential files of ours that are gone."""


def look(prefix: str, kind: str) -> Found:
    """Look at a prefix. Raises DistributionError and OSError."""
    if not os.path.lexists(prefix):
        return Found("absent")
    if not os.path.isdir(prefix):
        return Found("file")
    ours = marker.read_marker(prefix)
    if ours:
        return Found("ours", ours, tuple(missing(prefix, kind_of(ours.distribution))))
    if not set(os.listdir(prefix)).difference(IGNORED):
        return Found("empty")
    return Found("foreign" if list(missing(prefix, kind)) else "conda")


def missing(prefix: str, kind: str) -> list[str]:
    """The essential files that are not there, or are empty, or cannot be executed though they are commands."""
    return [name for name in ESSENTIAL[kind] if not _sound(os.path.join(prefix, name))]


def _sound(path: str) -> bool:
    try:
        size = os.stat(path).st_size
    except OSError:
        return False
    if os.path.basename(path) == "history":  # of an environment without changes
        return True
    return size > 0 and ("bin/" not in path or os.access(path, os.X_OK))
