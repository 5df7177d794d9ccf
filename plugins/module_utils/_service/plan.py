# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What must be done to a service, decided from what is. Pure: nothing here reads or changes anything."""

from __future__ import annotations

import typing as t

RUNS, STALE, OFF = "runs", "stale", "off"


class Status(t.NamedTuple):
    """What a supervisor says of the service."""

    pid: int = 0
    """Main process, 0 when it does not run."""
    enabled: bool | None = None
    """Does it start with the machine? None where there is nobody who could start it."""
    stale: bool = False
    """The supervisor holds an older definition than the one on disk."""
    timer: str | None = None
    """Of the timer beside the service: RUNS, STALE where its definition is an older one, OFF, or None where there is none."""


class Plan(t.NamedTuple):
    """The actions, in order, and the state before and after them in the form that diff mode prints."""

    actions: tuple[str, ...]
    before: dict[str, t.Any]
    after: dict[str, t.Any]


def describe(enabled: bool | None, running: bool, digest: str | None) -> dict[str, t.Any]:
    """The three things a reader wants to know of a service."""
    return {"enabled": enabled, "running": running, "digest": digest}


def plan_started(status: Status, loaded: str | None, wanted: str | None) -> Plan:
    """Plan for a service that is to run with what is on disk.

    `loaded` is the digest of what the running process loaded, `wanted` the digest of what is on disk; None = not known
    (nothing runs, or the files are still to be written).
    """
    actions = []
    if status.enabled is False:
        actions.append("enable")
    if not status.pid:
        actions.append("start")
    elif status.stale or wanted is None or loaded != wanted:
        actions.append("restart")
    if status.timer in (STALE, OFF):
        actions.append("start_timer")
    enabled = None if status.enabled is None else True
    before = describe(status.enabled, bool(status.pid), loaded)
    return Plan(tuple(actions), before, describe(enabled, True, wanted or "known once the files are written"))


def plan_absent(status: Status, loaded: str | None) -> Plan:
    """Plan for a service that is neither to run nor to start with the machine."""
    actions = (["disable"] if status.enabled else []) + (["stop"] if status.pid else [])
    actions += ["stop_timer"] if status.timer in (RUNS, STALE) else []
    before = describe(status.enabled, bool(status.pid), loaded)
    return Plan(tuple(actions), before, describe(None if status.enabled is None else False, False, None))
