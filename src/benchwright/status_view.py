"""What is installed, as tables: environments, servers, and sentences about what is not as it was recorded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

SOON = 21
"""Days before its end from which a certificate is yellow."""
Workbenches = Mapping[str, Mapping[str, Any]]


def show_status(console: Console, found: Workbenches) -> None:
    """Print the tables of hosts that workbench_info told about."""
    console.print(_environments(found))
    if any(told.get("service") or told.get("certificate") for told in found.values()):
        console.print()
        console.print(_servers(found))
    for sentence in drifted(found):
        console.print(Text(f"! {sentence}", style="bold yellow"), soft_wrap=True)


def drifted(found: Workbenches) -> list[str]:
    """Return a sentence for each thing that is not as it was recorded, or not well."""
    return [f"{host}: {sentence}" for host, told in found.items() for sentence in _sentences(told)]


def _sentences(told: Mapping[str, Any]) -> Iterable[str]:
    for environment in told.get("environments") or ():
        for sentence in environment.get("drift") or ():
            yield f"{environment['prefix']}: {sentence}"
    service, certificate = told.get("service") or {}, told.get("certificate") or {}
    if service and not service.get("running"):
        yield f"{service['name']} does not run{_why(service)}"
    if certificate.get("problem"):
        yield f"{certificate['path']}: {certificate['problem']}"
    elif certificate and certificate["days_left"] < 0:
        yield f"{certificate['path']} ended on {certificate['not_after']}"


def _why(told: Mapping[str, Any]) -> str:
    return f": {told['problem']}" if told.get("problem") else ""


def _environments(found: Workbenches) -> Table:
    table = _table("host", "environment", "state", "release", "description", "python", "packages")
    for host, told in found.items():
        for each in told.get("environments") or ():
            style = "yellow" if each.get("drift") else "green"
            release = str(each.get("release_now") or each.get("release") or "-")
            cells = [
                host,
                each["prefix"],
                Text(str(each["state"]), style=style),
                release,
                str(each["description"])[:12] or "-",
            ]
            table.add_row(*cells, str(each["python"] or "-"), str(each["package_count"]))
        if not told.get("environments"):
            table.add_row(host, Text("no environment is recorded", style="dim"))
    return table


def _servers(found: Workbenches) -> Table:
    table = _table("host", "server", "starts with the host", "since", "certificate ends", "names")
    for host, told in found.items():
        service, certificate = told.get("service") or {}, told.get("certificate") or {}
        runs = (
            Text("runs", style="green")
            if service.get("running")
            else Text("does not run" if service else "-", style="red")
        )
        enabled = {True: "yes", False: "no"}.get(service.get("enabled"), "-")  # type: ignore[arg-type]
        names = ", ".join(certificate.get("names") or ()) or "-"
        table.add_row(host, runs, enabled, service.get("since") or "-", _ends(certificate), names)
    return table


def _ends(certificate: Mapping[str, Any]) -> Text:
    if "days_left" not in certificate:
        return Text("unknown" if certificate else "-")
    days = certificate["days_left"]
    style = "red" if days < 0 else "yellow" if days < SOON else "green"
    return Text(f"{certificate['not_after'][:10]} ({days} days)", style=style)


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, justify="right" if column == "packages" else "left", no_wrap=column != "names")
    return table
