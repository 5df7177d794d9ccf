"""Steps on a terminal and elsewhere."""

from __future__ import annotations

import io
import sys

import pytest

from benchwright.progress import steps


class TerminalStandIn(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_elsewhere_each_step_is_told_once_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    with steps() as say:
        for message in ("fetching", "packing: 1 of 2", "packing: 2 of 2", "indexing", "packing: 3"):
            say(message)
    assert capsys.readouterr() == ("", "fetching\npacking: 1 of 2\nindexing\n")


def test_on_a_terminal_the_line_shows_every_message_and_goes_away(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = TerminalStandIn()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    with steps() as say:
        say("packing: 2 of 2")
    assert "packing: 2 of 2" in terminal.getvalue()
    assert terminal.getvalue().rstrip().endswith("\x1b[2K")
