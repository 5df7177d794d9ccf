# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""Where the releases of an environment lie, which of them is current, and which directories are left over. Only looks."""

from __future__ import annotations

import os
import re
import typing as t
from dataclasses import dataclass
from pathlib import Path

from .marker import MARKER, Marker, read_marker

DIRECTORY = ".releases"
DIGITS = 12


@dataclass(frozen=True)
class Release:
    """One whole environment that the link of its name can lead to."""

    digest: str
    path: Path
    marker: Marker


def is_release(path: str) -> bool:
    """Whether that is the path of a release, and not of an environment that leads to it."""
    directory = os.path.basename(os.path.dirname(path))
    return directory.startswith(".") and directory.endswith(DIRECTORY)


class Store:
    """The releases of one environment, whose own path is a link to one of them."""

    def __init__(self, prefix: str) -> None:
        """``prefix`` is the environment's path; what lies in ``envs/`` has its releases beside that directory."""
        # Where the directory really is: a link in it starts from there.
        parent = Path(os.path.realpath(os.path.dirname(prefix)))
        self.link = parent / os.path.basename(prefix)
        # Environments of one name in two places share none, nor do their locks.
        self.directory = (
            parent.parent / DIRECTORY if parent.name == "envs" else parent / f".{self.link.name}{DIRECTORY}"
        )
        self._called = re.compile(re.escape(self.link.name) + f"-([0-9a-f]{{{DIGITS}}})")

    def path(self, digest: str) -> Path:
        """Return where the release is, or will be."""
        return self.directory / f"{self.link.name}-{digest}"

    def target(self, digest: str) -> str:
        """Return what the environment's link holds to lead to the release."""
        return os.path.relpath(str(self.path(digest)), str(self.link.parent))

    @property
    def current(self) -> str:
        """The digest of the release that the link leads to; empty where there is no link, or one to something else."""
        if not self.link.is_symlink():
            return ""
        path = Path(os.path.normpath(os.path.join(str(self.link.parent), os.readlink(str(self.link)))))
        match = self._called.fullmatch(path.name)
        return match.group(1) if match and path.parent == self.directory else ""

    @property
    def marker(self) -> Marker | None:
        """What the current release was made of; None where there is none."""
        return read_marker(self.path(self.current)) if self.current else None

    def releases(self) -> list[Release]:
        """Return the releases that are whole, the oldest first."""
        found = ((digest, path, read_marker(path)) for digest, path in self._directories())
        return sorted((Release(*parts) for parts in found if parts[2]), key=_by_age)  # type: ignore[arg-type]

    def paths(self) -> list[Path]:
        """Return whatever has a release's name."""
        return [path for dummy, path in self._directories()]

    def unfinished(self) -> list[Path]:
        """Return what killed runs left: what has a release's name and no marker, and is not current; and the next link."""
        current, link = self.current, self.next_link
        unmarked = (
            path
            for digest, path in self._directories()
            if digest != current and not os.path.lexists(str(path / MARKER))
        )
        return [*unmarked, *([link] if link.is_symlink() else [])]

    @property
    def next_link(self) -> Path:
        """The next link, before it is renamed to the environment's name."""
        return self.link.with_name(f".{self.link.name}.next")

    def _directories(self) -> t.Iterator[tuple[str, Path]]:
        entries = sorted(os.listdir(str(self.directory))) if self.directory.is_dir() else []
        matches = ((self._called.fullmatch(name), name) for name in entries)
        return ((match.group(1), self.directory / name) for match, name in matches if match)


def _by_age(release: Release) -> tuple[int, float]:
    return release.marker.order, release.marker.created
