"""How long tasks usually take, from runs that are on record; where there are none, nobody knows and nothing is said."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from benchwright.record import Record, Task
from benchwright.run_directory import all_runs

MOST_RUNS = 10
"""Earlier runs of the same kind that count, the last ones."""
MOST_LOOKED_AT = 100


@dataclass(frozen=True)
class Expected:
    """What earlier runs of the same playbook, in the same mode, had: tasks in their order, and seconds of each on one host."""

    titles: Sequence[str] = ()
    """The tasks of the last one of these runs."""
    seconds: Mapping[str, float] | None = None
    """The median of all of these runs, by title."""
    runs: int = 0

    def usual(self, task: Task, hosts: int, forks: int) -> float | None:
        """Return how long a task usually takes on so many hosts."""
        seconds = (self.seconds or {}).get(task.title)
        return None if seconds is None else seconds * waves(hosts, forks)

    def left(self, record: Record) -> float | None:
        """Return the seconds that are left; None where no earlier run tells."""
        if not self.runs or self.seconds is None:
            return None
        hosts, done = len(record.progress), Counter(task.title for task in record.tasks)
        rest = Counter(self.titles) - done
        left = sum(self.seconds.get(title, 0.0) * count for title, count in rest.items()) * waves(hosts, record.forks)
        if current := record.current:
            usual = self.usual(current, hosts, record.forks) or 0.0
            left += max(0.0, usual - (record.clock() - current.started))
        return left


def waves(hosts: int, forks: int) -> int:
    """Return how many times as many hosts as Ansible works on at once are needed."""
    return max(1, math.ceil(hosts / max(1, forks)))


def durations(tasks: Iterable[Task]) -> list[list[Any]]:
    """Return what a run keeps for those after it: the title and the median of seconds on one host, in the order of the run."""
    return [
        [task.title, round(median(outcome.end - outcome.start for outcome in task.outcomes.values()), 3)]
        for task in tasks
        if task.outcomes
    ]


def expected(place: Path, playbook: str, check: bool) -> Expected:
    """Return what the runs in a place tell of a playbook's next run; only those that came to their end count."""
    found = []
    for run in all_runs(place)[:MOST_LOOKED_AT]:
        meta = run.meta
        if (meta.get("playbook"), meta.get("check"), meta.get("exit_code")) == (playbook, check, 0) and meta.get(
            "tasks"
        ):
            found.append(meta["tasks"])
        if len(found) == MOST_RUNS:
            break
    if not found:
        return Expected()
    by_title: dict[str, list[float]] = {}
    for tasks in found:
        for title, seconds in tasks:
            by_title.setdefault(title, []).append(float(seconds))
    titles = [title for title, _seconds in found[0]]
    return Expected(titles, {title: median(each) for title, each in by_title.items()}, len(found))
