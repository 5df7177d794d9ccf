"""`benchwright open`: a host's server in this machine's browser."""

from __future__ import annotations

import webbrowser
from dataclasses import replace
from typing import Annotated

import typer

from benchwright.ansible_flags import AnsibleFlags
from benchwright.closing import show_addresses
from benchwright.options import View
from benchwright.playbooks import NAMESPACE
from benchwright.session import begin
from benchwright.status import ExitCode
from benchwright.tunnel import keep_open, the_only_one, way_to


def open_server(
    ansible: AnsibleFlags,
    view: View,
    host: Annotated[
        str | None, typer.Argument(metavar="HOST", help="A host of the inventory. Default: the only one.")
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(
            min=1024, max=65535, help="This machine's end of the tunnel. Default: the server's port, or a free one."
        ),
    ] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Only show the address.")] = False,
) -> None:
    """Bring a host's Jupyter server to this machine, through ssh if it listens on its own host only, and open a browser."""
    session = begin("open", replace(ansible, limit=host or ansible.limit), view)
    result = session.play(f"{NAMESPACE}.open")
    if result.code is not ExitCode.SUCCESS:
        session.close(result)
    addresses = result.record.answers.addresses
    show_addresses(result.record)
    keep_open(way_to(the_only_one(addresses)), port, None if no_browser else webbrowser.open, typer.echo)
