"""The moving picture of a run: a line for the whole, one for the task, and one for each host, or for those that matter."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.progress_bar import ProgressBar
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from benchwright.history import Expected
from benchwright.record import Progress, Record
from benchwright.shortened import Shortened

AGGREGATED_FROM = 20
"""Hosts from which only those are shown that failed, and those that take longest."""
MOST_ROWS = 5
"""Hosts of each of these two kinds."""
LONG = 10.0
"""Seconds from which a task is long, and how long it usually takes is worth a word."""


class Picture:
    """What is on the screen now; asked several times a second."""

    def __init__(self, record: Record, title: str = "", expected: Expected | None = None) -> None:
        self.record, self.title, self.expected = record, title, expected or Expected()
        self.spinner, self.began = Spinner("dots"), record.clock()

    def __rich__(self) -> RenderableType:
        if not self.record.progress:
            self.spinner.update(text=self._task_line() or Shortened(f"{self.title}: Ansible starts"))
            return self.spinner
        self.spinner.update(text=self._task_line() or "")
        return Group(self._headline(), self.spinner, self._hosts())

    def _headline(self) -> Table:
        record, hosts = self.record, len(self.record.progress)
        words = [f"{hosts} host{'s' * (hosts != 1)}", f"forks {record.forks}", clock(record.clock() - self.began)]
        if (left := self.expected.left(record)) is not None:
            runs = self.expected.runs
            words.append(f"ETA ~{clock(left)} (from {runs} earlier run{'s' * (runs != 1)})")
        if record.stopping():
            words.append("stopping")
        return _line(Shortened(self.title, "bold"), "  ".join(words))

    def _task_line(self) -> Table | None:
        record, task = self.record, self.record.current
        if not task:
            return None
        number = len(record.tasks)
        total = f" of ~{len(self.expected.titles)}" if number <= len(self.expected.titles) else ""
        spent = record.clock() - task.started
        usual = self.expected.usual(task, len(record.progress), record.forks)
        usually = f", usually {usual:.0f} s" if usual is not None and max(usual, spent) >= LONG else ""
        return _line(f"task {number}{total}", Shortened(task.title, "bold"), f"{spent:.0f} s{usually}")

    def _hosts(self) -> Table:
        table = Table(box=None, pad_edge=False, header_style="dim")
        table.add_column("host")
        table.add_column("progress", no_wrap=True)
        table.add_column("now")
        for column in ("ok", "chg", "skip", "fail", "time"):
            table.add_column(column, justify="right", no_wrap=True)
        progress, total = self.record.progress, len(self.expected.titles)
        if len(progress) < AGGREGATED_FROM:
            shown = progress
        else:
            shown = dict(self._remarkable())
            running = sum(1 for each in progress.values() if each.task)
            self._add(table, f"all {len(progress)}", self._sum(), total * len(progress), f"{running} running")
        for host, each in shown.items():
            self._add(table, host, each, total, self._now(each))
        if len(shown) < len(progress):
            table.add_row(Text(f"... {len(progress) - len(shown)} hosts more", style="dim"))
        return table

    def _remarkable(self) -> Iterator[tuple[str, Progress]]:
        """Yield the hosts that failed, and those that have been at their task for longest."""
        failed = [(host, each) for host, each in self.record.progress.items() if each.failed]
        running = [(host, each) for host, each in self.record.progress.items() if each.task and not each.failed]
        yield from failed[-MOST_ROWS:]
        yield from sorted(running, key=lambda pair: pair[1].since)[:MOST_ROWS]

    def _sum(self) -> Progress:
        every = self.record.progress.values()
        return Progress(
            ok=sum(each.ok for each in every),
            changed=sum(each.changed for each in every),
            skipped=sum(each.skipped for each in every),
            failed=sum(each.failed for each in every),
        )

    @staticmethod
    def _now(each: Progress) -> str:
        if not each.task:
            return "stopped" if each.failed else ""
        return each.task.title + (f" [{each.items}]" if each.items else "")

    def _add(self, table: Table, name: str, each: Progress, total: int, now: str) -> None:
        style = "red" if each.failed else "yellow" if each.changed else ""
        since = f"{self.record.clock() - each.since:.0f}s" if each.task else ""
        counts = [Text(str(number)) for number in (each.ok, each.changed, each.skipped, each.failed)]
        table.add_row(Shortened(name, style), _bar(each.ended, total), Shortened(now), *counts, Text(since))


def _line(*parts: RenderableType) -> Table:
    """Put parts beside each other; where there is no room for all, what is Shortened gives way, and figures stay."""
    line = Table.grid(padding=(0, 2, 0, 0))
    for part in parts:
        line.add_column(no_wrap=not isinstance(part, Shortened))
    line.add_row(*(Text(part) if isinstance(part, str) else part for part in parts))
    return line


def _bar(ended: int, total: int) -> RenderableType:
    """A bar where an earlier run tells how much there is to do; else only how much was done."""
    if not total or ended > total:
        return Text(f"{ended} tasks")
    return ProgressBar(total=total, completed=ended, width=12)


def clock(seconds: float) -> str:
    """Return minutes and seconds, as 01:07."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes:02d}:{rest:02d}"
