"""One run, watched: its events fill a record and move the display, and how Ansible ended becomes a result."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Any

from benchwright.display import Display
from benchwright.errors import BenchwrightError
from benchwright.history import Expected
from benchwright.record import Record
from benchwright.runner import Finished
from benchwright.status import ExitCode

INVENTORY_REFUSED = "Failed to parse inventory with 'auto' plugin: "
Work = Callable[[Callable[[Mapping[str, Any]], None], threading.Event], Finished]


@dataclass(frozen=True)
class Result:
    """What a verb did, ready for closing lines and ``--json``."""

    record: Record
    code: ExitCode
    seconds: float
    run: str = ""
    """The name of its run directory, where it has one."""

    @property
    def ok(self) -> bool:
        """Whether every host did what was asked."""
        return self.code is ExitCode.SUCCESS

    def document(self, command: str) -> dict[str, Any]:
        """Return the document that ``--json`` prints."""
        answers = self.record.answers
        return {
            "format_version": "1.2",
            "command": command,
            "run": self.run,
            "status": self.code.name.lower(),
            "exit_code": int(self.code),
            "changed": self.record.changed,
            "seconds": round(self.seconds, 2),
            "phases": {name: round(seconds, 2) for name, seconds in self.record.phases.items()},
            "hosts": {host: self._host(host) for host in {**self.record.progress, **dict.fromkeys(answers.hosts)}},
            "changes": [
                {"task": task.title, "hosts": sorted(task.changed), "differences": task.differences}
                for task in self.record.tasks
                if task.changed
            ],
            "failures": [vars(failure) for failure in self.record.failures],
            "notes": answers.notes,
        }

    def _host(self, host: str) -> dict[str, Any]:
        progress = self.record.progress.get(host)
        names = ("ok", "changed", "skipped", "failed")
        counts = {name: getattr(progress, name) for name in names} if progress else {}
        return {**self.record.answers.document(host), **({"tasks": counts} if counts else {})}


def watch(work: Work, display: Display, record: Record, title: str = "", expected: Expected | None = None) -> Result:
    """Do work that tells of itself in events; what ends it early is Ctrl-C or SIGTERM."""
    with _interruptible() as stop, display.progress(record, title, expected):
        record.stopping = stop.is_set
        finished = work(record.event, stop)
    code = _judge(finished, record, stop.is_set())
    if code is ExitCode.INTERRUPTED:
        display.going_on(record)
    return Result(record, code, sum(record.phases.values()))


def _judge(finished: Finished, record: Record, stopped: bool) -> ExitCode:
    if stopped or finished.status == "canceled":
        return ExitCode.INTERRUPTED
    if any(failure.unreachable for failure in record.failures):
        return ExitCode.HOST_UNREACHABLE
    if record.failures:
        return ExitCode.HOST_FAILED
    if finished.status != "successful":
        raise BenchwrightError(f"Ansible stopped before the first task:\n{_last_words(finished.text)}")
    if not record.progress:
        raise BenchwrightError("the inventory matches no host, so nothing was done; check -i and --limit")
    return ExitCode.SUCCESS


def _last_words(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    errors = [index for index, line in enumerate(lines) if "ERROR" in line]
    # What an inventory plugin says is a warning, of which several more follow: other plugins cannot read its file, either.
    refused = [line.partition(INVENTORY_REFUSED)[2] for line in lines if INVENTORY_REFUSED in line]
    return "\n".join([*refused, *(lines[errors[0] :] if errors else lines[-15:])])


@contextmanager
def _interruptible() -> Iterator[threading.Event]:
    """Turn Ctrl-C and SIGTERM into a request to stop, so that Ansible ends in order and the run's files are removed."""
    stop = threading.Event()
    if threading.current_thread() is not threading.main_thread():  # signals reach the main thread alone
        yield stop
        return

    def request(dummy: int, dummy_frame: FrameType | None) -> None:
        stop.set()

    previous = {number: signal.signal(number, request) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
