"""Progress and results for people, on stderr: a moving line on a terminal, plain lines elsewhere."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.filesize import decimal
from rich.live import Live
from rich.markup import escape
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from benchwright.record import Failure, Record, Task

SHOWN_FROM = 1.0
"""Seconds from which an unchanged task is worth a line of its own."""


class Display:
    """Writes to one console. ``quiet`` leaves out progress; ``diff`` adds what changes in packages and files."""

    def __init__(self, console: Console, quiet: bool = False, diff: bool = False) -> None:
        self.console, self.quiet, self.diff = console, quiet, diff

    @contextmanager
    def progress(self, record: Record) -> Iterator[None]:
        """Show the task that runs and how long it has been running; print a line for each that took time or changed."""
        record.listen = self.task_line
        if self.quiet or not self.console.is_terminal:
            yield
            return
        line = _CurrentTask(record)
        with Live(line, console=self.console, refresh_per_second=8, transient=True):
            yield

    def say(self, message: str) -> None:
        """Print one line of progress."""
        if not self.quiet:
            self.console.print(message, markup=False, highlight=False)

    def loudly(self, message: str) -> None:
        """Print what must not be overlooked."""
        self.console.print(Text(message, style="bold yellow"), soft_wrap=True)

    def task_line(self, task: Task) -> None:
        """Print how a task ended, unless it did nothing and took no time."""
        if self.quiet or not (task.changed or task.failed or (task.seconds or 0) >= SHOWN_FROM):
            return
        sign, word, style = (
            ("✗", "failed", "red")
            if task.failed
            else ("~", "changed", "yellow")
            if task.changed
            else ("✓", "ok", "green")
        )
        self.console.print(
            f"[{style}]{sign}[/] {escape(task.title):<62} [{style}]{word:<8}[/]{task.seconds or 0:6.1f} s",
            highlight=False,
            soft_wrap=True,
        )
        for host, lines in task.differences.items() if self.diff else ():
            for line in lines:
                style = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1], "")
                self.console.print(Text(f"  {host}: {line}", style=style), soft_wrap=True)

    def failure(self, failure: Failure) -> None:
        """Print where something failed and why."""
        where = "could not be reached" if failure.unreachable else f"failed at {failure.task}"
        self.console.print(f"[red bold]{escape(failure.host)} {escape(where)}[/]", highlight=False)
        for line in failure.message.splitlines():
            self.console.print(f"  {line}", markup=False, highlight=False, soft_wrap=True)

    def checks(self, record: Record) -> None:
        """Print the table of what was verified."""
        for host, checks in record.checks.items():
            table = Table(title=f"checks of {host}", title_justify="left", box=None, pad_edge=False)
            for column in ("", "check", "seconds", "detail"):
                table.add_column(column, justify="right" if column == "seconds" else "left", no_wrap=column != "detail")
            for check in checks:
                table.add_row(
                    "[green]✓[/]" if check["ok"] else "[red]✗[/]",
                    escape(str(check["name"]).replace("_", " ")),
                    f"{check['seconds']:.2f}",
                    escape(str(check.get("detail") or "")),
                )
            self.console.print(table)

    def phases(self, phases: dict[str, float]) -> None:
        """Print where the time went."""
        spent = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in phases.items())
        self.console.print(f"time: {spent}; together {sum(phases.values()):.1f} s", highlight=False, soft_wrap=True)


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


class _CurrentTask:
    """What the moving line shows; asked several times a second."""

    def __init__(self, record: Record) -> None:
        self.record, self.spinner, self.lock = record, Spinner("dots"), threading.Lock()

    def __rich__(self) -> Spinner:
        task = self.record.current
        if task:
            self.spinner.update(text=Text(f"{task.title}  {self.record.clock() - task.started:.0f} s"))
        return self.spinner
