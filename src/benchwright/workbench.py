"""The verbs that touch hosts: each runs one playbook, shows it, and says how it ended."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator, Mapping, Sequence
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
            "hosts": {
                host: {**self.record.addresses.get(host, {}), "checks": self.record.checks.get(host, [])}
                for host in {**self.record.addresses, **self.record.checks}
            },
            "changes": [
                {"task": task.title, "hosts": sorted(task.changed), "differences": task.differences}
                for task in self.record.tasks
                if task.changed
            ],
            "failures": [vars(failure) for failure in self.record.failures],
            "notes": self.record.notes,
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
    record = record or Record()
    with _interruptible() as stop, display.progress(record):
        finished = run_playbook(Run(f"{NAMESPACE}.{verb}", inventory, variables, flags), record.event, stop)
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
