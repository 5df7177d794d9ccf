# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.
"""The states that packages can be wanted in: what has to be done for each, and in check mode what would be done."""

from __future__ import annotations

import os
import typing as t
from dataclasses import dataclass
from pathlib import Path

from .._linux.text import Record
from .apt import Apt
from .packages import parse_installs, parse_upgrades, removable

REBOOT_REQUIRED = "/var/run/reboot-required"


@dataclass(frozen=True)
class Wanted:
    """``upgrade`` is ``none``, ``security`` or ``all``; lists older than ``lists_valid_for`` seconds are fetched anew."""

    names: t.Sequence[str]
    upgrade: str
    clean: bool
    lists_valid_for: float


def present(apt: Apt, installed: set[str], record: Record, wanted: Wanted, check: bool) -> dict[str, t.Any]:
    """Install what is missing, upgrade as the policy says, and clean up; returns the module's result. Raises AptError."""
    missing = [name for name in wanted.names if name not in installed]
    result: dict[str, t.Any] = {"missing": missing, "added": [], "upgraded": [], "cleaned": False, **reboot_required()}
    if os.geteuid() == 0:
        upgrade = wanted.upgrade != "none"
        if missing or upgrade:
            apt.refresh(wanted.lists_valid_for)
        if missing:
            result["added"] = _install(apt, installed, record, missing, check)
        if upgrade:
            result["upgraded"] = _upgrade(apt, wanted.upgrade == "security", check)
        fetched = bool(result["added"] or result["upgraded"])
        result["cleaned"] = wanted.clean and (fetched or bool(apt.archives()))
        if result["cleaned"] and not check:
            apt.clean()
            result.update(reboot_required())
    return {**result, "changed": any(result[key] for key in ("added", "upgraded", "cleaned"))}


def absent(apt: Apt, installed: set[str], record: Record, check: bool) -> dict[str, t.Any]:
    """Remove what was added, but for what others need now; returns the module's result. Raises AptError."""
    recorded = [name for name in record.known.get("added", []) if name in installed]
    if os.geteuid() != 0 or not record.known:
        return {"changed": False, "removed": [], "kept": recorded}
    removed, kept = removable(recorded, lambda names: apt.simulate("remove", names))
    if not check:
        if removed:
            apt.remove(removed)
        record.known = {}
        record.write()
    return {"changed": True, "removed": removed, "kept": kept}


def reboot_required() -> dict[str, t.Any]:
    """Whether a package has asked for a reboot, and which ones did."""
    packages = Path(REBOOT_REQUIRED + ".pkgs")
    names = packages.read_text(encoding="utf-8").split() if packages.exists() else []
    return {"reboot_required": os.path.exists(REBOOT_REQUIRED), "reboot_required_by": sorted(set(names))}


def _install(apt: Apt, installed: set[str], record: Record, missing: t.Sequence[str], check: bool) -> list[str]:
    added = [name for name in parse_installs(apt.simulate("install", missing)) if name not in installed]
    if not check:
        _remember(record, added)
        apt.install(missing)
    return added


def _remember(record: Record, added: t.Iterable[str]) -> None:
    """Written ahead: a run that is killed while apt works must not forget what it began to add."""
    record.known = {"added": sorted({*record.known.get("added", []), *added})}
    record.write()


def _upgrade(apt: Apt, security: bool, check: bool) -> list[str]:
    """Nothing is removed for it. Dependencies that are new on the host are not recorded: what was upgraded needs them."""
    plan = parse_upgrades(apt.simulate("upgrade"))
    pinned = [f"{name}={new}" for name, dummy, new, secure in plan if secure]
    if security:
        plan = parse_upgrades(apt.simulate("install", pinned)) if pinned else []
    if plan and not check:
        if security:
            apt.install(pinned)
        else:
            apt.upgrade()
    return [f"{name} {old} -> {new}" for name, old, new, dummy in plan]
