"""`benchwright destroy`: the end of a project's machines."""

from __future__ import annotations

from typing import Annotated

import typer

from benchwright.ansible_flags import AnsibleFlags
from benchwright.errors import BenchwrightError
from benchwright.options import View, Yes
from benchwright.playbooks import NAMESPACE
from benchwright.record import Record
from benchwright.session import Session, begin
from benchwright.status import ExitCode

Project = Annotated[
    str | None, typer.Option("--project", metavar="NAME", help="The project's name, which confirms without a question.")
]
TASK = "Show whose end it is"


def destroy(ansible: AnsibleFlags, view: View, yes: Yes = False, project: Project = None) -> None:
    """Destroy all machines of the inventory's project, with all that is on them, and prove that none is left.

    Nothing is touched that benchwright did not make. It asks for the project's name.
    """
    session = begin("destroy", ansible, view, remembered=False)
    if session.flags.check or session.flags.only_lists or view.show_command:
        session.close(session.play(f"{NAMESPACE}.destroy"))
    meant = _project(session)
    if not yes:
        _confirm(meant, project if project is not None else _asked(meant))
    result = session.play(f"{NAMESPACE}.destroy", {"destroy_project": meant})
    session.close(result, lambda dummy: typer.echo(f"nothing is left of the project {meant}"))


def _project(session: Session) -> str:
    """Return the project that the inventory names, from Ansible, which alone knows its variables."""
    result = session.play(f"{NAMESPACE}.destroy", check=True)
    found = _named(result.record)
    if not found or result.code is ExitCode.INTERRUPTED:
        session.close(result)
    for note in result.record.answers.notes:
        session.display.loudly(note)
    return found


def _named(record: Record) -> str:
    for task in record.tasks:
        if task.name == TASK:
            for outcome in task.outcomes.values():
                return str(((outcome.answer or {}).get("msg") or {}).get("project") or "")
    return ""


def _asked(project: str) -> str:
    try:
        return str(typer.prompt(f"This destroys all machines of the project {project}. Its name, to confirm", err=True))
    except typer.Abort as abort:
        typer.echo(err=True)  # nobody has ended the question's line
        raise BenchwrightError(
            "not confirmed, so nothing was done; --yes or --project NAME confirms without a question"
        ) from abort


def _confirm(project: str, given: str) -> None:
    if given.strip() != project:
        raise BenchwrightError(
            f"not confirmed, so nothing was done: the project is {project}, not {given.strip() or 'nothing'}"
        )
