"""What a report tells, made of a run's events: grouped and counted, with nothing left to think about for a template."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from benchwright.outcome import Failure
from benchwright.plan import Plan, plan_of
from benchwright.record import Record, Task
from benchwright.run_directory import RunDirectory
from benchwright.status import ExitCode

MOST_SLOW = 10
"""Tasks, and hosts, that are named as the slowest."""


@dataclass(frozen=True)
class HostLine:
    """How one host ended. ``seconds`` are those in which a task ran on it."""

    name: str
    status: str
    """failed, changed or unchanged."""
    ok: int
    changed: int
    skipped: int
    failed: int
    seconds: float


@dataclass(frozen=True)
class SlowTask:
    """A task's seconds, from its first host to its last, and the host that took longest."""

    title: str
    path: str
    seconds: float
    hosts: int
    slowest_host: str
    slowest_seconds: float


@dataclass(frozen=True)
class FailureGroup:
    """The same failure on one host or several."""

    task: str
    path: str
    message: str
    stderr: str
    unreachable: bool
    hosts: tuple[str, ...]


@dataclass(frozen=True)
class Story:
    """Everything that is told of one run. ``meta`` is what its meta.json says, or what its events tell of that."""

    meta: Mapping[str, Any]
    record: Record
    plan: Plan
    began: float
    seconds: float
    status: str
    """success, failed, interrupted or unfinished."""
    hosts: tuple[HostLine, ...]
    failures: tuple[FailureGroup, ...]
    slowest: tuple[SlowTask, ...]

    @property
    def ended(self) -> dict[str, int]:
        """How many hosts failed, changed something, and changed nothing."""
        names = ("failed", "changed", "unchanged")
        return {name: sum(host.status == name for host in self.hosts) for name in names}

    @property
    def slowest_hosts(self) -> list[HostLine]:
        return sorted(self.hosts, key=lambda host: -host.seconds)[:MOST_SLOW]

    @property
    def verdict(self) -> str:
        """One sentence."""
        count = self.record.changed
        changes = f"{count} change{'s' * (count != 1)}"
        if self.status == "failed":
            failed = self.ended["failed"]
            return f"{failed} of {len(self.hosts)} host{'s' * (len(self.hosts) != 1)} failed"
        if self.status != "success":
            return {"interrupted": "Interrupted before its end", "unfinished": "It did not come to its end"}[
                self.status
            ]
        if self.record.check:
            return f"{changes} would be made" if count else "No change would be made"
        return f"{changes} made" if count else "Everything was as described"


def story_of(run: RunDirectory) -> Story:
    """Return the story of a run that was kept."""
    return tell(run.meta, run.read_events())


def tell(meta: Mapping[str, Any], events: Iterable[Mapping[str, Any]]) -> Story:
    """Return the story of events, as of a run of plain Ansible, and of what else is known of it."""
    record, last, known = Record(), 0.0, dict(meta)
    first: float | None = None
    ended = False
    for event in events:
        record.event(event)
        time = float(event.get("time", 0.0))
        first, last = time if first is None else first, max(last, time)
        ended = ended or event.get("event") == "end"
        if event.get("event") == "run":
            known.setdefault("playbook", event.get("playbook", ""))
    began = float(meta.get("started", first or 0.0))
    return Story(
        meta=known,
        record=record,
        plan=plan_of(record),
        began=began,
        seconds=float(meta.get("seconds", last - began)),
        status=_status(meta, record, ended),
        hosts=tuple(_hosts(record)),
        failures=tuple(_failures(record.failures)),
        slowest=tuple(_slowest(record.tasks)),
    )


def _status(meta: Mapping[str, Any], record: Record, ended: bool) -> str:
    if meta.get("exit_code") == ExitCode.INTERRUPTED:
        return "interrupted"
    if record.failures or meta.get("exit_code"):
        return "failed"
    return "success" if ended else "unfinished"


def _hosts(record: Record) -> Iterable[HostLine]:
    seconds = dict.fromkeys(record.progress, 0.0)
    for task in record.tasks:
        for host, outcome in task.outcomes.items():
            seconds[host] += outcome.end - outcome.start
    for host, progress in record.progress.items():
        status = "failed" if progress.failed else "changed" if progress.changed else "unchanged"
        counts = (progress.ok, progress.changed, progress.skipped, progress.failed)
        yield HostLine(host, status, *counts, seconds[host])


def _failures(failures: Iterable[Failure]) -> Iterable[FailureGroup]:
    groups: dict[tuple[str, str, str, str, bool], list[str]] = {}
    for failure in failures:
        said = (failure.task, failure.path, failure.message, failure.stderr, failure.unreachable)
        groups.setdefault(said, []).append(failure.host)
    for said, hosts in groups.items():
        yield FailureGroup(*said, tuple(sorted(hosts)))


def _slowest(tasks: Iterable[Task]) -> Iterable[SlowTask]:
    timed = [(task, seconds_of(task)) for task in tasks if task.outcomes]
    for task, seconds in sorted(timed, key=lambda pair: -pair[1])[:MOST_SLOW]:
        longest = max(task.outcomes.values(), key=lambda outcome: outcome.end - outcome.start)
        took = longest.end - longest.start
        yield SlowTask(task.title, task.path, seconds, len(task.outcomes), longest.host, took)


def seconds_of(task: Task) -> float:
    """Return the seconds from the first host's start to the last one's end."""
    outcomes = task.outcomes.values()
    return max(each.end for each in outcomes) - min(each.start for each in outcomes)
