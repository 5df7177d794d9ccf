# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Carry out a plan and wait until the service does its work."""

from __future__ import annotations

import time
import typing as t

from .plan import Plan
from .supervisors import ServiceError, StartStopDaemon, Systemd

LOG_LINES = 20
FIRST_SIGN = 5.0  # seconds a supervisor may need until it can name the new process
PAUSE = 0.25  # seconds between two looks


def apply(supervisor: Systemd | StartStopDaemon, plan: Plan) -> list[str]:
    """Do what the plan says; returns warnings.

    Raises ServiceError when the supervisor refuses.
    """
    doers: dict[str, t.Callable[[], list[str] | None]] = {
        "enable": supervisor.enable,
        "disable": supervisor.disable,
        "start": supervisor.start,
        "restart": supervisor.start,
        "stop": supervisor.stop,
        "start_timer": supervisor.start_timer,
        "stop_timer": supervisor.stop_timer,
    }
    return [warning for action in plan.actions for warning in doers[action]() or []]


def wait_until_ready(supervisor: Systemd | StartStopDaemon, answers: t.Callable[[], str | None], timeout: float) -> int:
    """Wait until the service answers and return the process that does.

    `answers` returns None when all is well, else what was found. A supervisor that restarts a dying service shows ever
    new processes: the first change already is the failure.
    Raises ServiceError, with the end of the log, when the process dies or `timeout` seconds have passed.
    """
    begin = time.monotonic()
    first = 0
    while True:
        pid = supervisor.status().pid
        first = first or pid
        waited = time.monotonic() - begin
        if pid != first or (not first and waited > FIRST_SIGN):
            raise ServiceError(with_log(supervisor, "ended before it answered"))
        found = answers()
        if found is None and pid:
            return pid
        if waited > timeout:
            raise ServiceError(with_log(supervisor, "does not answer as it should after %d s (%s)" % (timeout, found)))
        time.sleep(PAUSE)


def with_log(supervisor: Systemd | StartStopDaemon, found: str) -> str:
    """What was found, followed by the end of the service's log."""
    lines = supervisor.log(LOG_LINES) or "(empty)"
    return "%s %s. The last lines of its log:\n%s" % (supervisor.service.name, found, lines)
