"""The picture of a run on more hosts than anybody looks at one by one: a row for each of the long tasks, and how its hosts spread."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import quantiles

from benchwright.record import Record, Task
from benchwright.report.axis import Axis, axis_of, duration
from benchwright.report.story import Story, seconds_of
from benchwright.report.timeline import LABELS, TOP, WIDTH, Bar, Picture, Row, colours_of, timeline

MOST_HOSTS = 200
"""Up to here each host has a row."""
MOST_TASKS = 40
WORST = 30
"""Hosts that have a row nevertheless: those that failed, then those that took longest."""
WIDER = 120.0
"""Names of tasks are longer than those of hosts."""


def pictures(story: Story) -> list[tuple[str, Picture]]:
    """Return the pictures with their titles; none where nothing ran."""
    record, hosts = story.record, [host.name for host in story.hosts]
    if len(hosts) <= MOST_HOSTS:
        drawn = [("Each host's time, task by task", timeline(record, hosts))]
    else:
        worst = sorted(story.hosts, key=lambda host: (-host.failed, -host.seconds))[:WORST]
        few = [host.name for host in worst]
        drawn = [
            (
                f"The longest tasks on {len(hosts)} hosts: from the first to the last one, and the middle 80 of 100",
                fleet(record),
            ),
            (f"The {len(few)} hosts that failed or took longest", timeline(record, few)),
        ]
    return [(title, picture) for title, picture in drawn if picture]


def fleet(record: Record) -> Picture | None:
    """Return the picture of the longest tasks, in the order of the run."""
    ran = [task for task in record.tasks if task.outcomes]
    if not ran:
        return None
    left = LABELS + WIDER
    axis = axis_of((outcome for task in ran for outcome in task.outcomes.values()), left, WIDTH - left - 10)
    longest = {id(task) for task in sorted(ran, key=lambda task: -seconds_of(task))[:MOST_TASKS]}
    colours, pitch = colours_of(ran), 20.0
    rows = [
        Row(TOP + index * pitch, task.title, _bars(axis, task, colours[task.role or "play"]), bool(task.failed))
        for index, task in enumerate(task for task in ran if id(task) in longest)
    ]
    return Picture(tuple(rows), tuple(axis.marks()), tuple(colours.items()), pitch, left)


def _bars(axis: Axis, task: Task, colour: int) -> tuple[Bar, ...]:
    """From the first host's start to the last one's end, and over it from when a tenth of the hosts had begun to when nine had ended."""
    outcomes = task.outcomes.values()
    starts, ends = sorted(each.start for each in outcomes), sorted(each.end for each in outcomes)
    said = f"{task.title}: {len(starts)} hosts, {duration(ends[-1] - starts[0])}"
    band = (_percentile(starts, 10), _percentile(ends, 90))
    kind = "failed" if task.failed else "changed"
    return (
        _bar(axis, (starts[0], ends[-1]), colour, "unchanged", said),
        _bar(axis, band, colour, kind, f"{said}; {len(task.failed)} failed, {len(task.changed)} changed"),
    )


def _bar(axis: Axis, times: tuple[float, float], colour: int, kind: str, title: str) -> Bar:
    x = axis.place(times[0])
    return Bar(x, round(max(0.5, axis.place(times[1]) - x), 1), colour, kind, title)


def _percentile(values: Sequence[float], percent: int) -> float:
    return values[0] if len(values) < 2 else quantiles(values, n=100, method="inclusive")[percent - 1]
