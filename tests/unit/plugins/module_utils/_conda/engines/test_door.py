"""The door, with commands that misbehave."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.engines import door
from ansible_collections.benchwright.python.plugins.module_utils._conda.engines.interface import EngineError


def python(program: str, timeout: float = 20, inherit: tuple[int, ...] = (), **settings: str) -> door.Finished:
    return door.call([sys.executable, "-c", program], settings, timeout, inherit)


def test_a_command_gives_its_code_and_what_it_printed() -> None:
    finished = python("import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)")
    assert finished == door.Finished(3, "out\n", "err\n")


def test_bytes_that_are_no_text_are_no_error() -> None:
    assert python(r"import sys; sys.stdout.buffer.write(b'a\xffb')").stdout == "a\N{REPLACEMENT CHARACTER}b"


def test_much_output_does_not_block() -> None:
    finished = python("import sys; sys.stderr.write('x' * 3_000_000); print('y' * 1_000_000)")
    assert (len(finished.stderr), len(finished.stdout)) == (3_000_000, 1_000_001)


def test_what_asks_a_question_gets_no_answer() -> None:
    assert "EOFError" in python("input('Proceed? ')").stderr


def test_a_command_that_hangs_is_ended_with_its_children(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "GRACE", 0.3)
    children = tmp_path / "children"
    program = (
        "import os, signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "child = subprocess.Popen(['sleep', '600']);"
        f"open({str(children)!r}, 'w').write(f'{{os.getpid()}} {{child.pid}}');"
        "print('waiting for https://alice:secret@conda.example.org', file=sys.stderr, flush=True); time.sleep(600)"
    )
    with pytest.raises(EngineError, match=r"not ended after 1 seconds; raise the timeout.*waiting for") as caught:
        python(program, timeout=1)
    assert "secret" not in str(caught.value)
    time.sleep(0.2)
    running = [pid for pid in children.read_text().split() if _runs(pid)]
    assert not running


def _runs(pid: str) -> bool:
    try:
        return Path("/proc", pid, "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_grandchild_that_keeps_the_output_open_does_not_hold_up_the_answer() -> None:
    began = time.monotonic()
    assert python("import subprocess; subprocess.Popen(['sleep', '5']); print('done')").stdout == "done\n"
    assert time.monotonic() - began < 4


def test_a_command_that_does_not_exist_is_an_error_that_says_what_to_do() -> None:
    with pytest.raises(EngineError, match=r"/no/conda cannot be started .*give the 'executable'"):
        door.call(["/no/conda", "--version"], {}, 5)


def test_a_lost_terminal_does_not_end_it() -> None:
    assert python("import os, signal, time; os.kill(os.getpid(), signal.SIGHUP); print('alive')").stdout == "alive\n"


def test_it_runs_in_a_session_of_its_own_in_the_root_directory() -> None:
    assert python("import os; print(os.getcwd(), os.getsid(0) == os.getpid())").stdout == "/ True\n"


def test_it_inherits_the_lock() -> None:
    reading, writing = os.pipe()
    try:
        python(f"import os; os.write({writing}, b'held')", inherit=(writing,))
        assert os.read(reading, 10) == b"held"
    finally:
        os.close(reading)
        os.close(writing)


@pytest.mark.parametrize("name", ["CONDA_CHANNELS", "CONDA_SOLVER", "MAMBA_NO_RC", "RATTLER_AUTH_FILE", "PYTHONPATH"])
def test_the_callers_variables_do_not_reach_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "changed")
    assert python(f"import os; print(os.environ.get({name!r}))").stdout == "None\n"


def test_a_build_server_accepts_no_terms_by_being_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    monkeypatch.setenv("CONDA_PLUGINS_AUTO_ACCEPT_TOS", "yes")
    program = "import os; print(os.environ['CI'], os.environ.get('CONDA_PLUGINS_AUTO_ACCEPT_TOS'))"
    assert python(program).stdout == "false None\n"


def test_it_is_given_what_the_call_wants_and_conda_s_safety_checks() -> None:
    program = "import os; print(*(os.environ[k] for k in ('CONDA_PKGS_DIRS', 'CONDA_EXTRA_SAFETY_CHECKS', 'LC_ALL')))"
    assert python(program, CONDA_PKGS_DIRS="/srv/pkgs").stdout == "/srv/pkgs true C\n"
