# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""Reading dpkg's database and apt's simulations. Pure parsers, but for :func:`installed_packages`, which reads a file."""

from __future__ import annotations

import re
import typing as t
from pathlib import Path

STATUS = "/var/lib/dpkg/status"
_STANZA_NAME = re.compile(r"^Package: (\S+)$", re.M)
_STANZA_STATUS = re.compile(r"^Status: \S+ \S+ (\S+)$", re.M)
_STANZA_PROVIDES = re.compile(r"^Provides: (.+)$", re.M)
_INSTALLS = re.compile(r"^Inst (\S+)", re.M)
_UPGRADES = re.compile(r"^Inst (\S+) \[(\S+)\] \((\S+) ([^\[)]*)", re.M)
# Debian-Security:12/stable-security, Ubuntu:24.04/noble-security, and a mirror's own label with such a suite
_SECURITY = re.compile(r"Debian-Security:|/\S+-security\b")
_REMOVES = re.compile(r"^(?:Remv|Purg) (\S+)", re.M)


def installed_packages(path: str = STATUS) -> set[str]:
    """Return the names of what is installed, provided names included. An absent database is an empty one."""
    status = Path(path)
    return parse_status(status.read_text(encoding="utf-8", errors="replace")) if status.exists() else set()


def parse_status(text: str) -> set[str]:
    """Return the installed packages that a dpkg database lists, and what they provide."""
    found: set[str] = set()
    for stanza in text.split("\n\n"):
        name, status = _STANZA_NAME.search(stanza), _STANZA_STATUS.search(stanza)
        if not name or not status or status.group(1) != "installed":
            continue
        found.add(name.group(1))
        provides = _STANZA_PROVIDES.search(stanza)
        if provides:
            found.update(item.split()[0] for item in provides.group(1).split(","))
    return found


def parse_installs(simulation: str) -> list[str]:
    """Return the packages that ``apt-get --simulate install`` would add, without their architecture."""
    return sorted({name.partition(":")[0] for name in _INSTALLS.findall(simulation)})


def parse_upgrades(simulation: str) -> list[tuple[str, str, str, bool]]:
    """Return name, old version, new version, and whether it comes from a security suite, of what a simulation upgrades."""
    found = _UPGRADES.findall(simulation)
    return sorted({(name, old, new, bool(_SECURITY.search(origins))) for name, old, new, origins in found})


def parse_removals(simulation: str) -> list[str]:
    """Return the packages that ``apt-get --simulate remove`` would take away, without their architecture."""
    return sorted({name.partition(":")[0] for name in _REMOVES.findall(simulation)})


def removable(recorded: t.Collection[str], simulate: t.Callable[[t.Sequence[str]], str]) -> tuple[list[str], list[str]]:
    """Return the recorded packages that can go without taking others along, and those others need.

    Removing a package removes what depends on it. What somebody installed since must stay, and so what it needs.
    """
    going = sorted(recorded)
    kept: list[str] = []
    while going:
        foreign = set(parse_removals(simulate(going))) - set(recorded)
        if not foreign:
            return going, sorted(kept)
        needed = [name for name in going if set(parse_removals(simulate([name]))) & foreign]
        if not needed:  # only together do they take others along, so none of them may go
            return [], sorted([*kept, *going])
        kept += needed
        going = [name for name in going if name not in needed]
    return [], sorted(kept)
