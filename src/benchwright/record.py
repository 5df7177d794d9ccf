"""What happened in a run: the record that display, closing lines and ``--json`` are views of."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from benchwright.difference import differences

VERIFY_ACTION = "benchwright.python.jupyter_server_verify"
ENVIRONMENT_ACTIONS = ("benchwright.python.conda_env", "benchwright.python.conda_env_info")
ENVIRONMENT_KEYS = ("prefix", "state", "release", "releases", "releases_removed", "drift", "changed_by_hand")
"""What is kept of an environment; conda_env_info tells of every package."""
ADDRESS_TASK = "Show where the server answers"


@dataclass
class Task:
    """One task of the play, over all hosts. ``seconds`` is None while it runs."""

    name: str
    role: str
    started: float
    seconds: float | None = None
    changed: set[str] = field(default_factory=set)
    ok: set[str] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)
    differences: dict[str, list[str]] = field(default_factory=dict)
    """Lines of a diff by host; see :mod:`benchwright.difference`."""

    @property
    def title(self) -> str:
        return f"{self.role} : {self.name}" if self.role else self.name


@dataclass(frozen=True)
class Failure:
    """A task that failed on a host, or a host that could not be reached."""

    host: str
    task: str
    message: str
    unreachable: bool = False


@dataclass
class Record:
    """Filled from ansible-runner's events; ``listen`` hears of each task that ends."""

    listen: Callable[[Task], None] = lambda dummy: None
    clock: Callable[[], float] = time.monotonic
    tasks: list[Task] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    checks: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    addresses: dict[str, dict[str, Any]] = field(default_factory=dict)
    environments: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Count what is done before the play as a phase of its own."""
        task = Task(name, name, self.clock())
        yield
        task.seconds = self.clock() - task.started
        self.tasks.append(task)

    def event(self, event: dict[str, Any]) -> None:
        """Take one event of ansible-runner."""
        data = event.get("event_data", {})
        handle = {
            "playbook_on_task_start": self._start,
            "runner_on_ok": self._ok,
            "runner_on_failed": self._fail,
            "runner_on_unreachable": self._fail,
            "playbook_on_stats": self._end,
        }.get(event.get("event", ""))
        if handle:
            handle(data)

    @property
    def current(self) -> Task | None:
        return self.tasks[-1] if self.tasks and self.tasks[-1].seconds is None else None

    @property
    def hosts(self) -> list[str]:
        """The hosts that something is known of besides what their tasks did."""
        return list({**self.addresses, **self.environments, **self.checks})

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

    def _start(self, data: dict[str, Any]) -> None:
        self._end(data)
        role = str(data.get("role") or "").rpartition(".")[2]
        name = str(data.get("task") or data.get("name") or "").rpartition(" : ")[2]
        self.tasks.append(Task(name, role, self.clock()))

    def _end(self, dummy: dict[str, Any]) -> None:
        task = self.current
        if task:
            task.seconds = self.clock() - task.started
            self.listen(task)

    def _ok(self, data: dict[str, Any]) -> None:
        task, host, result = self.tasks[-1], str(data.get("host")), data.get("res") or {}
        task.ok.add(host)
        if result.get("changed"):
            task.changed.add(host)
            task.differences[host] = differences(result)
        if data.get("task_action") == VERIFY_ACTION:
            self.checks[host] = list(result.get("checks") or ())
        elif data.get("task_action") in ENVIRONMENT_ACTIONS:
            self.environments[host] = list(_environments(result))
            self.notes += [f"{host}: {drift}" for drift in _drift(self.environments[host])]
        elif task.name == ADDRESS_TASK:
            self.addresses[host] = dict(result.get("msg") or {})
        elif data.get("task_action", "").endswith("debug") and isinstance(result.get("msg"), str):
            self.notes.append(result["msg"])

    def _fail(self, data: dict[str, Any]) -> None:
        if data.get("ignore_errors"):
            return
        host, result = str(data.get("host")), data.get("res") or {}
        task = self.tasks[-1] if self.tasks else Task("connect", "", self.clock())
        task.failed.add(host)
        if data.get("task_action") == VERIFY_ACTION:
            self.checks[host] = list(result.get("checks") or ())
        self.failures.append(Failure(host, task.title, _message(result), bool(result.get("unreachable"))))


def _environments(result: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what a result, or the items of a loop, say of environments."""
    for item in result.get("results") or [result]:
        for environment in item.get("environments") or [item]:
            if "prefix" in environment:
                yield {key: environment[key] for key in ENVIRONMENT_KEYS if key in environment}


def _drift(environments: list[dict[str, Any]]) -> Iterator[str]:
    """Yield what somebody changed by hand."""
    for environment in environments:
        for sentence in environment.get("drift") or environment.get("changed_by_hand") or ():
            yield f"{environment['prefix']}: {sentence}"


def _message(result: dict[str, Any]) -> str:
    """Return the message of a result, or of the items of a loop that failed."""
    items = [item for item in result.get("results") or () if isinstance(item, dict) and item.get("failed")]
    if items:
        return "\n".join(_message(item) for item in items)
    message = str(result.get("msg") or "no message")
    stderr = str(result.get("stderr") or result.get("module_stderr") or "").strip()
    return f"{message}\n{stderr[-2000:]}" if stderr else message
