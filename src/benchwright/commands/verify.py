"""`benchwright verify`: whether the servers work, and what the hosts themselves show."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from benchwright.ansible_flags import AnsibleFlags
from benchwright.errors import BenchwrightError
from benchwright.host_checks import host_checks
from benchwright.options import Port, View
from benchwright.outcome import Failure
from benchwright.playbooks import NAMESPACE
from benchwright.record import Record
from benchwright.session import Session, begin, server_options
from benchwright.status import ExitCode
from benchwright.target import configured_inventory
from benchwright.workbench import Result


def verify(
    ansible: AnsibleFlags,
    view: View,
    port: Port = None,
    on_hosts: Annotated[
        bool,
        typer.Option(
            "--on-hosts",
            help="Look at the hosts themselves, too, with the roles' testinfra checks (benchwright[verify]).",
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
    result = Result(Record(), ExitCode.SUCCESS, 0.0) if hosts_only else session.play(f"{NAMESPACE}.verify")
    if (on_hosts or hosts_only or only) and not session.flags.check and result.code is not ExitCode.INTERRUPTED:
        result = _with_host_checks(session, result, only)
    session.display.checks(result.record)
    session.close(result)


def _with_host_checks(session: Session, result: Result, only: str | None) -> Result:
    """Return the result with the checks on hosts among the others; one that fails is a failure of its host."""
    inventory = session.target.inventory or (configured_inventory(),)
    found = host_checks(inventory, session.flags.limit, only)
    code = result.code
    if not found:
        raise BenchwrightError(
            "no check concerns any of these hosts; nothing of the roles is described or recorded there"
        )
    for host, checks in found.items():
        result.record.answers.checks.setdefault(host, []).extend(checks)
        for check in checks:
            if not check["ok"]:
                failure = Failure(host, str(check["name"]).replace("_", " "), str(check["detail"]))
                result.record.failures.append(failure)
                result.record.alarm(failure)
                code = ExitCode.HOST_FAILED if code is ExitCode.SUCCESS else code
    return replace(result, code=code)
