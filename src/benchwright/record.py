"""What happened in a run: filled from the collection's events; display, plan, closing lines, report and ``--json`` are views of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from benchwright.answers import Answers, arrange
from benchwright.outcome import Failure, Outcome, failure_of, outcome_of

Event = Mapping[str, Any]
"""One line of the events; docs/events.md says what is in it."""


@dataclass
class Task:
    """One task of the play, over all hosts. ``seconds`` is None while it runs; ``started`` is in seconds since 1970."""

    name: str
    role: str
    started: float
    seconds: float | None = None
    id: str = ""
    action: str = ""
    path: str = ""
    """File and line, as ``main.yml:12``."""
    handler: bool = False
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    """How it ended, by host."""
    running: set[str] = field(default_factory=set)

    @property
    def title(self) -> str:
        return f"{self.role} : {self.name}" if self.role else self.name

    @property
    def ok(self) -> set[str]:
        return {host for host, outcome in self.outcomes.items() if outcome.status == "ok"}

    @property
    def changed(self) -> set[str]:
        return {host for host, outcome in self.outcomes.items() if outcome.changed}

    @property
    def failed(self) -> set[str]:
        return {host for host, outcome in self.outcomes.items() if outcome.failed}

    @property
    def differences(self) -> dict[str, list[str]]:
        """Lines of a diff by host; see :mod:`benchwright.difference`."""
        return {host: outcome.differences for host, outcome in self.outcomes.items() if outcome.changed}


@dataclass
class Progress:
    """How far one host is: its task, since when, and how many tasks have ended how."""

    task: Task | None = None
    since: float = 0.0
    items: int = 0
    """Items of the task's loop that are done."""
    ok: int = 0
    changed: int = 0
    skipped: int = 0
    failed: int = 0

    @property
    def ended(self) -> int:
        return self.ok + self.skipped + self.failed


@dataclass
class Record:
    """Takes events; ``begin`` hears of each task that begins, ``listen`` of each that ends, ``alarm`` of each failure at once."""

    begin: Callable[[Task], None] = lambda dummy: None
    listen: Callable[[Task], None] = lambda dummy: None
    alarm: Callable[[Failure], None] = lambda dummy: None
    stopping: Callable[[], bool] = lambda: False
    """Whether somebody has asked the run to end."""
    clock: Callable[[], float] = time.time
    tasks: list[Task] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    progress: dict[str, Progress] = field(default_factory=dict)
    """By host, from when its play begins."""
    answers: Answers = field(default_factory=Answers)
    check: bool = False
    forks: int = 5
    ended: bool = False  # of itself; nobody interrupted it

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Count what is done before the play as a phase of its own."""
        task = Task(name, name, self.clock())
        yield
        task.seconds = self.clock() - task.started
        self.tasks.append(task)

    def event(self, event: Event) -> None:
        """Take one event."""
        {
            "run": self._run,
            "play": self._play,
            "task": self._task,
            "start": self._start,
            "item": self._item,
            "result": self._result,
            "end": self._end,
        }.get(str(event.get("event")), lambda dummy: None)(event)

    @property
    def current(self) -> Task | None:
        return self.tasks[-1] if self.tasks and self.tasks[-1].seconds is None else None

    @property
    def changed(self) -> int:
        """How many results changed something, over all hosts."""
        return sum(len(task.changed) for task in self.tasks)

    @property
    def phases(self) -> dict[str, float]:
        """Seconds by role (or by ``play`` for tasks outside of roles), in the order of the run."""
        spent: dict[str, float] = {}
        for task in self.tasks:
            name = task.role or "play"
            seconds = self.clock() - task.started if task.seconds is None else task.seconds
            spent[name] = spent.get(name, 0.0) + seconds
        return spent

    def _run(self, event: Event) -> None:
        self.check, self.forks = bool(event.get("check")), int(event.get("forks") or 5)

    def _play(self, event: Event) -> None:
        for host in event.get("hosts") or ():
            self.progress.setdefault(host, Progress())

    def _task(self, event: Event) -> None:
        if any(task.seconds is None and task.id and task.id == event.get("id") for task in self.tasks):
            return  # where each host goes at its own pace, a task begins once for each
        details = {name: event[name] for name in ("id", "action", "path", "handler") if name in event}
        task = Task(str(event.get("task")), str(event.get("role") or ""), _time(event, self.clock), **details)
        self._close(task.started, lambda other: not other.running)
        self.tasks.append(task)
        self.begin(task)

    def _start(self, event: Event) -> None:
        host, task = str(event.get("host")), self._find(event)
        progress = self.progress.setdefault(host, Progress())
        if progress.task:  # an include has a start, and no result
            progress.task.running.discard(host)
        task.running.add(host)
        progress.task, progress.since, progress.items = task, _time(event, self.clock), 0

    def _item(self, event: Event) -> None:
        self.progress.setdefault(str(event.get("host")), Progress()).items += 1

    def _result(self, event: Event) -> None:
        outcome, task = outcome_of(event), self._find(event)
        task.outcomes[outcome.host] = outcome
        task.running.discard(outcome.host)
        progress = self.progress.setdefault(outcome.host, Progress())
        progress.task = None
        progress.changed += outcome.changed
        progress.skipped += outcome.status == "skipped"
        progress.failed += outcome.failed
        progress.ok += outcome.status == "ok" or outcome.ignored or outcome.rescued
        self.answers.take(outcome, str(event.get("action") or ""), task.name)
        if outcome.failed:
            self.failures.append(failure_of(outcome, task.title, task.path))
            self.alarm(self.failures[-1])
        if task is not self.tasks[-1]:  # another one has begun, as where each host goes at its own pace
            self._close(outcome.end, lambda other: other is task and not other.running)

    def _end(self, event: Event) -> None:
        self.ended = True
        order = list(self.progress)
        self.answers.arrange(order)
        for task in self.tasks:
            arrange(task.outcomes, order)
        if counts := event.get("hosts"):  # a failure that a block's rescue made good is none
            bad = {host for host, each in counts.items() if each.get("failures") or each.get("unreachable")}
            self.failures = [failure for failure in self.failures if failure.host in bad]
        self._close(_time(event, self.clock), lambda dummy: True)

    def _close(self, now: float, which: Callable[[Task], bool]) -> None:
        for task in self.tasks:
            if task.seconds is None and which(task):
                task.seconds = max(0.0, now - task.started)
                self.listen(task)

    def _find(self, event: Event) -> Task:
        """Return the event's task; with a strategy where hosts do not wait for each other it need not be the last one."""
        for task in reversed(self.tasks):
            if task.id == event.get("id", ""):
                return task
        self._task({"task": "connect", **event})
        return self.tasks[-1]


def _time(event: Event, clock: Callable[[], float]) -> float:
    return float(event["time"]) if "time" in event else clock()
