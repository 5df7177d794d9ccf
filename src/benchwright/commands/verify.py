"""`benchwright verify`: whether the servers work, here and there, and what the hosts themselves show."""

from __future__ import annotations

from typing import Annotated

import typer

from benchwright.ansible_flags import AnsibleFlags
from benchwright.options import Port, View
from benchwright.playbooks import NAMESPACE
from benchwright.session import begin, server_options
from benchwright.verification import Verification


def verify(
    ansible: AnsibleFlags,
    view: View,
    port: Port = None,
    outside: Annotated[
        bool,
        typer.Option("--outside/--no-outside", help="Use the servers from here, too; those that let anybody else in."),
    ] = True,
    on_hosts: Annotated[
        bool,
        typer.Option(
            "--on-hosts",
            help="Look at the hosts themselves, too, with the roles' testinfra checks; takes pytest-testinfra.",
        ),
    ] = False,
    hosts_only: Annotated[
        bool, typer.Option("--hosts-only", help="The same without using servers, as where there are none.")
    ] = False,
    only: Annotated[
        str | None,
        typer.Option("--checks", metavar="EXPRESSION", help="Of these checks, those that pytest's -k chooses."),
    ] = None,
) -> None:
    """Log in to the Jupyter servers, run cells, a terminal and files, and say whether all of it works."""
    session = begin("verify", ansible, view, server_options(port))
    servers = not hosts_only
    from_here = servers and outside and not session.target.here
    wanted = Verification(servers, from_here, on_hosts or hosts_only or bool(only), only)
    result = session.play(f"{NAMESPACE}.verify", wanted.variables())
    session.display.checks(result.record)
    wanted.check_that_something_was_seen(result.record)
    session.close(result)
