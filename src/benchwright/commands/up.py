"""`benchwright up`: everything, in one command without a question."""

from __future__ import annotations

from collections.abc import Sequence
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
from benchwright.verification import Verification

Host = Annotated[
    str | None,
    typer.Argument(
        metavar="[[USER@]HOST[:PORT]]",
        help="A machine that ssh reaches; it needs nothing but ssh. Default: this machine.",
    ),
]


ON_A_HOST = ("ready", "site")
"""Python first, without which Ansible can do nothing."""
ON_AN_INVENTORY = ("site",)


def up(ansible: AnsibleFlags, view: View, host: Host = None, source: Source = None, port: Port = None) -> None:
    """Make this machine (or HOST, or an inventory's hosts) a Python workbench, and verify it."""
    if host is None:
        session = begin("up", ansible, view, server_options(port))
        _all_of(ON_AN_INVENTORY, session, source)
    if ansible.inventory:
        raise BenchwrightError("give either a HOST or an inventory with -i, not both")
    check_key(ansible.private_key)
    with inventory_of(address_of(host)) as inventory:
        session = begin("up", replace(ansible, inventory=[str(inventory)]), view, server_options(port))
        _all_of(ON_A_HOST, session, source)


def _all_of(playbooks: Sequence[str], session: Session, source: str | None) -> NoReturn:
    """Play one after the other, until one fails. A verification is in the last; of other machines it is one from here, too."""
    record = Record()
    outside = {} if session.target.here else Verification().variables()
    for name in playbooks:
        playbook = f"{NAMESPACE}.{name}"
        given = {**channel_variables(session, playbook, source, record), **outside} if name == "site" else {}
        result = session.play(playbook, given, record)
        if result.code is not ExitCode.SUCCESS:
            break
    session.display.checks(result.record)
    if session.target.here and not session.flags.check and result.code is ExitCode.SUCCESS:
        remember(session.flags.extra_vars or [])
    session.close(result)
