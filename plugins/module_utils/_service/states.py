# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bring a service into the state that is asked for: read, decide, do, and wait for its answer."""

from __future__ import annotations

import os
import typing as t

from . import carry_out, digest, plan, process
from .supervisors import Run, ServiceError, StartStopDaemon, Systemd


class Call(t.NamedTuple):
    """What was asked for. ``answer`` tells what is wrong with the service's answer, and None where nothing is."""

    supervisor: Systemd | StartStopDaemon
    params: t.Mapping[str, t.Any]
    check: bool
    run: Run
    answer: t.Callable[[], str | None]


def bring_about(call: Call) -> tuple[dict[str, t.Any], list[str]]:
    """Returns the module's result, and warnings. Raises ServiceError."""
    todo = decide(call)
    result: dict[str, t.Any] = {
        "changed": bool(todo.actions),
        "actions": list(todo.actions),
        "diff": {"before": todo.before, "after": todo.after},
    }
    if call.check:
        return result, []
    warnings = carry_out.apply(call.supervisor, todo)
    if call.params["state"] == "started":
        result["pid"] = carry_out.wait_until_ready(call.supervisor, call.answer, call.params["timeout"])
    return result, warnings


def decide(call: Call) -> plan.Plan:
    """Raises ServiceError where the service could not start: better said before anything is stopped."""
    status = call.supervisor.status()
    if call.check and call.params["timer_changed"] and status.timer:
        status = status._replace(timer=plan.STALE)
    loaded = digest.loaded(status.pid, call.supervisor.service.variable, call.params["digest_file"])
    if call.params["state"] == "absent":
        return plan.plan_absent(status, loaded)
    todo = plan.plan_started(status, loaded, wanted_digest(call))
    free = call.params["socket"] or (call.check and call.params["port_given_up"])
    if {"start", "restart"} & set(todo.actions) and not free:
        refuse_taken_port(call.params["address"], call.params["port"], status.pid)
    return todo


def wanted_digest(call: Call) -> str | None:
    """The digest of what a service started now would load; None where files are missing or, in check mode, would change."""
    script = call.params["script"]
    if call.check and (call.params["files_changed"] or not os.path.exists(script)):
        return None
    return digest.on_disk(script, call.run)


def refuse_taken_port(address: str, port: int, pid: int) -> None:
    """Raises ServiceError where another process than ``pid`` listens there."""
    other = process.foreign_listener(address, port, own=pid)
    if other:
        raise ServiceError(
            "port %d is wanted for the server, but %s listens on it. End that process, or choose another port with "
            "`jupyter_server_port`" % (port, other)
        )
