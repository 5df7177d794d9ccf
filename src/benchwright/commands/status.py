"""`benchwright status`: what is installed where, and whether it still is so."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer
from rich.console import Console

from benchwright.ansible_flags import AnsibleFlags
from benchwright.commands.plan import show
from benchwright.console import console_for
from benchwright.options import Playbook, Shown, View
from benchwright.plan import Plan, plan_of
from benchwright.playbooks import NAMESPACE, playbook_of
from benchwright.record import Record
from benchwright.session import Session, begin
from benchwright.sources import Source, channel_variables
from benchwright.status import ExitCode
from benchwright.status_view import drifted, show_status

PENDING = "changes_pending"
"""The status in the document; the exit code has a name that says something else."""


def status(
    ansible: AnsibleFlags,
    view: View,
    playbook: Playbook = None,
    drift: Annotated[
        bool,
        typer.Option(
            "--drift",
            help="Say what a run of the playbook would change, too. Exit code 2 where there is anything, 1 where a host failed.",
        ),
    ] = False,
    source: Source = None,
) -> None:
    """Say what is installed: environments and their releases, the server, and when its certificate ends. Changes nothing."""
    session = begin("status", ansible, view)
    looked = session.play(f"{NAMESPACE}.status")
    if not drift or looked.code is not ExitCode.SUCCESS:
        session.close(looked, lambda record: show_status(_console(session), record.answers.workbenches))
    document = looked.document("status")
    name, record = playbook_of(playbook, session.target.here), Record()
    planned = session.play(name, channel_variables(session, name, source, record), record, check=True, diff=True)
    made = plan_of(planned.record)
    code = _code(planned.code, bool(made.changes or drifted(looked.record.answers.workbenches)))
    document |= {
        **made.document(),
        "status": PENDING if code == ExitCode.CHANGES_PENDING else code.name.lower(),
        "exit_code": int(code),
        "drift": code == ExitCode.CHANGES_PENDING,
    }
    document["failures"] = [*document["failures"], *(vars(failure) for failure in planned.record.failures)]
    _show(session, looked.record.answers.workbenches, made, document)
    raise typer.Exit(code)


def _code(code: ExitCode, drift: bool) -> ExitCode:
    if code is ExitCode.INTERRUPTED:
        return code
    if code is not ExitCode.SUCCESS:
        return ExitCode.ERROR
    return ExitCode.CHANGES_PENDING if drift else ExitCode.SUCCESS


def _show(session: Session, found: dict[str, dict[str, Any]], made: Plan, document: dict[str, Any]) -> None:
    if session.view.kind is Shown.JSON:
        typer.echo(json.dumps(document))
        return
    show_status(_console(session), found)
    show(made, session, None, full=False)


def _console(session: Session) -> Console:
    return console_for(stderr=session.view.kind is Shown.JSONL, no_color=session.view.no_color)
