# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""The marker of a release. It is written last, so a directory that has one is whole; a directory that has none never was."""

from __future__ import annotations

import json
import typing as t
from dataclasses import asdict, dataclass
from pathlib import Path

from ..._files import write_atomically
from ..descriptions.environment import LockedPackage

# Not *.json: those in conda-meta are packages to conda.
MARKER = "conda-meta/.benchwright-release"


@dataclass(frozen=True)
class Marker:
    """What a release was made of, and when."""

    name: str
    """The directory's name; a copy under another name is no release, because its paths lead to the original."""
    inputs: str
    """The sha256 of what it was made of: packages, pip's requirements, variables. Empty where it was adopted."""
    order: int
    """The later it became current by a change, the higher; rolling back does not count."""
    created: float
    """Seconds since the epoch."""
    contents: tuple[str, ...] = ()
    """What it holds, as ``--diff`` shows it."""
    packages: tuple[LockedPackage, ...] = ()
    pip: tuple[str, ...] = ()
    """With ``packages``, what it is made of when it is made anew."""
    adopted: bool = False
    """It was a plain directory, and its files know it by the path of the link that leads to it now."""


def read_marker(release: Path) -> Marker | None:
    """Return the marker of the release in that directory; None where it has none, or one that is not its own."""
    try:
        fields: dict[str, t.Any] = json.loads((release / MARKER).read_bytes())
        packages = tuple(LockedPackage(**package) for package in fields.pop("packages"))
        contents, pip = tuple(fields.pop("contents")), tuple(fields.pop("pip"))
        marker = Marker(packages=packages, contents=contents, pip=pip, **fields)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return marker if marker.name == release.name else None


def write_marker(release: Path, marker: Marker) -> None:
    """Write the marker, in one rename and to the disk."""
    write_atomically(release / MARKER, json.dumps(asdict(marker)))


def remove_marker(release: Path) -> None:
    """From now on the release counts as unfinished, however much of it is still there."""
    (release / MARKER).unlink()
