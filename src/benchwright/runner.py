"""The one call of ansible-runner: where everything lies, what the run may see, and what comes back."""

from __future__ import annotations

import json
import os
import shlex
import signal
import sysconfig
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchwright.ansible_environment import ansible_environment, without_secrets
from benchwright.credentials import handed_over
from benchwright.errors import BenchwrightError

COLLECTION = "ansible_collections/benchwright/python"
PAUSE = 0.05
"""Seconds between two looks for new events."""
GRACE = 10.0
"""Seconds that an interrupted Ansible has to end its workers."""


@dataclass(frozen=True)
class Run:
    """What to run: a playbook's full name or its path, variables, and all further words for ansible-playbook."""

    playbook: str
    words: Sequence[str] = ()
    variables: Mapping[str, Any] = field(default_factory=dict)
    passwords: Mapping[str, str] = field(default_factory=dict)
    """What answers a prompt, by the prompt's pattern; see :mod:`benchwright.passwords`."""
    events: Path | None = None
    """Where the events go; without it, to a file that is gone afterwards."""
    credentials: bool = False
    """Whether Ansible may see the cloud credentials of this environment."""

    @property
    def command(self) -> list[str]:
        """The command line that does the same when pasted into a shell."""
        variables = ("-e", json.dumps(dict(self.variables))) if self.variables else ()
        return [ansible_playbook(), *self.words, *variables, self.playbook]


@dataclass(frozen=True)
class Finished:
    """How a run ended: ansible-runner's status, ansible-playbook's exit code, and Ansible's own text."""

    status: str
    code: int
    text: str


def collection_path() -> Path:
    """Return the directory of the collection that this command line runs."""
    path = Path(sysconfig.get_path("purelib"), COLLECTION)
    if not (path / "galaxy.yml").is_file():
        raise BenchwrightError(
            f"the collection benchwright.python is not at {path}; install the wheel, or run 'make up' in a checkout"
        )
    return path


def ansible_playbook() -> str:
    """Return the program of this installation."""
    return str(Path(sysconfig.get_path("scripts"), "ansible-playbook"))


def run_playbook(
    run: Run,
    on_event: Callable[[dict[str, Any]], None],
    stop: threading.Event,
    on_text: Callable[[str], None] = lambda dummy: None,
) -> Finished:
    """Run the playbook to its end, or until ``stop`` is set.

    Each event goes to ``on_event``, in the calling thread; each piece of Ansible's own text to ``on_text``, in another one.
    """
    import ansible_runner

    text: list[str] = []
    interruption = _Interruption(stop)

    def handle(event: dict[str, Any]) -> bool:
        if said := event.get("stdout"):
            text.append(said)
            on_text(said)
        interruption.ansible = event.get("pid") or interruption.ansible
        return False  # not kept on disk

    with handed_over(run.credentials) as credentials, _private_directory() as directory:
        events = run.events or directory / "events.jsonl"
        events.touch(0o600)
        thread, runner = ansible_runner.run_async(
            private_data_dir=str(directory),
            project_dir=str(Path.cwd()),
            playbook=run.playbook,
            cmdline=shlex.join([*run.words, "-e", f"@{_variables_file(directory, run.variables)}"]),
            envvars=credentials(ansible_environment(events)),
            passwords=dict(run.passwords),
            quiet=True,
            suppress_env_files=True,
            event_handler=handle,
            cancel_callback=interruption.kill_now,
        )
        try:
            for line in lines_of(events, thread):
                on_event(json.loads(line))
        finally:
            if thread.is_alive():
                stop.set()
            thread.join()
    return Finished(str(runner.status), 1 if runner.rc is None else int(runner.rc), "\n".join(text))


def lines_of(path: Path, writer: threading.Thread) -> Iterator[str]:
    """Yield the lines of a file while it is being written, and what is left when the writer has ended."""
    with path.open(encoding="utf-8") as stream:
        unfinished = ""
        while True:
            ended = not writer.is_alive()
            for line in stream:
                unfinished += line
                if unfinished.endswith("\n"):
                    yield unfinished
                    unfinished = ""
            if ended:
                return
            writer.join(PAUSE)


def _variables_file(directory: Path, variables: Mapping[str, Any]) -> Path:
    """Every user of the machine can read a command line; this file they cannot."""
    path = directory / "variables.json"
    path.write_text(json.dumps(dict(variables)), encoding="utf-8")
    return path


class _Interruption:
    """Ends Ansible the way Ctrl-C does: its workers have sessions of their own, and killing its group would orphan them."""

    def __init__(self, stop: threading.Event) -> None:
        self.stop, self.ansible = stop, 0
        self.asked: float | None = None

    def kill_now(self) -> bool:
        """Whether ansible-runner is to kill Ansible; asked about once a second."""
        if not self.stop.is_set() or not self.ansible:  # before its first event Ansible has no workers
            return self.stop.is_set()
        if self.asked is None:
            self.asked = time.monotonic()
            with suppress(ProcessLookupError):
                os.kill(self.ansible, signal.SIGINT)
        return time.monotonic() - self.asked > GRACE


@contextmanager
def _private_directory() -> Iterator[Path]:
    """ansible-runner's directory: for this user alone, and gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="benchwright-run-") as name, without_secrets():
        settings = Path(name, "env", "settings")
        settings.parent.mkdir()
        settings.write_text(json.dumps({"suppress_output_file": True, "pexpect_timeout": 1}), encoding="utf-8")
        yield Path(name)
