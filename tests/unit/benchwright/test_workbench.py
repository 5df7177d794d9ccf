"""From how Ansible ended to a result: recordings of real runs, played back."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from benchwright import workbench
from benchwright.answers import Answers
from benchwright.display import Display
from benchwright.errors import BenchwrightError
from benchwright.outcome import Failure, Outcome
from benchwright.record import Progress, Record, Task
from benchwright.runner import Finished
from benchwright.status import ExitCode
from benchwright.target import local_inventory
from benchwright.workbench import Result, watch


@pytest.fixture
def display() -> Display:
    return Display(Console(file=io.StringIO()))


@pytest.fixture
def watched(recordings: Any, display: Display) -> Any:
    def play(name: str) -> Result:
        def work(on_event: Any, dummy: object) -> Finished:
            for event in recordings(name).events:
                on_event(event)
            return recordings(name).finished

        return watch(work, display, Record())

    return play


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("changes", ExitCode.SUCCESS),
        ("fails", ExitCode.HOST_FAILED),
        ("unreachable", ExitCode.HOST_UNREACHABLE),
    ],
)
def test_how_a_run_is_judged(watched: Any, name: str, code: ExitCode) -> None:
    assert watched(name).code is code


def test_what_stops_ansible_itself_is_an_error_with_ansibles_words(watched: Any) -> None:
    with pytest.raises(BenchwrightError) as raised:
        watched("syntax_error")
    lines = str(raised.value).splitlines()
    assert lines[0] == "Ansible stopped before the first task:"
    assert lines[1].startswith("[ERROR]: YAML parsing failed")
    assert raised.value.code is ExitCode.ERROR


def test_an_inventory_without_matching_hosts_is_an_error_and_no_success(watched: Any) -> None:
    with pytest.raises(BenchwrightError, match="the inventory matches no host, so nothing was done"):
        watched("no_host")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_asks_to_stop_wins_over_failures_and_handlers_come_back(display: Display, number: int) -> None:
    def work(on_event: Any, stop: threading.Event) -> Finished:
        assert not stop.is_set()
        os.kill(os.getpid(), number)
        assert stop.wait(60)
        on_event({"event": "result", "host": "a", "status": "unreachable"})
        return Finished("failed", 99, "")

    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    assert watch(work, display, Record()).code is ExitCode.INTERRUPTED
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before


def test_a_run_killed_by_ansible_runner_was_interrupted() -> None:
    assert workbench._judge(Finished("canceled", 254, ""), Record(), stopped=False) is ExitCode.INTERRUPTED


def test_one_unreachable_host_among_failed_ones_decides() -> None:
    record = Record(failures=[Failure("a", "t", "m"), Failure("b", "t", "m", unreachable=True)])
    assert workbench._judge(Finished("failed", 2, ""), record, stopped=False) is ExitCode.HOST_UNREACHABLE


def test_the_document_is_json_with_everything_a_program_wants() -> None:
    changed = {host: Outcome(host, changed=True) for host in "ba"}
    record = Record(
        tasks=[Task("Set up", "role", 0.0, 1.239, outcomes=changed), Task("Other", "", 2.0, 0.5)],
        failures=[Failure("c", "role : Break", "why", path="main.yml:3")],
        progress={"a": Progress(ok=2, changed=1)},
        answers=Answers(
            notes=["note"],
            checks={"a": [{"name": "log in", "ok": True, "seconds": 0.1}]},
            addresses={"b": {"url": "https://b"}},
            environments={"a": [{"prefix": "/envs/lab", "release": "0123456789ab"}]},
        ),
    )
    document = Result(record, ExitCode.HOST_FAILED, 1.739, "20260101T000000Z-abc").document("up")
    assert json.loads(json.dumps(document)) == {
        "format_version": "1.2",
        "command": "up",
        "run": "20260101T000000Z-abc",
        "status": "host_failed",
        "exit_code": 2,
        "changed": 2,
        "seconds": 1.74,
        "phases": {"role": 1.24, "play": 0.5},
        "hosts": {
            "b": {"url": "https://b", "environments": [], "checks": []},
            "a": {
                "environments": [{"prefix": "/envs/lab", "release": "0123456789ab"}],
                "checks": [{"name": "log in", "ok": True, "seconds": 0.1}],
                "tasks": {"ok": 2, "changed": 1, "skipped": 0, "failed": 0},
            },
        },
        "changes": [{"task": "role : Set up", "hosts": ["a", "b"], "differences": {"a": [], "b": []}}],
        "failures": [
            {
                **{"host": "c", "task": "role : Break", "message": "why", "unreachable": False},
                **{"path": "main.yml:3", "stderr": ""},
            }
        ],
        "notes": ["note"],
    }


def test_last_words_begin_at_the_first_error_or_are_the_last_lines() -> None:
    assert workbench._last_words("PLAY\n\n[ERROR]: one\n\nmore\nERROR two") == "[ERROR]: one\nmore\nERROR two"
    assert workbench._last_words("\n".join(map(str, range(20)))) == "\n".join(map(str, range(5, 20)))


def test_this_machines_inventory_is_local_and_runs_this_python() -> None:
    text = local_inventory().read_text()
    assert "ansible_connection: local" in text
    assert "ansible_playbook_python" in text


def test_ansible_alone_reads_this_machines_inventory_without_a_warning() -> None:
    command = [Path(sys.executable).with_name("ansible-inventory"), "-i", local_inventory(), "--host", "localhost"]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    assert told.stderr == ""
    assert json.loads(told.stdout)["conda_env_environments"] == [{"file": "{{ inventory_dir }}/environment.yml"}]
