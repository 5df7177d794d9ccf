"""The verbs that touch hosts: each runs one playbook, shows it, and says how it ended."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from benchwright.display import Display
from benchwright.errors import BenchwrightError
from benchwright.record import Record
from benchwright.runner import Finished, Run, collection_path, run_playbook
from benchwright.status import ExitCode

NAMESPACE = "benchwright.python"
Work = Callable[[Callable[[dict[str, Any]], None], threading.Event], Finished]


@dataclass(frozen=True)
class Result:
    """What a verb did, ready for closing lines and ``--json``."""

    record: Record
    code: ExitCode
    seconds: float

    def document(self, command: str) -> dict[str, Any]:
        """Return the document that ``--json`` prints."""
        return {
            "format_version": "1.0",
            "command": command,
            "status": self.code.name.lower(),
            "exit_code": int(self.code),
            "changed": self.record.changed,
            "seconds": round(self.seconds, 2),
            "phases": {name: round(seconds, 2) for name, seconds in self.record.phases.items()},
            "hosts": {host: self._host(host) for host in self.record.hosts},
            "changes": [
                {"task": task.title, "hosts": sorted(task.changed), "differences": task.differences}
                for task in self.record.tasks
                if task.changed
            ],
            "failures": [vars(failure) for failure in self.record.failures],
            "notes": self.record.notes,
        }

    def _host(self, host: str) -> dict[str, Any]:
        return {
            **self.record.addresses.get(host, {}),
            "environments": self.record.environments.get(host, []),
            "checks": self.record.checks.get(host, []),
        }


def local_inventory() -> Path:
    """Return the inventory of this machine, which comes with the collection."""
    return collection_path() / "inventories" / "local"


def execute(
    verb: str,
    inventory: Path,
    variables: Mapping[str, Any],
    flags: Sequence[str],
    display: Display,
    record: Record | None = None,
) -> Result:
    """Run the playbook ``benchwright.python.<verb>``; progress goes to the display, what happens to the record."""
    if not inventory.exists():
        raise BenchwrightError(f"no inventory at {inventory}; give a file or directory that exists with -i")
    run = Run(f"{NAMESPACE}.{verb}", inventory, variables, flags)
    return watch(lambda on_event, stop: run_playbook(run, on_event, stop), display, record or Record())


def watch(work: Work, display: Display, record: Record) -> Result:
    """Do work that tells of itself in events as Ansible does; what ends it early is Ctrl-C or SIGTERM."""
    with _interruptible() as stop, display.progress(record):
        finished = work(record.event, stop)
    return Result(record, _judge(finished, record, stop.is_set()), sum(record.phases.values()))


def _judge(finished: Finished, record: Record, stopped: bool) -> ExitCode:
    if stopped or finished.status == "canceled":
        return ExitCode.INTERRUPTED
    if any(failure.unreachable for failure in record.failures):
        return ExitCode.HOST_UNREACHABLE
    if record.failures:
        return ExitCode.HOST_FAILED
    if finished.status != "successful":
        raise BenchwrightError(f"Ansible stopped before the first task:\n{_last_words(finished.text)}")
    if not any(task.ok for task in record.tasks):
        raise BenchwrightError("the inventory matches no host, so nothing was done; check -i and --limit")
    return ExitCode.SUCCESS


def _last_words(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    errors = [index for index, line in enumerate(lines) if "ERROR" in line]
    return "\n".join(lines[errors[0] :] if errors else lines[-15:])


@contextmanager
def _interruptible() -> Iterator[threading.Event]:
    """Turn Ctrl-C and SIGTERM into a request to stop, so that Ansible ends in order and the run's files are removed."""
    stop = threading.Event()

    def request(dummy: int, dummy_frame: FrameType | None) -> None:
        stop.set()

    previous = {number: signal.signal(number, request) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
