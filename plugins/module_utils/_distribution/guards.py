# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""What is refused before anything is touched."""

from __future__ import annotations

import os
import re

from .._conda.space import free_space
from .errors import DistributionError

PREFIX = re.compile(r"/[A-Za-z0-9._+@~:,/-]*")
# What belongs to the system. The homes of users are refused by not being empty.
SYSTEM = re.compile(
    r"/|/(bin|boot|dev|etc|home|lib\w*|media|mnt|opt|proc|root|run|sbin|srv|sys|tmp|usr|var)"
    r"|/(dev|proc|run|sys|boot|etc)/.*|/usr/(bin|include|lib\w*|local|sbin|share|src)|/var/(lib|log|cache|tmp|opt)"
)


def check_prefix(prefix: str) -> None:
    """Refuse what no distribution can be in, and what belongs to the system."""
    if not PREFIX.fullmatch(prefix):
        raise DistributionError(
            f"prefix is {prefix!r}, but must be an absolute path without spaces and quotes, such as /opt/conda: conda's "
            "scripts cannot start from any other"
        )
    if os.path.normpath(prefix) != prefix.rstrip("/") or SYSTEM.fullmatch(prefix.rstrip("/") or "/"):
        raise DistributionError(
            f"prefix is {prefix!r}, which belongs to the system or has '.' or '..' in it; give a directory of its own, such as /opt/conda"
        )


def check_mount(prefix: str) -> None:
    """Refuse a place whose programs cannot be started, and one that cannot be written to."""
    place, dummy = free_space(prefix)
    flags = os.statvfs(place).f_flag
    if flags & os.ST_NOEXEC:
        raise DistributionError(
            f"prefix is {prefix}, but {place} is mounted with noexec, so that nothing in it can be started; choose another "
            "prefix, or mount it without noexec"
        )
    if flags & os.ST_RDONLY:
        raise DistributionError(f"prefix is {prefix}, but {place} is mounted read-only; choose another prefix")
    if not os.access(place, os.W_OK | os.X_OK):
        raise DistributionError(
            f"prefix is {prefix}, but user {os.geteuid()} may not write to {place}; choose another prefix, or run as root"
        )


def check_room(wanted: dict[str, int]) -> None:
    """Refuse what would not fit. ``wanted`` has the bytes that each path needs; those on one file system are added up."""
    needs: dict[int, tuple[str, int, int]] = {}
    for path, size in wanted.items():
        place, free = free_space(path)
        device = os.stat(place).st_dev
        before = needs.get(device, (path, 0, free))
        needs[device] = (before[0], before[1] + size, free)
    for path, size, free in needs.values():
        if size > free:
            raise DistributionError(
                f"{path} needs {size} bytes ({size >> 20} MiB) for the installer and what it unpacks, but only {free} "
                f"({free >> 20} MiB) are free there; make room, or choose another prefix (for /tmp: set TMPDIR)"
            )
