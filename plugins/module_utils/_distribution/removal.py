# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""Takes a distribution away again: all that the installer brought and nothing else."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import shutil

from . import marker
from .errors import DistributionError


def environments(prefix: str) -> list[str]:
    """The environments in a prefix, besides base."""
    try:
        names = sorted(os.listdir(os.path.join(prefix, "envs")))
    except (FileNotFoundError, NotADirectoryError):
        return []
    paths = [os.path.join(prefix, "envs", name) for name in names]
    return [path for path in paths if os.path.isdir(os.path.join(path, "conda-meta"))]


def check_removal(prefix: str, remove_environments: bool) -> None:
    """Refuse to take away environments that nobody said may go."""
    found = environments(prefix)
    if found and not remove_environments:
        raise DistributionError(
            f"{prefix} is to be removed, but there are environments in it: {', '.join(found)}. Remove these first, or say "
            "remove_environments: true to lose them too"
        )


def remove(prefix: str, ours: marker.Marker) -> None:
    """Remove it. A run that is killed leaves the marker, which says so, and the next one goes on. Raises OSError."""
    marker.write_marker(prefix, dataclasses.replace(ours, state=marker.REMOVING))
    empty(prefix)
    os.unlink(os.path.join(prefix, marker.NAME))
    if not ours.made_directory:
        return
    for directory in (prefix, *ours.parents):
        with contextlib.suppress(OSError):  # something else is in it, or it is a mount
            os.rmdir(directory)


def empty(prefix: str) -> None:
    """Remove everything in the prefix but the marker."""
    with os.scandir(prefix) as entries:
        found = [entry for entry in entries if entry.name not in (marker.NAME, "lost+found")]
    for entry in found:
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path)
        else:
            os.unlink(entry.path)
