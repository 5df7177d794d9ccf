"""A small conda module is ended: by a signal in good order, by SIGKILL as well as can be."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

# A module that locks, works in a scratch directory, and waits for a child; its arguments are the lock and the child.
MODULE = """
import signal, sys
from pathlib import Path
from ansible.module_utils.testing import patch_module_args
from ansible_collections.benchwright.python.plugins.module_utils._conda import process
from ansible_collections.benchwright.python.plugins.module_utils._conda.scratch import scratch_directory
from ansible_collections.benchwright.python.plugins.module_utils._conda_module import conda_module
from ansible_collections.benchwright.python.plugins.module_utils._files import locked
process.GRACE = 1.5
def work(module, find_engine):
    with locked(Path(sys.argv[1])) as lock, scratch_directory() as scratch:
        Path(scratch.path, "file").touch()
        process.run([sys.executable, "-c", sys.argv[2]], {"PLACE": scratch.path}, 60, (lock, scratch.descriptor))
with patch_module_args({}):
    conda_module(work, argument_spec={})
"""
# Both say who they are when they have begun; the second does not leave when it is asked.
CHILD = "import os, time; open({here!r}, 'w').write(str(os.getpid())); time.sleep(60)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + CHILD


def expect_signals() -> None:
    """The tests themselves may run under ``nohup``, or in the background of a shell."""
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)


class Run:
    """The module as a process, whose child has begun."""

    def __init__(self, directory: Path, child: str = CHILD, before: Callable[[], object] = expect_signals) -> None:
        self.directory, self.lock, begun = directory, directory / ".lock", directory / "begun"
        self.temporary = directory / "tmp"
        self.temporary.mkdir(exist_ok=True)
        self.process = subprocess.Popen(
            [sys.executable, "-c", MODULE, str(self.lock), child.format(here=str(begun))],
            env={**os.environ, "TMPDIR": str(self.temporary)},
            stderr=subprocess.PIPE,
            preexec_fn=before,  # noqa: PLW1509 - there is one thread
        )
        deadline = time.monotonic() + 120
        while not (begun.exists() and begun.read_text()):
            assert time.monotonic() < deadline and self.process.poll() is None
            time.sleep(0.02)
        self.child = int(begun.read_text())

    def send(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def has_child(self) -> bool:
        try:
            return Path("/proc", str(self.child), "stat").read_text().rpartition(")")[2].split()[0] != "Z"
        except FileNotFoundError:
            return False

    def is_locked(self) -> bool:
        with self.lock.open("r") as stream:
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False

    def left(self) -> list[str]:
        return [path.name for path in self.temporary.iterdir()]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Run]]:
    runs: list[Run] = []

    def begin(*arguments: object) -> Run:
        runs.append(Run(tmp_path, *arguments))  # type: ignore[arg-type]
        return runs[-1]

    yield begin
    for run in runs:
        run.process.kill()
        run.process.communicate()
        if run.has_child():
            os.kill(run.child, signal.SIGKILL)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_ends_it_with_its_child_and_what_it_made(start: Callable[..., Run], number: signal.Signals) -> None:
    run = start()
    assert run.is_locked() and run.left()
    run.send(number)
    assert run.process.communicate(timeout=120)[1] == f"ended by {number.name}\n".encode()
    assert run.process.returncode == 128 + number
    assert (run.has_child(), run.is_locked(), run.left()) == (False, False, [])


def test_more_signals_do_not_break_the_ending(start: Callable[..., Run]) -> None:
    run = start(STUBBORN)
    run.send(signal.SIGHUP)
    while run.process.poll() is None:
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            run.send(number)
        time.sleep(0.01)
    assert run.process.returncode == 128 + signal.SIGHUP
    assert (run.has_child(), run.is_locked(), run.left()) == (False, False, [])


def test_a_lost_terminal_does_not_end_what_was_told_to_outlive_it(start: Callable[..., Run]) -> None:
    run = start(CHILD, lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
    run.send(signal.SIGHUP)
    time.sleep(0.3)
    assert run.process.poll() is None and run.has_child()


def test_an_orphan_of_a_killed_one_keeps_lock_and_directory_until_it_ends(start: Callable[..., Run]) -> None:
    run = start()
    run.send(signal.SIGKILL)
    run.process.wait()
    assert run.has_child() and run.is_locked() and run.left()
    os.kill(run.child, signal.SIGHUP)  # the terminal of the killed one is gone, too
    time.sleep(0.2)
    assert run.has_child()
    os.kill(run.child, signal.SIGKILL)
    while run.is_locked():
        time.sleep(0.02)
    left = run.left()
    (run.directory / "begun").unlink()
    again = start()
    assert len(again.left()) == 1 and again.left() != left
