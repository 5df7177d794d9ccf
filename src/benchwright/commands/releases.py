"""`benchwright releases` and `benchwright rollback`: one environment's releases."""

from __future__ import annotations

from typing import Annotated

import typer

from benchwright.ansible_flags import AnsibleFlags
from benchwright.console import console_for
from benchwright.environments import RELEASES, ROLLBACK, Question, ask
from benchwright.options import EnvironmentName, View
from benchwright.record import Record
from benchwright.session import begin
from benchwright.tables import releases_table

"""Columns of a table that nobody sees on a terminal."""


def rollback(
    environment: EnvironmentName,
    ansible: AnsibleFlags,
    view: View,
    to: Annotated[
        str | None, typer.Option(metavar="DIGEST", help="Which release. Default: the one before the current one.")
    ] = None,
) -> None:
    """Switch an environment back to a release that it was before. What runs goes on with the release it began with."""
    session = begin("rollback", ansible, view)
    session.close(ask(ROLLBACK, Question(environment, to), session), _current_releases)


def releases(environment: EnvironmentName, ansible: AnsibleFlags, view: View) -> None:
    """List an environment's releases: which is current, when each was made, its size, and which processes use it."""
    session = begin("releases", ansible, view)
    session.close(ask(RELEASES, Question(environment), session), _releases)


def _current_releases(record: Record) -> None:
    for host, environments in record.answers.environments.items():
        for environment in environments:
            typer.echo(f"{host}: {environment['prefix']} is release {environment['release']}")


def _releases(record: Record) -> None:
    console = console_for()
    for host, environments in record.answers.environments.items():
        for environment in environments:
            title = f"{host}: {environment['prefix']}"
            found = environment.get("releases")
            if found:
                console.print(releases_table(title, found))
            else:
                typer.echo(f"{title} has no releases ({environment['state']})")
