"""`benchwright apply`: plan, ask, run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from benchwright.ansible_flags import AnsibleFlags
from benchwright.commands.plan import show
from benchwright.errors import BenchwrightError
from benchwright.options import FullDiff, Playbook, Port, View
from benchwright.plan import Plan, plan_of
from benchwright.plan_file import check_still_true, read_plan
from benchwright.playbooks import playbook_of
from benchwright.questions import confirm
from benchwright.record import Record
from benchwright.remembered import remember
from benchwright.session import Session, begin, server_options
from benchwright.sources import Source, channel_variables
from benchwright.status import ExitCode
from benchwright.workbench import Result


def apply(
    ansible: AnsibleFlags,
    view: View,
    playbook: Playbook = None,
    yes: Annotated[bool, typer.Option("-y", "--yes", help="Run at once, without a plan and a question.")] = False,
    plan_file: Annotated[
        Path | None,
        typer.Option(
            "--plan", metavar="FILE", help="Run only if what would happen is still what 'plan --out FILE' said."
        ),
    ] = None,
    full_diff: FullDiff = False,
    source: Source = None,
    port: Port = None,
) -> None:
    """Say what would change, ask, and do it."""
    session = begin("apply", ansible, view, server_options(port))
    name, record = playbook_of(playbook, session.target.here), Record()
    kept = read_plan(plan_file) if plan_file else None
    variables = channel_variables(session, name, source, record)
    needless = view.show_command or session.flags.only_lists or session.flags.check
    if not needless and (kept is not None or not yes):
        planned = _planned(session, name, variables)
        made = plan_of(planned.record)
        if plan_file and kept is not None:
            check_still_true(str(plan_file), kept, made, name)
        else:
            _agree(session, planned, made, full_diff)
    result = session.play(name, variables, record)
    session.display.checks(result.record)
    if session.target.here and not session.flags.check and result.code is ExitCode.SUCCESS:
        remember(session.flags.extra_vars or [])
    session.close(result)


def _planned(session: Session, playbook: str, variables: dict[str, Any]) -> Result:
    """Return the check run; raises BenchwrightError where it failed, so that there is no plan."""
    result = session.play(playbook, variables, check=True, diff=True)
    if result.code is ExitCode.INTERRUPTED:
        session.close(result)
    if result.code is not ExitCode.SUCCESS:
        failed = ", ".join(sorted({failure.host for failure in result.record.failures}))
        raise BenchwrightError(
            f"the plan failed on {failed}, so nothing was done; mend that, or leave these hosts out with --limit, "
            "or run without a plan: --yes",
            result.code,
        )
    return result


def _agree(session: Session, planned: Result, made: Plan, full: bool) -> None:
    """Show the plan and ask; ends the command where there is nothing to do."""
    show(made, session, None, full)
    if not made.changes and not made.unpredictable:
        session.close(planned)
    confirm(f"Do this to {session.target.name}?")
