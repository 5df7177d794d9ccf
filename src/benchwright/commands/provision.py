"""`benchwright provision`: the machines that an inventory describes, at a provider."""

from __future__ import annotations

import typer

from benchwright.ansible_flags import AnsibleFlags
from benchwright.options import View
from benchwright.playbooks import NAMESPACE
from benchwright.record import Record
from benchwright.session import begin

ACTION = "_machines"


def provision(ansible: AnsibleFlags, view: View) -> None:
    """Make the machines that the inventory describes and that are missing, and wait until they can be worked on. They cost money.

    With --check: what would be made, and what it costs a month.
    """
    session = begin("provision", ansible, view, remembered=False)
    session.close(session.play(f"{NAMESPACE}.provision"), _show)


def _show(record: Record) -> None:
    for task in record.tasks:
        if task.action.endswith(ACTION):
            for outcome in task.outcomes.values():
                for machine in (outcome.answer or {}).get("machines") or ():
                    typer.echo(f"{machine['name']}: {machine['address']}")
