"""`benchwright hosts`: which machines an inventory has."""

from __future__ import annotations

import datetime
import json
from typing import Annotated

import typer

from benchwright.ansible_flags import AnsibleFlags
from benchwright.console import console_for
from benchwright.machines import expired, machines_of, machines_table
from benchwright.options import Shown, View
from benchwright.playbooks import NAMESPACE
from benchwright.session import begin
from benchwright.status import ExitCode

"""Columns of a table that nobody sees on a terminal."""
Expired = Annotated[bool, typer.Option("--expired", help="Only machines whose last day is over.")]


def hosts(ansible: AnsibleFlags, view: View, only_expired: Expired = False) -> None:
    """List the inventory's hosts: where they are, what they cost, how long they are to stay. No host is asked."""
    session = begin("hosts", ansible, view, remembered=False)
    result = session.play(f"{NAMESPACE}.hosts")
    if result.code is not ExitCode.SUCCESS:
        session.close(result)
    found = machines_of(result.record)
    listed = expired(found, datetime.datetime.now(datetime.UTC).date()) if only_expired else found
    if view.kind is Shown.JSON:
        typer.echo(json.dumps({**result.document("hosts"), "machines": listed}))
    elif listed:
        console_for().print(machines_table(listed))
    else:
        typer.echo(f"no host's last day is over ({len(found)} hosts)" if only_expired else "the inventory has no host")
