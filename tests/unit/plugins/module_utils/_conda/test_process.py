"""How processes are started, bounded and ended, with commands that misbehave."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda import process
from ansible_collections.benchwright.python.plugins.module_utils._conda.process import Finished, TimedOut
from support.waiting import wait_until

STUBBORN = (
    "import os, signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "child = subprocess.Popen(['sleep', '600']);"
    "open(sys.argv[1], 'w').write(f'{os.getpid()} {child.pid}'); time.sleep(600)"
)


def python(program: str, *arguments: str, timeout: float = 120, inherit: tuple[int, ...] = ()) -> Finished:
    return process.run([sys.executable, "-c", program, *arguments], process.clean_environment(), timeout, inherit)


def runs(pid: int | str) -> bool:
    try:
        return Path("/proc", str(pid), "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def stopped(program: str, begun: Path) -> str:
    """What is told of a program that is stopped after it has made that file; a busy machine may need more time until then."""
    for timeout in (1, 5, 25):
        with pytest.raises(
            TimedOut, match=rf"^\S+ -c was stopped, because it had not ended after {timeout} seconds"
        ) as raised:
            python(program, str(begun), timeout=timeout)
        if begun.exists():
            return str(raised.value)
    raise AssertionError(f"it has not begun: {raised.value}")


def test_a_command_gives_its_code_and_what_it_printed() -> None:
    finished = python("import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)")
    assert finished == Finished(3, "out\n", "err\n")


def test_bytes_that_are_no_text_are_no_error() -> None:
    assert python(r"import sys; sys.stdout.buffer.write(b'a\xffb')").stdout == "a\N{REPLACEMENT CHARACTER}b"


def test_much_output_does_not_block() -> None:
    finished = python("import sys; sys.stderr.write('x' * 3_000_000); print('y' * 1_000_000)")
    assert (len(finished.stderr), len(finished.stdout)) == (3_000_000, 1_000_001)


def test_what_asks_a_question_gets_no_answer() -> None:
    assert "EOFError" in python("input('Proceed? ')").stderr


def test_what_cannot_be_started_is_named() -> None:
    with pytest.raises(FileNotFoundError) as raised:
        process.run(["/no/command"], {}, 5)
    assert raised.value.filename == "/no/command"


def test_a_command_that_does_not_leave_when_asked_is_killed_with_its_children(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "GRACE", 0.5)
    pids = tmp_path / "pids"
    began = time.monotonic()
    stopped(STUBBORN, pids)
    assert 1.5 <= time.monotonic() - began < 300
    wait_until(lambda: not any(map(runs, pids.read_text().split())), "they run on")


def test_a_command_that_leaves_when_asked_can_tidy_up_first_and_is_not_waited_for_longer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "GRACE", 600.0)
    program = (
        "import sys, time\ndef rollback(*dummy):\n time.sleep(0.5); sys.exit('rolled back https://me:secret@x.example')\n"
        "import signal; signal.signal(signal.SIGTERM, rollback); open(sys.argv[1], 'w').close(); time.sleep(600)"
    )
    began = time.monotonic()
    told = stopped(program, tmp_path / "begun")
    assert time.monotonic() - began < process.GRACE / 2
    assert "Its last words: rolled back https://" in told
    assert "secret" not in told


def test_what_outlives_a_command_that_left_when_asked_is_killed(tmp_path: Path) -> None:
    program = (
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import signal, time;'"
        "'signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(600)'], stdout=subprocess.PIPE)\n"
        "child.stdout.readline(); open(sys.argv[1], 'w').write(str(child.pid)); time.sleep(600)"
    )
    stopped(program, tmp_path / "pid")
    wait_until(lambda: not runs((tmp_path / "pid").read_text()), "it runs on")


def test_a_grandchild_that_keeps_the_output_open_does_not_hold_up_the_answer() -> None:
    began = time.monotonic()
    assert python("import subprocess; subprocess.Popen(['sleep', '60']); print('done')", timeout=50).stdout == "done\n"
    assert time.monotonic() - began < 50


def test_a_lost_terminal_does_not_end_it() -> None:
    assert python("import os, signal; os.kill(os.getpid(), signal.SIGHUP); print('alive')").stdout == "alive\n"


def test_it_runs_in_a_session_of_its_own_in_the_root_directory() -> None:
    assert python("import os; print(os.getcwd(), os.getsid(0) == os.getpid())").stdout == "/ True\n"


def test_it_inherits_the_descriptors_that_are_named_and_no_others() -> None:
    reading, writing = os.pipe()
    try:
        held = python(f"import os; os.write({writing}, b'held'); os.read({reading}, 1)", inherit=(writing,))
        assert os.read(reading, 10) == b"held"
        assert "Bad file descriptor" in held.stderr
    finally:
        os.close(reading)
        os.close(writing)


@pytest.mark.parametrize("blocked", [False, True])
def test_it_can_be_ended_whatever_its_parent_is_doing(blocked: bool) -> None:
    program = "import os, signal; signal.alarm(10); os.kill(os.getpid(), signal.SIGTERM); print('alive')"
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        if blocked:
            with process.undisturbed():
                assert python(program) == Finished(-signal.SIGTERM, "", "")
        assert python(program) == Finished(-signal.SIGTERM, "", "")
    finally:
        signal.signal(signal.SIGTERM, before)


@pytest.mark.parametrize("number", process.ENDING)
def test_a_signal_is_held_back_and_not_lost(number: signal.Signals) -> None:
    came: list[int] = []
    before = signal.signal(number, lambda number, dummy: came.append(number))
    try:
        with process.undisturbed():
            signal.raise_signal(number)  # of this thread: pytest's workers have another
            time.sleep(0.05)
            assert came == []
        assert came == [number]
    finally:
        signal.signal(number, before)


@pytest.mark.parametrize("name", ["CONDA_CHANNELS", "CONDA_SOLVER", "MAMBA_NO_RC", "RATTLER_AUTH_FILE", "PYTHONPATH"])
def test_the_callers_variables_do_not_reach_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "changed")
    assert python(f"import os; print(os.environ.get({name!r}))").stdout == "None\n"
