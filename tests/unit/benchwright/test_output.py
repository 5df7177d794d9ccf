"""Golden output: what a run with two hosts looks like in plain lines and as a document, and who may have colours and pictures."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from benchwright.display import MOST_CARDS, Display, display_for
from benchwright.history import Expected
from benchwright.options import Shown, View
from benchwright.outcome import Failure
from benchwright.record import Record
from benchwright.status import ExitCode
from benchwright.workbench import Result, watch

GOLDEN = Path(__file__).parent / "golden"
ROLE = "/x/roles/conda_env/tasks/main.yml:12"
DIFF = [{"before_header": "/etc/a", "after_header": "/etc/a", "before": "port = 1\n", "after": "port = 2\n"}]


def result(task: str, host: str, status: str = "ok", **more: Any) -> dict[str, Any]:
    return {"event": "result", "id": task, "host": host, "status": status, "start": 1.0, "end": 2.0, **more}


def started(task: str, time: float) -> dict[str, Any]:
    return {"event": "task", "id": task, "task": task, "role": "conda_env", "path": ROLE, "time": time}


EVENTS = [
    {"event": "run", "check": False, "forks": 5},
    {"event": "play", "hosts": ["web1", "web2"]},
    started("Look", 100.0),
    *(result("Look", host) for host in ("web1", "web2")),
    started("Write", 100.2),
    result("Write", "web1", changed=True, diff=DIFF),
    result("Write", "web2"),
    started("Break", 104.0),
    result("Break", "web1", "failed", message="non-zero return code", stderr="line one\n[line] two"),
    result("Break", "web2", "skipped", skip_reason="not here"),
    started("Wait", 105.0),
    result("Wait", "web2"),
    {"event": "end", "time": 165.0},
]


def run(display: Display, expected: Expected | None = None) -> Result:
    from benchwright.runner import Finished

    def work(on_event: Any, dummy: object) -> Finished:
        for event in EVENTS:
            on_event(event)
        return Finished("failed", 2, "")

    return watch(work, display, Record(clock=lambda: 200.0), "apply  lab / site.yml", expected)


def plain(**options: Any) -> tuple[Display, io.StringIO]:
    text = io.StringIO()
    display = Display(Console(file=text, width=100, color_system=None), **options)
    display.again = "benchwright apply -i lab.yml"
    return display, text


def test_plain_lines() -> None:
    display, text = plain(diff=True)
    run(display, Expected(["conda_env : Wait"], {"conda_env : Wait": 50.0}, 1))
    assert re.sub(r" +$", "", text.getvalue(), flags=re.M) == (GOLDEN / "plain.txt").read_text()


def test_the_document() -> None:
    display, dummy = plain(quiet=True)
    document = run(display).document("apply")
    assert document == json.loads((GOLDEN / "document.json").read_text())
    assert document["exit_code"] == ExitCode.HOST_FAILED


def test_a_task_that_fails_everywhere_is_told_for_the_first_hosts() -> None:
    display, text = plain()
    for number in range(MOST_CARDS + 3):
        display.failure(Failure(f"web{number}", "conda_env : Break", "no"))
    record = Record()
    record.event(started("Break", 1.0))
    for number in range(MOST_CARDS + 3):
        record.event(result("Break", f"web{number}", "failed"))
    display.task_line(record.tasks[0])
    assert text.getvalue().count("failed at conda_env : Break") == MOST_CARDS
    assert "and on 3 hosts more; 'benchwright log --failed' lists them all" in text.getvalue()


@pytest.mark.parametrize(
    ("kind", "terminal", "variables", "moves"),
    [
        (Shown.AUTO, True, {}, True),
        (Shown.AUTO, False, {}, False),
        (Shown.AUTO, True, {"CI": "true"}, False),
        (Shown.AUTO, True, {"TERM": "dumb"}, False),
        (Shown.LIVE, True, {"CI": "true"}, True),
        (Shown.LIVE, False, {}, False),
        (Shown.PLAIN, True, {}, False),
        (Shown.RAW, True, {}, False),
        (Shown.JSON, True, {}, True),
        (Shown.JSONL, True, {}, False),
    ],
)
def test_who_sees_a_moving_picture(
    monkeypatch: pytest.MonkeyPatch, kind: Shown, terminal: bool, variables: dict[str, str], moves: bool
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert Display(Console(file=io.StringIO(), force_terminal=terminal), kind=kind).moves is moves


@pytest.mark.parametrize(
    ("no_color", "option", "terminal", "coloured"),
    [(None, False, True, True), ("1", False, True, False), (None, True, True, False), (None, False, False, False)],
)
def test_colours(
    monkeypatch: pytest.MonkeyPatch, no_color: str | None, option: bool, terminal: bool, coloured: bool
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("FORCE_COLOR" if terminal else "UNUSED", "1")
    if no_color:
        monkeypatch.setenv("NO_COLOR", no_color)
    display = display_for(View(no_color=option), diff=False)
    text = io.StringIO()
    display.console.file = text
    display.failure(Failure("web", "Break", "no"))
    assert bool(re.search(r"\x1b\[[0-9;]*3[0-9]", text.getvalue())) is coloured
