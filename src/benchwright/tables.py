"""Tables of what was asked about: checks, findings, releases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.filesize import decimal
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from benchwright.answers import Answers


def show_checks(console: Console, answers: Answers) -> None:
    """Print the table of what was verified."""
    for host, checks in ((host, checks) for host, checks in answers.checks.items() if checks):
        table = Table(title=f"checks of {host}", title_justify="left", box=None, pad_edge=False)
        for column in ("", "check", "seconds", "detail"):
            table.add_column(column, justify="right" if column == "seconds" else "left", no_wrap=column != "detail")
        task = None
        for check in checks:
            if check["task"] != task:
                task = check["task"]
                table.add_row("", Text(task, style="dim"))
            table.add_row(
                "[green]✓[/]" if check["ok"] else "[red]✗[/]",
                escape(str(check["name"]).replace("_", " ")),
                f"{check['seconds']:.2f}",
                escape(str(check.get("detail") or "")),
            )
        console.print(table)


def show_findings(console: Console, answers: Answers) -> None:
    """Print what an audit found, and what to do about it."""
    for host, findings in answers.findings.items():
        console.print(f"{escape(host)}: {len(findings) or 'nothing'} found", highlight=False)
        for finding in findings:
            style = {"high": "red bold", "medium": "yellow"}.get(finding["severity"], "")
            console.print(Text(f"{finding['severity']:<6} {finding['id']}: {finding['title']}", style=style))
            for name, text in (
                ("where", f"{finding['where']} ({finding['found']})"),
                ("to do", f"{finding['setting']}; with benchwright: {finding['option']}"),
            ):
                console.print(f"       {name}: {text}", markup=False, highlight=False, soft_wrap=True)


def releases_table(title: str, releases: Sequence[Mapping[str, Any]]) -> Table:
    """Return the table of an environment's releases, the last one first."""
    table = Table(title=escape(title), title_justify="left", box=None, pad_edge=False)
    for column in ("release", "made", "size", "", "used by"):
        table.add_column(column, justify="right" if column == "size" else "left", no_wrap=column != "used by")
    for release in reversed(releases):
        users = [f"{user['pid']} {user['command']}" for user in release.get("users") or ()]
        table.add_row(
            str(release["digest"]),
            str(release["created"]),
            decimal(release["size"]) if release.get("size") is not None else "",
            "current" if release["current"] else "",
            escape("\n".join(users)),
        )
    return table
