"""Runs that are killed: when, with what, and whom; and what of them is still alive."""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from .ansible_call import LOCAL, Answer
from .module_call import RUNNER

Victim = Literal["module", "group", "controller"]
VICTIMS: tuple[Victim, ...] = ("module", "group", "controller")
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGHUP)
AUDIT = Path(__file__).with_name("audit")
# Seconds. A run takes one or two; a machine under load takes many times that.
PATIENCE = 120.0
POLL = 0.002


@dataclass(frozen=True)
class Kill:
    """``moment`` is seconds after the start, or the name of a stage (``support.stages``)."""

    signal: signal.Signals
    victim: Victim
    moment: float | str

    def __str__(self) -> str:
        when = self.moment if isinstance(self.moment, str) else f"{self.moment:.3f} s"
        return f"{self.signal.name[3:]} to the {self.victim} at {when}"


class Run:
    """A command in a session of its own; a variable in their environment tells all that it starts, in whatever session."""

    def __init__(
        self, argv: Sequence[str | Path], directory: Path, stdin: str = "", environment: Mapping[str, str] | None = None
    ) -> None:
        """Start it. What it reads and prints are files in ``directory``: a pipe that an orphan holds open would never end."""
        self.directory = directory
        self.mark = f"BENCHWRIGHT_TEST_RUN={directory}".encode()
        directory.mkdir(parents=True, exist_ok=True)
        self.output, self.errors = directory / "stdout", directory / "stderr"
        (directory / "stdin").write_text(stdin)
        with (directory / "stdin").open() as given, self.output.open("w") as output, self.errors.open("w") as errors:
            self.process = subprocess.Popen(
                ["env", "--default-signal=HUP", *argv],  # the tests themselves may run under nohup
                stdin=given,
                stdout=output,
                stderr=errors,
                env={**os.environ, **(environment or {}), "BENCHWRIGHT_TEST_RUN": str(directory)},
                cwd=directory,
                start_new_session=True,
            )

    def wait(self, seconds: float = PATIENCE) -> int:
        """The exit code; AssertionError, and the end of all its processes, where it does not end in that time."""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.end()
            raise AssertionError(f"still at work after {seconds:.0f} s: {self.process.args!r}") from None

    def processes(self) -> list[int]:
        """The numbers of it and all that it started, where they are alive."""
        return sorted(number for number in map(int, filter(str.isdigit, os.listdir("/proc"))) if self._owns(number))

    def _owns(self, number: int) -> bool:
        with contextlib.suppress(OSError):
            process = Path("/proc", str(number))
            if self.mark in (process / "environ").read_bytes().split(b"\0"):
                return b") Z " not in (process / "stat").read_bytes()
        return False

    def orphans_end(self, seconds: float = PATIENCE) -> list[int]:
        """Wait until none is left; returns what is left all the same."""
        deadline = time.monotonic() + seconds
        while (left := self.processes()) and time.monotonic() < deadline:
            time.sleep(0.02)
        return left

    def end(self) -> None:
        """Kill whatever is left."""
        for dummy in range(50):
            left = self.processes()
            for number in left:
                _send(number, signal.SIGKILL)
            self.process.poll()
            if not left:
                return
            time.sleep(0.02)


def start_module(
    name: str, arguments: Mapping[str, Any], directory: Path, temporary: Path, stage: str = "", **environment: str
) -> Run:
    """Start one module as Ansible starts it on a host; with ``stage`` it stops there (``audit/sitecustomize.py``)."""
    given = {**arguments, "_ansible_diff": True, "_ansible_remote_tmp": str(temporary)}
    python = _python(directory, stage)
    return Run([python, "-c", RUNNER, name], directory, json.dumps(given), {**environment, "TMPDIR": str(temporary)})


def start_controller(
    name: str, arguments: Mapping[str, Any], directory: Path, temporary: Path, stage: str = "", **environment: str
) -> Run:
    """Start Ansible, which runs the one module on this machine."""
    directory.mkdir(parents=True, exist_ok=True)
    ansible = Path(sys.executable).with_name("ansible")
    interpreter = ("-e", f"ansible_python_interpreter={_python(directory, stage)}")
    command: list[str | Path] = [
        ansible,
        "localhost",
        *LOCAL,
        *interpreter,
        "-m",
        f"benchwright.python.{name}",
        "-a",
        json.dumps(arguments),
    ]
    places = dict.fromkeys(("TMPDIR", "ANSIBLE_LOCAL_TEMP", "ANSIBLE_REMOTE_TEMP"), str(temporary))
    return Run(command, directory, environment={**environment, **places})


def answer(run: Run, seconds: float = PATIENCE) -> Answer:
    """What a module that nobody killed answers."""
    run.wait(seconds)
    lines = run.output.read_text().splitlines()
    assert lines, run.errors.read_text()
    return Answer(json.loads(lines[-1]))


def strike(run: Run, kill: Kill, stages: Mapping[str, Callable[[Run], bool]]) -> bool:
    """Kill the run at its moment, and wait for the end of what was hit; False where it ended before.

    ``stages`` are those that are seen from outside, because they happen in an engine's process.
    """
    paused = paused_file(run.directory)
    seen: Callable[[Run], bool] = stages.get(str(kill.moment)) or (lambda dummy: _stopped(paused))
    begin = time.monotonic()
    if isinstance(kill.moment, float):
        with contextlib.suppress(subprocess.TimeoutExpired):
            run.process.wait(kill.moment)
    else:
        while not seen(run) and run.process.poll() is None:
            assert time.monotonic() - begin < PATIENCE, f"{kill.moment} never came"
            time.sleep(POLL)
    hit = run.process.poll() is None
    for number in run.processes() if kill.victim == "group" else [run.process.pid]:
        if hit:
            _send(number, kill.signal)
    if paused.exists():
        _send(int(paused.read_text()), signal.SIGCONT)
    run.wait()
    return hit


def paused_file(directory: Path) -> Path:
    """Where a process that stopped at its stage has left its number."""
    return directory / "paused"


def _stopped(paused: Path) -> bool:
    """Whether the process stands still; it notes its number just before."""
    number = paused.read_text() if paused.exists() else ""
    return bool(number) and b") T " in Path("/proc", number, "stat").read_bytes()


def _send(number: int, what: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(number, what)


def _python(directory: Path, stage: str) -> str:
    """The interpreter for a module; with a stage, one that stops there."""
    if not stage:
        return sys.executable
    directory.mkdir(parents=True, exist_ok=True)
    settings = {
        "PYTHONPATH": os.pathsep.join(filter(None, [str(AUDIT), os.environ.get("PYTHONPATH")])),
        "BENCHWRIGHT_TEST_STAGE": stage,
        "BENCHWRIGHT_TEST_PAUSED": str(paused_file(directory)),
    }
    script = directory / "python"
    words = " ".join(shlex.quote(f"{key}={value}") for key, value in settings.items())
    script.write_text(f'#!/bin/sh\nexec env {words} {shlex.quote(sys.executable)} "$@"\n')
    script.chmod(0o755)
    return str(script)
