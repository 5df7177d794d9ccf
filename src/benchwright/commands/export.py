"""`benchwright export`: environments of hosts, written down here as files that make them again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from benchwright.ansible_flags import AnsibleFlags
from benchwright.console import console_for
from benchwright.exports import Differences, differences
from benchwright.options import Shown, View
from benchwright.playbooks import NAMESPACE
from benchwright.record import Record
from benchwright.session import begin
from benchwright.status import ExitCode

MOST_HOSTS = 3
"""Hosts that are named for a version; of more there is the number."""


def export(
    ansible: AnsibleFlags,
    view: View,
    environments: Annotated[
        list[str] | None,
        typer.Option(
            "--env", metavar="ENV", help="Only this environment, by its name or directory; as often as you like."
        ),
    ] = None,
    to: Annotated[
        Path,
        typer.Option("--to", metavar="DIR", file_okay=False, help="Where to write HOST/ENVIRONMENT/ and the files."),
    ] = Path("exports"),
    compare: Annotated[
        bool, typer.Option("--compare", help="Say which packages differ between the hosts. Exit code 2 where any does.")
    ] = False,
) -> None:
    """Write down what the hosts' environments hold: environment.yml, a lock, and pip's packages. Changes nothing on them."""
    session = begin("export", ansible, view)
    wanted: dict[str, Any] = {"workbench_export_environments": environments} if environments else {}
    result = session.play(f"{NAMESPACE}.export", {"workbench_export_to": str(to.absolute()), **wanted})
    if not compare or result.code is not ExitCode.SUCCESS or session.flags.check:
        session.close(result, _directories)
    found = differences(result.record.answers.exports)
    code = ExitCode.CHANGES_PENDING if found else ExitCode.SUCCESS
    status = "changes_pending" if found else "success"
    if view.kind is Shown.JSON:
        told = {"differences": found, "exit_code": int(code), "status": status}
        typer.echo(json.dumps({**result.document("export"), **told}))
    else:
        _show(found, console_for(stderr=view.kind is Shown.JSONL, no_color=view.no_color))
    raise typer.Exit(code)


def _directories(record: Record) -> None:
    for host, of_host in record.answers.exports.items():
        for directory in of_host.values():
            typer.echo(f"{host}: {directory}")


def _show(found: Differences, console: Console) -> None:
    if not found:
        console.print("the hosts' environments of the same names hold the same")
    for name, packages in found.items():
        table = Table(title=name, title_justify="left", box=None, pad_edge=False)
        for column in ("package", "version", "hosts"):
            table.add_column(column, no_wrap=column != "hosts")
        for package, by_host in packages.items():
            for index, (version, hosts) in enumerate(_by_version(by_host).items()):
                cells = ("" if index else package, version or "not there", _named(hosts))
                table.add_row(*map(Text, cells))
        console.print(table)


def _by_version(by_host: dict[str, str]) -> dict[str, list[str]]:
    versions: dict[str, list[str]] = {}
    for host, version in by_host.items():
        versions.setdefault(version, []).append(host)
    return versions


def _named(hosts: list[str]) -> str:
    more = len(hosts) - MOST_HOSTS
    return ", ".join(hosts[:MOST_HOSTS]) + (f" and {more} more" if more > 0 else "")
