"""What people get to read."""

from __future__ import annotations

import io
import re

import pytest
from rich.console import Console

from benchwright.answers import Answers
from benchwright.display import SHOWN_FROM, Display
from benchwright.outcome import Failure, Outcome
from benchwright.record import Record, Task


def display(quiet: bool = False, terminal: bool = False) -> tuple[Display, io.StringIO]:
    text = io.StringIO()
    return Display(Console(file=text, width=100, force_terminal=terminal, color_system=None), quiet), text


def task(seconds: float = 0.1, **outcomes: Outcome) -> Task:
    return Task("Set [it] up", "role", 0.0, seconds, outcomes=outcomes)


OK, CHANGED, FAILED = Outcome("a"), Outcome("a", changed=True), Outcome("a", "failed")


@pytest.mark.parametrize(
    ("ended", "words"),
    [
        (task(a=CHANGED), "~ role : Set [it] up changed 0.1 s"),
        (task(a=FAILED, b=CHANGED), "✗ role : Set [it] up 1 failed, 1 changed 0.1 s"),
        (task(a=FAILED), "✗ role : Set [it] up failed 0.1 s"),
        (task(a=Outcome("a", "failed", ignored=True), seconds=1), "- role : Set [it] up failed, and made good 1.0 s"),
        (task(a=OK, seconds=SHOWN_FROM), "✓ role : Set [it] up ok 1.0 s"),
        (task(a=OK, seconds=SHOWN_FROM - 0.01), ""),
    ],
)
def test_a_line_for_each_task_that_changed_failed_or_took_time(ended: Task, words: str) -> None:
    shown, text = display()
    shown.task_line(ended)
    assert " ".join(text.getvalue().split()) == words


def test_quiet_leaves_out_progress_but_no_warnings_and_failures() -> None:
    shown, text = display(quiet=True)
    record = Record()
    with shown.progress(record):
        record.listen(task(a=CHANGED))
    shown.say("progress")
    assert text.getvalue() == ""
    shown.loudly("NO CONDA HOST [x] " + "long " * 40)
    shown.failure(Failure("web[1]", "role : Do [it]", "first\nsecond [red]line[/]"))
    lines = text.getvalue().splitlines()
    assert lines[0].startswith("NO CONDA HOST [x] long")
    assert lines[1:] == ["web[1] failed at role : Do [it]", "  first", "  second [red]line[/]"]


def test_progress_without_a_terminal_is_the_lines_of_the_tasks() -> None:
    shown, text = display()
    record = Record()
    with shown.progress(record):
        record.event({"event": "task", "id": "1", "task": "Set up", "time": 1.0})
        record.event({"event": "result", "id": "1", "host": "a", "status": "ok", "changed": True})
        record.event({"event": "end", "time": 1.0})
    assert " ".join(text.getvalue().split()) == "~ Set up changed 0.0 s"


def test_progress_on_a_terminal_moves_and_is_gone_afterwards() -> None:
    shown, text = display(terminal=True)
    record = Record(clock=lambda: 100.0)
    with shown.progress(record):
        record.tasks.append(Task("Set [it] up", "role", 58.0))
    assert "task 1  role : Set [it] up  42 s" in re.sub(r"\x1b\[[0-9;]*m", "", text.getvalue())
    assert text.getvalue().endswith("\x1b[2K")  # the line is erased
    assert "\x1b[?25h" in text.getvalue()  # and the cursor is back


def test_an_unreachable_host() -> None:
    shown, text = display()
    shown.failure(Failure("away", "Reach", "refused", unreachable=True))
    assert text.getvalue() == "away could not be reached\n  refused\n"


def test_the_table_of_checks_holds_each_check_of_each_host() -> None:
    shown, text = display()
    checks = [
        {"name": "log in [tls]", "ok": True, "seconds": 0.456, "task": "Use [it]"},
        {"name": "cells", "ok": False, "seconds": 12, "detail": "no answer [x]", "task": "Use [it]"},
        {"name": "tools", "ok": True, "seconds": 1, "task": "Look"},
    ]
    shown.checks(Record(answers=Answers(checks={"one": checks, "two": checks[:1]})))
    lines = [" ".join(line.split()) for line in text.getvalue().splitlines()]
    assert lines == [
        "checks of one",
        "check seconds detail",
        "Use [it]",
        "✓ log in [tls] 0.46",
        "✗ cells 12.00 no answer [x]",
        "Look",
        "✓ tools 1.00",
        "checks of two",
        "check seconds detail",
        "Use [it]",
        "✓ log in [tls] 0.46",
    ]


def test_phases_add_up() -> None:
    shown, text = display()
    shown.phases({"source": 0.25, "conda_env": 61.0})
    assert text.getvalue() == "time: source 0.2 s, conda_env 61.0 s; together 61.2 s\n"


def test_a_finding_tells_where_and_what_to_do() -> None:
    shown, text = display()
    words = {
        "title": "runs as root",
        "where": "process 1",
        "found": "uid 0",
        "setting": "a user",
        "option": "user: [x]",
    }
    shown.findings(Record(answers=Answers(findings={"one": [{"id": "root", "severity": "high", **words}], "two": []})))
    assert text.getvalue().splitlines() == [
        "one: 1 found",
        "high   root: runs as root",
        "       where: process 1 (uid 0)",
        "       to do: a user; with benchwright: user: [x]",
        "two: nothing found",
    ]
