"""The door, with commands that misbehave."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.engines import door
from ansible_collections.benchwright.python.plugins.module_utils._conda.engines.interface import EngineError
from ansible_collections.benchwright.python.plugins.module_utils._conda.process import Finished


def python(program: str, timeout: float = 120, **settings: str) -> Finished:
    return door.call([sys.executable, "-c", program], settings, timeout)


def test_a_command_gives_its_code_and_what_it_printed() -> None:
    finished = python("import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)")
    assert finished == Finished(3, "out\n", "err\n")


def test_a_command_that_hangs_is_an_error_without_passwords() -> None:
    program = (
        "import sys, time; print('waiting for https://alice:secret@conda.example.org', file=sys.stderr, flush=True);"
        "time.sleep(600)"
    )
    for timeout in (1, 5, 25):
        with pytest.raises(EngineError, match=rf"not ended after {timeout} seconds; look for what ") as caught:
            python(program, timeout=timeout)
        assert "secret" not in str(caught.value)
        if "waiting for https" in str(caught.value):
            return
    raise AssertionError(caught.value)  # not even a busy machine takes so long to say it


def test_a_command_that_does_not_exist_is_an_error_that_says_what_to_do() -> None:
    with pytest.raises(EngineError, match=r"/no/conda cannot be started .*give the 'executable'"):
        door.call(["/no/conda", "--version"], {}, 5)


def test_a_full_disk_is_not_taken_for_a_missing_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "gone"))
    with pytest.raises(FileNotFoundError, match=str(tmp_path)):
        python("print()")


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
