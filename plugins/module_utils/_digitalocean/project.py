# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.
"""A project's machines, from the question what there is to the answer what there is now."""

from __future__ import annotations

import typing as t

from .._linux.command import answer, change
from . import account, plan
from .account import Document
from .api import Api, ApiError
from .carry_out import carry_out, wait_until_active, wait_until_gone

DESCRIPTION = ("project", "machines", "ssh_public_key", "networks", "ports", "expires", "user_data")


def keep(api: Api, wanted: t.Mapping[str, t.Any], check: bool) -> tuple[Document, list[str]]:
    """Return the module's result, and what could not be done, a sentence each. Raises ApiError where nothing was begun."""
    found = _planned(api, wanted)
    if found.refusals:
        return {"summary": "", "notes": found.notes, "created": [], "machines": [], **answer([])}, found.refusals
    faults = [] if check else _done(api, found, wanted)
    return {
        "summary": found.summary,
        "notes": found.notes,
        "created": [step.machine for step in found.steps if step.machine],
        "machines": _listed(api, wanted["project"]),
        **answer([change(step.subject, step.before or None, step.after or None) for step in found.steps]),
    }, faults


def _planned(api: Api, wanted: t.Mapping[str, t.Any]) -> plan.Plan:
    found = account.look(api, wanted["project"])
    if wanted["state"] == "absent":
        return plan.to_remove(wanted["project"], found)
    offers = account.offered(api, {machine["image"] for machine in wanted["machines"]})
    return plan.to_have(plan.Wanted(*(wanted[key] for key in DESCRIPTION)), found, offers)


def _done(api: Api, found: plan.Plan, wanted: t.Mapping[str, t.Any]) -> list[str]:
    try:
        return list(_removed(api, found, wanted) if wanted["state"] == "absent" else _made(api, found, wanted))
    except ApiError as error:
        return [str(error)]


def _removed(api: Api, found: plan.Plan, wanted: t.Mapping[str, t.Any]) -> t.Iterator[str]:
    carry_out(api, found, wanted["project"])
    for name in wait_until_gone(api, wanted["project"], wanted["timeout"]):
        yield f"{name} is still listed, and billed, after {wanted['timeout']} s; run again"


def _made(api: Api, found: plan.Plan, wanted: t.Mapping[str, t.Any]) -> t.Iterator[str]:
    failed = carry_out(api, found, wanted["project"])
    for name, why in failed.items():
        yield f"{name} was not made: {why}"
    names = [machine["name"] for machine in wanted["machines"] if machine["name"] not in failed]
    for name, why in wait_until_active(api, wanted["project"], names, wanted["timeout"]).items():
        yield f"{name} exists, and is billed, but is {why}; run again to wait on, or destroy it"


def _listed(api: Api, project: str) -> list[Document]:
    try:
        droplets = account.of_project(api, project)
    except ApiError:  # why is told already
        return []
    return sorted((account.told(droplet) for droplet in droplets), key=lambda told: str(told["name"]))
