"""What people see of a run, on stderr: a moving picture on a terminal, plain lines elsewhere, and failures at once."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import typer
from rich.console import Console
from rich.live import Live
from rich.markup import escape
from rich.text import Text

from benchwright.card import show_failure
from benchwright.console import console_for
from benchwright.history import Expected
from benchwright.live import LONG, Picture
from benchwright.options import Shown, View
from benchwright.outcome import Failure
from benchwright.record import Record, Task
from benchwright.tables import show_checks, show_findings

SHOWN_FROM = 1.0
"""Seconds from which an unchanged task is worth a line of its own."""
MOST_CARDS = 5
"""Hosts of which a failure of one task is told in full."""
FRAMES = 4
"""Pictures a second: a shared machine has better things to do."""


class Display:
    """Writes to one console. ``quiet`` leaves out progress; ``diff`` adds what changes in packages and files."""

    def __init__(self, console: Console, quiet: bool = False, diff: bool = False, kind: Shown = Shown.AUTO) -> None:
        self.console, self.quiet, self.diff, self.kind = console, quiet, diff, kind
        self.failed: Counter[str] = Counter()
        self.again = ""
        """The command line that a failed host is tried again with, its ``--limit`` excepted."""

    @property
    def moves(self) -> bool:
        """Whether there is a moving picture: on a terminal, unless a machine sits behind it."""
        wanted = self.kind is Shown.LIVE or (self.kind in (Shown.AUTO, Shown.JSON) and not os.environ.get("CI"))
        return wanted and not self.quiet and self.console.is_terminal and not self.console.is_dumb_terminal

    @contextmanager
    def progress(self, record: Record, title: str = "", expected: Expected | None = None) -> Iterator[None]:
        """Show how far the hosts are, a line for each task that took time or changed something, and each failure."""
        record.listen, record.alarm = self.task_line, self.failure
        if not self.moves:
            record.begin = lambda task: self.patience(task, record, expected or Expected())
            yield
            return
        picture = Picture(record, title, expected)
        with Live(picture, console=self.console, refresh_per_second=FRAMES, transient=True):
            yield

    def patience(self, task: Task, record: Record, expected: Expected) -> None:
        """Say of a long task how long it usually takes, where no picture shows that it goes on."""
        usual = expected.usual(task, len(record.progress), record.forks)
        if usual is not None and usual >= LONG and self.kind is not Shown.RAW:
            self.say(f"… {task.title} usually takes {usual:.0f} s")

    def event(self, event: Mapping[str, Any]) -> None:
        """Hand an event on, where somebody wants them as they happen."""
        if self.kind is Shown.JSONL:
            typer.echo(json.dumps(event))

    def raw(self, text: str) -> None:
        """Hand on Ansible's own words, where somebody wants these."""
        if self.kind is Shown.RAW:
            typer.echo(text)

    def say(self, message: str) -> None:
        """Print one line of progress."""
        if not self.quiet:
            self.console.print(message, markup=False, highlight=False)

    def loudly(self, message: str) -> None:
        """Print what must not be overlooked."""
        self.console.print(Text(message, style="bold yellow"), soft_wrap=True)

    def going_on(self, record: Record) -> None:
        """Print, of an interrupted run, what may go on on the hosts: Ansible ends, and what it started there need not."""
        running: dict[str, list[str]] = {}
        for host, progress in record.progress.items():
            if progress.task:
                running.setdefault(progress.task.title, []).append(host)
        for title, hosts in running.items():
            self.loudly(f"may still be running on {', '.join(hosts)}: {title}")

    def task_line(self, task: Task) -> None:
        """Print how a task ended, unless it did nothing and took no time."""
        shown = task.changed or task.failed or (task.seconds or 0) >= SHOWN_FROM
        if self.quiet or self.kind is Shown.RAW or not (shown and task.outcomes):
            return
        sign, word, style = _ended(task)
        self.console.print(
            f"[{style}]{sign}[/] {escape(task.title):<62} [{style}]{word:<8}[/]{task.seconds or 0:6.1f} s",
            highlight=False,
            soft_wrap=True,
        )
        if (more := self.failed[task.title] - MOST_CARDS) > 0:
            self.console.print(
                f"  and on {more} hosts more; 'benchwright log --failed' lists them all", highlight=False
            )
        for host, lines in task.differences.items() if self.diff else ():
            for line in lines:
                style = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1], "")
                self.console.print(Text(f"  {host}: {line}", style=style), soft_wrap=True)

    def failure(self, failure: Failure) -> None:
        """Print where something failed and why, as soon as it is known; of a task that fails everywhere, for the first hosts."""
        self.failed[failure.task] += 1
        if self.kind is Shown.RAW or self.failed[failure.task] > MOST_CARDS:
            return
        show_failure(self.console, failure, self.again)

    def checks(self, record: Record) -> None:
        """Print the table of what was verified."""
        show_checks(self.console, record.answers)

    def findings(self, record: Record) -> None:
        """Print what an audit found, and what to do about it."""
        show_findings(self.console, record.answers)

    def phases(self, phases: dict[str, float]) -> None:
        """Print where the time went."""
        spent = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in phases.items())
        self.console.print(f"time: {spent}; together {sum(phases.values()):.1f} s", highlight=False, soft_wrap=True)


def _ended(task: Task) -> tuple[str, str, str]:
    """Return the sign, the words and the style of how a task ended; of several hosts, how many."""
    counts = {"failed": len(task.failed), "changed": len(task.changed), "ok": len(task.ok - task.changed)}
    counts["failed, and made good"] = sum(1 for each in task.outcomes.values() if each.ignored or each.rescued)
    counts["skipped"] = len(task.outcomes) - sum(counts.values())
    words = [word for word, count in counts.items() if count] or ["ok"]
    told = words[0] if len(task.outcomes) < 2 else ", ".join(f"{counts[word]} {word}" for word in words)
    return {"failed": ("✗", told, "red"), "changed": ("~", told, "yellow"), "ok": ("✓", told, "green")}.get(
        words[0], ("-", told, "dim")
    )


def display_for(view: View, diff: bool) -> Display:
    """Return the display that the options ask for."""
    return Display(console_for(stderr=True, no_color=view.no_color), view.quiet, diff, view.kind)
