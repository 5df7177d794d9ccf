"""One width for everything that is printed where no terminal has one of its own."""

from __future__ import annotations

import os
import pty
import sys
from pathlib import Path

import pytest

import benchwright
from benchwright.console import PIPED_WIDTH, console_for
from benchwright.tables import releases_table

ALLOWED = {"console.py", "progress.py", "project.py"}
"""The rule itself; a spinner, which is for terminals alone; and a console that nobody sees."""


@pytest.mark.parametrize("columns", ["40", None])
def test_a_row_stays_one_line_in_a_pipe(
    columns: str | None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    if columns:
        monkeypatch.setenv("COLUMNS", columns)
    title = f"here: /opt/{'long/' * 20}envs/lab"
    users = [{"pid": 4242, "command": "a command with many words " * 3}]
    release = {"digest": "c7dac9448594", "created": "2026-01-01T00:00:00Z", "size": 1000, "current": True}
    console_for().print(releases_table(title, [{**release, "users": users}]))
    console_for(stderr=True).print("word " * (PIPED_WIDTH // 5 - 1))
    said = capsys.readouterr()
    assert [len(said.out.splitlines()), len(said.err.splitlines())] == [3, 1]
    assert said.out.splitlines()[0].strip() == title


def test_a_terminal_has_its_own_width(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TERM", "COLUMNS", "LINES"):
        monkeypatch.delenv(name, raising=False)
    ours, theirs = pty.openpty()
    with os.fdopen(ours), os.fdopen(theirs, "w") as terminal:
        monkeypatch.setattr(sys, "stdout", terminal)
        assert console_for().width != PIPED_WIDTH


def test_no_command_decides_for_itself() -> None:
    package = Path(benchwright.__file__).parent
    assert {path.name for path in package.rglob("*.py") if "Console(" in path.read_text()} == ALLOWED
