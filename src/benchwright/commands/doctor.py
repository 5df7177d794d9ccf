"""`benchwright doctor`: what is missing, before it is missed."""

from __future__ import annotations

import json
from dataclasses import asdict

import typer
from rich.console import Console
from rich.text import Text

from benchwright.ansible_flags import AnsibleFlags
from benchwright.console import console_for
from benchwright.examination import Finding, examine
from benchwright.options import Shown, View
from benchwright.playbooks import NAMESPACE
from benchwright.record import Record
from benchwright.session import begin
from benchwright.status import ExitCode

UNHEARD = "interrupted before it answered"


def doctor(ansible: AnsibleFlags, view: View) -> None:
    """Look at versions, the collection, the inventory, ssh and the conda host, then reach every host and its Python."""
    session = begin("doctor", ansible, view)
    findings, hosts = ([], []) if view.show_command else examine(session.target, session.flags.for_inventory())
    code = ExitCode.SUCCESS if all(finding.ok or not finding.needed for finding in findings) else ExitCode.ERROR
    if hosts or view.show_command:
        result = session.play(f"{NAMESPACE}.reach")
        findings += _reached(result.record)
        code = code or result.code
    if view.kind is Shown.JSON:
        document = {"format_version": "1.0", "command": "doctor", "status": code.name.lower(), "exit_code": int(code)}
        typer.echo(json.dumps({**document, "findings": [asdict(finding) for finding in findings]}))
    else:
        _show(console_for(no_color=view.no_color), findings)
    raise typer.Exit(code)


def _reached(record: Record) -> list[Finding]:
    failed = {failure.host: failure for failure in record.failures}
    return [
        Finding(
            f"host {host}",
            progress.ok > 0,
            "reached, and has a Python" if progress.ok else failed[host].message if host in failed else UNHEARD,
            "see what ssh says: ssh -v" if host in failed and failed[host].unreachable else "",
        )
        for host, progress in record.progress.items()
    ]


def _show(console: Console, findings: list[Finding]) -> None:
    for finding in findings:
        sign, style = ("✓", "green") if finding.ok else ("✗", "red") if finding.needed else ("!", "yellow")
        told = "\n".join(f"{'':<17}{line}" for line in finding.found.splitlines()).strip()
        console.print(Text.assemble((sign, style), f" {finding.name:<14} {told}"), soft_wrap=True)
        if not finding.ok and finding.to_do:
            console.print(f"{'':<17}to do: {finding.to_do}", highlight=False, markup=False, soft_wrap=True)
