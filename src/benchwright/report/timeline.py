"""The picture of a run: a row for each host, a bar for each task; it shows which host, or which task, the others waited for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from benchwright.outcome import Outcome
from benchwright.record import Record, Task
from benchwright.report.axis import Axis, Mark, axis_of, duration

LABELS = 190.0
"""What the names take on the left."""
WIDTH = 1100.0
TOP = 26.0
COLOURS = 8
SMALL = 1.5
"""Bars that are narrower are drawn as one where they follow each other."""


@dataclass(frozen=True)
class Bar:
    """``kind`` is changed, unchanged or failed; ``colour`` the number of its role's colour."""

    x: float
    width: float
    colour: int
    kind: str
    title: str
    tasks: int = 1

    @property
    def end(self) -> float:
        return self.x + self.width


@dataclass(frozen=True)
class Row:
    """One line of the picture."""

    y: float
    label: str
    bars: tuple[Bar, ...]
    failed: bool = False


@dataclass(frozen=True)
class Picture:
    """What a template draws. ``bar`` is the height of a bar, ``pitch`` that of a row."""

    rows: tuple[Row, ...]
    marks: tuple[Mark, ...]
    legend: tuple[tuple[str, int], ...]
    """Roles and the numbers of their colours."""
    pitch: float
    left: float = LABELS
    width: float = WIDTH
    top: float = TOP

    @property
    def thickness(self) -> float:
        return round(self.pitch * 0.72, 1)

    @property
    def height(self) -> float:
        return self.top + len(self.rows) * self.pitch + 6


def timeline(record: Record, hosts: Sequence[str]) -> Picture | None:
    """Return the picture of these hosts; None where nothing ran on any."""
    shown = [outcome for task in record.tasks for host, outcome in task.outcomes.items() if host in set(hosts)]
    if not shown:
        return None
    colours = colours_of(record.tasks)
    axis = axis_of(shown, LABELS, WIDTH - LABELS - 10)
    pitch = 22.0 if len(hosts) <= 40 else 14.0 if len(hosts) <= 100 else 10.0
    bars: dict[str, list[Bar]] = {host: [] for host in hosts}
    for task in record.tasks:
        for host, outcome in task.outcomes.items():
            if host in bars:
                _add(bars[host], _bar(axis, task, outcome, colours[task.role or "play"]))
    rows = tuple(_rows(record, bars, pitch))
    return Picture(rows, tuple(axis.marks()), tuple(colours.items()), pitch)


def colours_of(tasks: Iterable[Task]) -> dict[str, int]:
    """Return the number of a colour for each role, in the order in which they appear."""
    roles = list(dict.fromkeys(task.role or "play" for task in tasks if task.outcomes))
    return {role: index % COLOURS for index, role in enumerate(roles)}


def _rows(record: Record, bars: dict[str, list[Bar]], pitch: float) -> Iterator[Row]:
    for index, (host, of_host) in enumerate(bars.items()):
        yield Row(TOP + index * pitch, host, tuple(of_host), bool(record.progress[host].failed))


def _bar(axis: Axis, task: Task, outcome: Outcome, colour: int) -> Bar:
    x = axis.place(outcome.start)
    kind = "failed" if outcome.failed else "changed" if outcome.changed else "unchanged"
    title = f"{outcome.host}  {task.title}: {duration(outcome.end - outcome.start)}, {kind}"
    return Bar(x, round(axis.place(outcome.end) - x, 1), colour, kind, title)


def _add(bars: list[Bar], following: Bar) -> None:
    """Add a bar, or make the last one longer where neither could be told from the other."""
    if bars:
        last = bars[-1]
        alike = (last.colour, last.kind) == (following.colour, following.kind)
        if alike and min(following.width, last.width) < SMALL and following.x - last.end < SMALL:
            tasks = last.tasks + 1
            title = (
                f"{last.title.partition(' and ')[0]} and {last.tasks} more"
                if last.width >= following.width
                else following.title
            )
            bars[-1] = replace(last, width=round(max(following.end, last.end) - last.x, 1), title=title, tasks=tasks)
            return
    bars.append(following)
