# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""What a prefix is to hold where nothing has to be solved: a lock's packages, and what stays of the installed ones."""

from __future__ import annotations

import typing as t

from ..descriptions.environment import LockedPackage
from ..installed.prefix import InstalledPackage, Prefix
from .interface import Record, Request


def unsolved(request: Request) -> list[Record]:
    """Return the records for a request without specs; an installed package that is the locked one describes itself."""
    installed = {package.name: package for package in Prefix(request.prefix).records()}
    stay = {name: package for name, package in installed.items() if name in request.prefer}
    records = {name: package._asdict() for name, package in stay.items()}
    for locked in request.packages:
        there = installed.get(locked.name)
        records[locked.name] = there._asdict() if there and same_package(locked, there) else as_record(locked)
    return [records[name] for name in sorted(records)]


def same_package(locked: LockedPackage, installed: InstalledPackage) -> bool:
    """Whether the locked file is what is installed; a digest that either side does not know is not compared."""
    if locked.dist != installed.dist:
        return False
    pairs = ((locked.sha256, installed.sha256), (locked.md5, installed.md5))
    return all(wanted.lower() == found.lower() for wanted, found in pairs if wanted and found)


def as_record(locked: LockedPackage) -> dict[str, t.Any]:
    """A lock knows no more than this; the rest stands in the package itself."""
    fields = ("name", "version", "build", "subdir", "channel", "url", "sha256", "md5")
    return {**{field: getattr(locked, field) for field in fields}, "build_number": 0, "depends": []}
