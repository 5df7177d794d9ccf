"""The exit codes that scripts rely on, each by a way to get it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from benchwright import session
from benchwright.cli import HOST_COMMANDS, LOCAL_COMMANDS, app
from benchwright.runner import Finished
from benchwright.status import ExitCode


@pytest.mark.parametrize(
    ("name", "code"), [("changes", 0), ("syntax_error", 1), ("no_host", 1), ("fails", 2), ("unreachable", 4)]
)
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
        (("up", "host", "more"), 5, "unexpected extra argument"),
    ],
)
def test_codes_of_words_that_are_off(command: Any, words: tuple[str, ...], code: int, message: str) -> None:
    found, out, err = command(*words)
    assert (found, out) == (code, "")
    assert message in err
    assert err.startswith("benchwright: ")
    assert "Traceback" not in err


def test_the_code_of_an_interruption(monkeypatch: pytest.MonkeyPatch, command: Any, inventory: Path) -> None:
    def run_playbook_stand_in(*dummy: object) -> Finished:
        return Finished("canceled", 254, "")

    monkeypatch.setattr(session, "run_playbook", run_playbook_stand_in)
    code, dummy, err = command("verify", "-i", str(inventory))
    assert code == 130
    assert "interrupted; run 'benchwright verify' again" in err


def test_the_table_of_exit_codes_in_the_documentation_is_whole() -> None:
    text = (Path(__file__).parents[3] / "docs/command-line.md").read_text(encoding="utf-8")
    table = text.partition("<!-- exit codes -->")[2].partition("<!-- end of exit codes -->")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.strip().splitlines()[2:]]
    assert {(int(code), name) for code, name, dummy in rows} == {(int(code), code.name.lower()) for code in ExitCode}


def test_the_documentation_lists_every_command_with_its_own_options(command: Any) -> None:
    text = (Path(__file__).parents[3] / "docs/command-line.md").read_text(encoding="utf-8")
    table = text.partition("## Commands")[2].partition("## Which hosts")[0]
    groups = [group.name for group in app.registered_groups]
    assert {"channel", "image"} <= {*groups}
    for name in (*HOST_COMMANDS, *LOCAL_COMMANDS, *groups):
        assert f"`{name}" in table, name
