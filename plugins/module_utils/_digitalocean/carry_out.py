# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.
"""Carries a plan out: a machine that could not be made keeps none of the others from being made, and none is made twice."""

from __future__ import annotations

import itertools
import time
import typing as t

from . import account
from .api import Api, ApiError, NoAnswer
from .plan import Plan, Step

PAUSES = (0.25, 0.5, 1.0, 2.0, 4.0)
"""Seconds between looks at the list; the last is that of all further ones."""
FATAL = (401, 403)


def carry_out(api: Api, plan: Plan, project: str) -> dict[str, str]:
    """Send the plan's requests; returns why not, for machines that could not be made. Raises ApiError where going on makes no sense."""
    failed: dict[str, str] = {}
    for step in plan.steps:
        why = _make(api, step, project) if step.machine else _send(api, step)
        if why:
            failed[step.machine] = why
    return failed


def wait_until_active(api: Api, project: str, names: t.Collection[str], seconds: float) -> dict[str, str]:
    """Wait until the machines run and have an address; returns why not, for those that do not. Raises ApiError."""
    deadline, pauses = time.monotonic() + seconds, _pauses()
    while True:
        there = {droplet["name"]: droplet for droplet in account.of_project(api, project)}
        waiting = {name: _state(there.get(name)) for name in names}
        waiting = {name: state for name, state in waiting.items() if state}
        if not waiting or time.monotonic() > deadline:
            return {name: f"{state} after {seconds:.0f} s" for name, state in waiting.items()}
        api.sleep(next(pauses))


def wait_until_gone(api: Api, project: str, seconds: float) -> list[str]:
    """Wait until the provider lists none of the project's machines; returns those that it still does. Raises ApiError."""
    deadline, pauses = time.monotonic() + seconds, _pauses()
    while True:
        left = [f"{droplet['name']} ({droplet['id']})" for droplet in account.of_project(api, project)]
        if not left or time.monotonic() > deadline:
            return left
        api.sleep(next(pauses))


def _send(api: Api, step: Step) -> str:
    try:
        api.send(step.method, step.path, step.body)
    except NoAnswer as error:
        raise ApiError(
            f"{step.subject}: {error}; whether it was made is not known. Run again: what exists is adopted"
        ) from error
    except ApiError as error:
        if step.method != "DELETE" or error.status != 404:
            raise
    return ""


def _make(api: Api, step: Step, project: str) -> str:
    """Return why the machine was not made; empty if it was, though the API may not have said so."""
    try:
        api.send(step.method, step.path, step.body)
    except NoAnswer as error:
        if not _appears(api, step.machine, project):
            return f"{error}; it was not seen since. Run again: if it appears, it is adopted and not made twice"
    except ApiError as error:
        if error.status in FATAL:
            raise
        return str(error)
    return ""


def _appears(api: Api, name: str, project: str) -> bool:
    for pause in (0.0, *PAUSES):
        api.sleep(pause)
        if any(droplet["name"] == name for droplet in account.of_project(api, project)):
            return True
    return False


def _pauses() -> t.Iterator[float]:
    return itertools.chain(PAUSES, itertools.repeat(PAUSES[-1]))


def _state(droplet: account.Document | None) -> str:
    if droplet is None:
        return "not listed"
    if droplet["status"] != "active":
        return f"still {droplet['status']}"
    return "" if account.address(droplet) else "without an address"
