"""`benchwright down`: away with what `up` made."""

from __future__ import annotations

from typing import Annotated

import typer

from benchwright.ansible_flags import AnsibleFlags
from benchwright.channel.storage import cache_directory, remove_cache
from benchwright.options import View, Yes
from benchwright.playbooks import NAMESPACE
from benchwright.questions import confirm
from benchwright.remembered import forget
from benchwright.run_directory import runs_of
from benchwright.session import begin
from benchwright.status import ExitCode


def down(
    ansible: AnsibleFlags,
    view: View,
    yes: Yes = False,
    notebooks: Annotated[bool, typer.Option("--notebooks", help="Remove the notebooks too.")] = False,
) -> None:
    """Stop the workbench and remove exactly what 'up' made. Notebooks are kept, unless asked otherwise."""
    session = begin("down", ansible, view)
    if not (yes or session.flags.check or session.flags.only_lists or view.show_command):
        kept = "notebooks INCLUDED" if notebooks else "notebooks are kept"
        confirm(
            f"Remove the workbench from {session.target.name}, its environments with all that is in them included ({kept})?",
            "'down --yes' confirms without a question (make down DOWN=--yes)",
        )
    result = session.play(f"{NAMESPACE}.remove_workbench", {"jupyter_server_remove_notebooks": notebooks})
    if session.target.here and not session.flags.check and result.code is ExitCode.SUCCESS:
        remove_cache()
        forget()
        session.display.say(f"kept: {', '.join(_kept())}")
    session.close(result)


def _kept() -> list[str]:
    """What is no part of a workbench: the records of runs, and what is fetched again where it is missing."""
    caches = cache_directory().parent
    return [f"records of runs in {runs_of(here=True)}", *([f"caches in {caches}"] if caches.exists() else [])]
