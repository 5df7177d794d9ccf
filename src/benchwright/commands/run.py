"""`benchwright run`: any playbook, with benchwright's display and record."""

from __future__ import annotations

from typing import Annotated

import typer

from benchwright.ansible_flags import AnsibleFlags
from benchwright.options import View
from benchwright.playbooks import playbook_of
from benchwright.session import begin


def run(
    playbook: Annotated[
        str, typer.Argument(metavar="PLAYBOOK", help="A file, or the name of a collection's playbook.")
    ],
    ansible: AnsibleFlags,
    view: View,
) -> None:
    """Run any playbook and record it."""
    session = begin("run", ansible, view, remembered=False)
    session.close(session.play(playbook_of(playbook)))
