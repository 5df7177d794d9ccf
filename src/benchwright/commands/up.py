"""`benchwright up`: everything, in one command without a question."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, NoReturn

import typer

from benchwright.ansible_flags import AnsibleFlags
from benchwright.errors import BenchwrightError
from benchwright.one_host import address_of, check_key, inventory_of
from benchwright.options import Port, View
from benchwright.playbooks import NAMESPACE
from benchwright.record import Record
from benchwright.remembered import remember
from benchwright.session import Session, begin, server_options
from benchwright.sources import Source, channel_variables
from benchwright.status import ExitCode

Host = Annotated[
    str | None,
    typer.Argument(
        metavar="[[USER@]HOST[:PORT]]",
        help="A machine that ssh reaches; it needs nothing but ssh. Default: this machine.",
    ),
]


def up(ansible: AnsibleFlags, view: View, host: Host = None, source: Source = None, port: Port = None) -> None:
    """Make this machine (or HOST, or an inventory's hosts) a Python workbench, and verify it."""
    if host is None:
        session = begin("up", ansible, view, server_options(port))
        _site(session, source, Record())
    if ansible.inventory:
        raise BenchwrightError("give either a HOST or an inventory with -i, not both")
    check_key(ansible.private_key)
    with inventory_of(address_of(host)) as inventory:
        session = begin("up", replace(ansible, inventory=[str(inventory)]), view, server_options(port))
        _all_of(session, source)


def _all_of(session: Session, source: str | None) -> NoReturn:
    """Python first, without which Ansible can do nothing; in the end a look from here, as from anywhere."""
    record = Record()
    for playbook in (f"{NAMESPACE}.ready", f"{NAMESPACE}.site"):
        given = channel_variables(session, playbook, source, record) if playbook.endswith("site") else {}
        result = session.play(playbook, given, record)
        if result.code is not ExitCode.SUCCESS:
            session.close(result)
    if not session.flags.check:
        result = session.play(f"{NAMESPACE}.verify_outside", {}, record)
    session.display.checks(result.record)
    session.close(result)


def _site(session: Session, source: str | None, record: Record) -> NoReturn:
    playbook = f"{NAMESPACE}.site"
    result = session.play(playbook, channel_variables(session, playbook, source, record), record)
    session.display.checks(result.record)
    if session.target.here and not session.flags.check and result.code is ExitCode.SUCCESS:
        remember(session.flags.extra_vars or [])
    session.close(result)
