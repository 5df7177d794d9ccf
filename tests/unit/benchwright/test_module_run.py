"""Modules run without Ansible around them: real ones, and a stand-in that would not end by itself."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest

from benchwright import module_run
from benchwright.module_run import ModuleRun, run_module
from benchwright.record import Record

SLEEPER = """
import sys, time
sys.stdin.read()
open("began", "w").close()
time.sleep(600)
"""


def run(module: str, record: Record, **arguments: Any) -> str:
    return run_module(ModuleRun(module, arguments, "Do it"), record.event, threading.Event()).status


def test_what_a_module_answers_becomes_the_events_of_one_task(tmp_path: Path) -> None:
    record = Record()
    assert run("conda_env_info", record, prefix=str(tmp_path / "none")) == "successful"
    [task] = record.tasks
    assert (task.title, task.ok, task.changed, task.failed) == ("Do it", {"localhost"}, set(), set())
    assert record.answers.environments["localhost"][0]["state"] == "absent"
    assert (record.current, record.failures) == (None, [])


def test_a_module_that_refuses_is_a_failure_with_its_words(tmp_path: Path) -> None:
    record = Record()
    assert run("conda_env_info", record, prefix=str(tmp_path), name="lab") == "failed"
    [failure] = record.failures
    assert (failure.host, failure.task) == ("localhost", "Do it")
    assert "mutually exclusive" in failure.message


def test_a_module_that_breaks_off_is_a_failure_with_the_end_of_what_it_said() -> None:
    record = Record()
    assert run("no_such_module", record) == "failed"
    [failure] = record.failures
    assert failure.message.startswith("the module no_such_module ended without an answer (exit code 1):")
    assert "no_such_module" in failure.message.splitlines()[-1]


def test_modes_reach_the_module(tmp_path: Path) -> None:
    (tmp_path / "conda-meta").mkdir()
    (tmp_path / "conda-meta/history").write_text("")
    events: list[dict[str, Any]] = []
    arguments = {"prefix": str(tmp_path), "state": "absent", "allow": ["foreign"]}
    run_module(ModuleRun("conda_env", arguments, "Remove", True, True), events.append, threading.Event())
    assert events[1]["changed"]
    assert events[1]["diff"]
    assert tmp_path.is_dir()


def test_who_asks_to_stop_need_not_wait_for_the_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "modules_stand_in"
    package.mkdir()
    (package / "sleeper.py").write_text(SLEEPER)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(module_run, "PACKAGE", package.name)
    record, stop = Record(), threading.Event()

    def ask_to_stop() -> None:
        while not (tmp_path / "began").exists():
            time.sleep(0.01)
        stop.set()

    threading.Thread(target=ask_to_stop).start()
    begin = time.monotonic()
    run_module(ModuleRun("sleeper", {}, "Sleep"), record.event, stop)
    assert time.monotonic() - begin < 60
    assert "exit code -15" in record.failures[0].message
