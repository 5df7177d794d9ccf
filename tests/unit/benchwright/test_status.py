"""The exit codes that scripts rely on, each by a way to get it."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from benchwright import workbench
from benchwright.runner import Finished


@pytest.mark.parametrize(("name", "code"), [("changes", 0), ("syntax_error", 1), ("fails", 2), ("unreachable", 4)])
def test_codes_of_runs(played_back: Any, command: Any, inventory: Path, name: str, code: int) -> None:
    played_back(name)
    found, dummy, err = command("verify", "-i", str(inventory))
    assert found == code
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("up", "--source", "nonsense"), 1, "--source 'nonsense': expected"),
        (("verify", "-i", "/nowhere/at/all"), 1, "no inventory at /nowhere/at/all"),
        (("sideways",), 5, "No such command 'sideways'"),
        (("up", "--port", "80"), 5, "Invalid value for '--port'"),
        (("up", "--colour"), 5, "No such option: --colour"),
        (("up", "more"), 5, "unexpected extra argument"),
    ],
)
def test_codes_of_words_that_are_off(command: Any, words: tuple[str, ...], code: int, message: str) -> None:
    found, out, err = command(*words)
    assert (found, out) == (code, "")
    assert message in err
    assert err.startswith("benchwright: ")
    assert "Traceback" not in err


def test_the_code_of_an_interruption(monkeypatch: pytest.MonkeyPatch, command: Any, inventory: Path) -> None:
    def run_playbook_stand_in(run: object, on_event: object, stop: threading.Event) -> Finished:
        return Finished("canceled", 254, "")

    monkeypatch.setattr(workbench, "run_playbook", run_playbook_stand_in)
    code, dummy, err = command("verify", "-i", str(inventory))
    assert code == 130
    assert "interrupted; run 'benchwright verify' again" in err
