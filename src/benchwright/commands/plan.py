"""`benchwright plan`: what would change, and nothing is changed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from benchwright.ansible_flags import AnsibleFlags
from benchwright.console import console_for
from benchwright.options import FullDiff, Playbook, Port, Shown, View
from benchwright.plan import Plan, plan_of
from benchwright.plan_file import write_plan
from benchwright.plan_view import show_plan
from benchwright.playbooks import playbook_of
from benchwright.record import Record
from benchwright.session import Session, begin, server_options
from benchwright.sources import Source, channel_variables
from benchwright.status import ExitCode
from benchwright.workbench import Result


def plan(
    ansible: AnsibleFlags,
    view: View,
    playbook: Playbook = None,
    detailed_exitcode: Annotated[
        bool,
        typer.Option("--detailed-exitcode", help="Exit code 2 where something would change, 1 where a host failed."),
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", dir_okay=False, help="Keep the plan, for 'apply --plan FILE'."),
    ] = None,
    full_diff: FullDiff = False,
    source: Source = None,
    port: Port = None,
) -> None:
    """Say what a run would change, on which hosts, and what nobody can predict. Changes nothing."""
    session = begin("plan", ansible, view, server_options(port))
    name, record = playbook_of(playbook, session.target.here), Record()
    result = session.play(name, channel_variables(session, name, source, record), record, check=True, diff=True)
    made = plan_of(result.record)
    document = plan_document(result, made, name, session)
    if out and made.complete:
        write_plan(out, document)
    show(made, session, document, full_diff)
    if out and not made.complete:
        session.display.loudly(f"{out} is not written: the plan is not complete")
    raise typer.Exit(code_of(result.code, made, detailed_exitcode))


def plan_document(result: Result, made: Plan, playbook: str, session: Session) -> dict[str, Any]:
    """Return the document of ``--json`` and ``--out``."""
    where = {"playbook": playbook, "inventory": list(session.target.inventory)}
    return {**result.document("plan"), **where, **made.document()}


def show(made: Plan, session: Session, document: dict[str, Any] | None, full: bool) -> None:
    """Print the plan on stdout: as a document, or for people; where stdout is a stream of events, on stderr."""
    if document is not None and session.view.kind is Shown.JSON:
        typer.echo(json.dumps(document))
        return
    elsewhere = session.view.kind in (Shown.JSON, Shown.JSONL)
    console = console_for(stderr=elsewhere, no_color=session.view.no_color)
    show_plan(console, made, session.target.name, full)


def code_of(code: ExitCode, made: Plan, detailed: bool) -> ExitCode:
    """Return the exit code: with ``--detailed-exitcode`` terraform's, else that of the check run."""
    if not detailed or code is ExitCode.INTERRUPTED:
        return code
    if code is not ExitCode.SUCCESS:
        return ExitCode.ERROR
    return ExitCode.CHANGES_PENDING if made.changes else ExitCode.SUCCESS
