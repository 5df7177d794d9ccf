"""What the callback writes of a real ansible-playbook, against lines written down here; nothing of benchwright's command line is in it."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any
from unittest.mock import ANY

import pytest

SECRET = "hunter2-hunter2"
PLAYBOOK = f"""
- name: One of each
  hosts: here:away
  gather_facts: false
  tasks:
    - name: Reach
      ansible.builtin.ping:
    - name: Tell
      ansible.builtin.debug: {{msg: hello}}
    - name: Know
      ansible.builtin.setup: {{gather_subset: ["!all", "!min", distribution]}}
    - name: Write
      ansible.builtin.copy: {{content: "one\\n", dest: "{{{{ place }}}}/file", mode: "0600"}}
    - name: Leave
      ansible.builtin.ping:
      when: inventory_hostname == "nobody"
    - name: Go round
      ansible.builtin.debug: {{msg: "{{{{ item }}}}"}}
      loop: [first, second]
      changed_when: item == "second"
    - name: Ask a command
      ansible.builtin.command: "true"
    - name: Hide
      ansible.builtin.copy: {{content: {SECRET}, dest: "{{{{ place }}}}/secret", mode: "0600"}}
      no_log: true
    - name: Hide each
      ansible.builtin.set_fact: {{hidden: "{{{{ item }}}}"}}
      loop: ["{SECRET}"]
      no_log: true
    - name: Does not matter
      ansible.builtin.command: cat /nowhere
      ignore_errors: true
      check_mode: false
    - block:
        - block:
            - name: Fail within
              ansible.builtin.command: cat /nowhere
              check_mode: false
      rescue:
        - name: Make it good
          ansible.builtin.ping:
    - name: Break
      ansible.builtin.command: cat /nowhere/{{{{ item }}}}
      loop: [file]
      check_mode: false
"""
NO_PYTHON = """
- hosts: here
  gather_facts: false
  tasks:
    - name: Know
      ansible.builtin.gather_facts:
      ignore_errors: true
    - name: Reach
      ansible.builtin.ping:
      ignore_errors: true
    - name: Hide
      ansible.builtin.ping:
      no_log: true
"""
INVENTORY = """
all:
  hosts:
    here: {{ansible_host: 127.9.9.9, ansible_connection: local, ansible_python_interpreter: {python}}}
    away: {{ansible_connection: ssh, ansible_ssh_executable: {ssh}}}
"""
WRITTEN = [{"before": "", "after": "one\n"}]
FACTS = {"distribution": ANY, "distribution_version": ANY, "address": "127.9.9.9"}
NOTHING = "cat: /nowhere: No such file or directory"
MISSING = {"status": "failed", "changed": True, "message": "non-zero return code"}
SKIPPED = "Command would have run if not in check mode"
EXPECTED: dict[str, dict[str, Any]] = {
    "Reach": {"status": "ok", "changed": False},
    "Tell": {"status": "ok", "changed": False, "answer": {"msg": "hello"}},
    "Know": {"status": "ok", "changed": False, "answer": {"facts": FACTS}},
    "Write": {"status": "ok", "changed": True, "diff": WRITTEN},
    "Leave": {
        "status": "skipped",
        "changed": False,
        "skip_reason": 'Conditional result was False: inventory_hostname == "nobody"',
    },
    "Go round": {
        "status": "ok",
        "changed": True,
        "items": [
            {"item": "first", "status": "ok", "changed": False, "answer": {"msg": "first"}},
            {"item": "second", "status": "ok", "changed": True, "answer": {"msg": "second"}},
        ],
    },
    "Ask a command": {"status": "ok", "changed": True},
    "Hide": {"status": "ok", "changed": True, "no_log": True},
    "Hide each": {"status": "ok", "changed": False, "no_log": True},
    "Does not matter": {**MISSING, "ignored": True, "stderr": NOTHING},
    "Fail within": {**MISSING, "rescued": True, "stderr": NOTHING},
    "Make it good": {"status": "ok", "changed": False},
    "Break": {
        "status": "failed",
        "changed": True,
        "message": "One or more items failed",
        "items": [{"item": "file", **MISSING, "stderr": "cat: /nowhere/file: No such file or directory"}],
    },
    "Reach away": {"status": "unreachable", "changed": False},
}
IN_CHECK_MODE = EXPECTED | {
    "Ask a command": {"status": "skipped", "changed": False, "skip_reason": SKIPPED, "unpredictable": True}
}
ALWAYS = {"event", "time", "host", "id", "task", "role", "action", "path", "start", "end"}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Any:
    def play(*flags: str, playbook: str = PLAYBOOK, python: str = sys.executable) -> tuple[list[dict[str, Any]], Path]:
        place = tmp_path_factory.mktemp("run")
        ssh = place / "ssh_stand_in"
        ssh.write_text("#!/bin/sh\necho 'Connection refused' >&2\nexit 255\n")
        ssh.chmod(0o755)
        (place / "inventory.yml").write_text(INVENTORY.format(python=python, ssh=ssh))
        (place / "play.yml").write_text(playbook)
        command = [Path(sys.executable).with_name("ansible-playbook"), "-i", "inventory.yml", "-e", f"place={place}"]
        shared = place / "shared"
        shared.mkdir()
        settings = {
            "ANSIBLE_CALLBACKS_ENABLED": "benchwright.python.events",
            "BENCHWRIGHT_EVENTS": str(place / "events.jsonl"),
            "AWX_ISOLATED_DATA_DIR": str(shared),
        }
        done = subprocess.run(
            [*command, "play.yml", *flags],
            cwd=place,
            env={**os.environ, **settings},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode in (2, 4), done.stdout + done.stderr
        assert "no event is recorded" not in done.stderr
        return [json.loads(line) for line in (place / "events.jsonl").read_text().splitlines()], place

    return play


@pytest.fixture(scope="module")
def real(run: Any) -> Any:
    return run("--diff")


def results(events: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The results by task, without what is the same in all of them, and without headers that hold a random path."""
    found = {}
    for event in events:
        if event["event"] == "result":
            key = event["task"] + (" away" if event["host"] == "away" else "")
            found[key] = {name: value for name, value in event.items() if name not in ALWAYS}
            assert set(event) >= ALWAYS
            assert event["start"] <= event["end"]
            for difference in found[key].get("diff", []):
                assert difference.pop("after_header")
    message = found["Reach away"].pop("message")
    assert "Connection refused" in message
    return found


def test_every_kind_of_result(real: Any) -> None:
    assert results(real[0]) == EXPECTED


def test_a_module_that_cannot_start_says_why_unless_it_is_to_be_silent(run: Any, tmp_path: Path) -> None:
    python = tmp_path / "python_stand_in"
    python.write_text("#!/bin/sh\necho 'pyenv: python3.13: command not found' >&2\nexit 127\n")
    python.chmod(0o755)
    events, dummy = run(playbook=NO_PYTHON, python=str(python))
    said = {event["task"]: event for event in events if event["event"] == "result"}
    assert said["Know"]["message"] == "The following modules failed to execute: ansible.legacy.setup."
    assert said["Know"]["stderr"] == "ansible.legacy.setup: pyenv: python3.13: command not found"
    assert said["Reach"]["stderr"] == "pyenv: python3.13: command not found"
    assert said["Hide"]["no_log"] is True
    assert {"message", "stderr"}.isdisjoint(said["Hide"])


def test_check_mode_says_what_it_cannot_predict_and_differences_are_there_only_where_ansible_shows_them(
    run: Any,
) -> None:
    events, dummy = run("--check")
    assert events[0]["check"] is True
    without = {name: value for name, value in IN_CHECK_MODE["Write"].items() if name != "diff"}
    assert results(events) == {**IN_CHECK_MODE, "Write": without}


def test_a_run_has_a_beginning_plays_tasks_items_and_an_end(real: Any) -> None:
    events, place = real
    first, *dummy, last = events
    assert {name: first[name] for name in ("event", "format", "playbook", "check", "diff", "forks")} == {
        **{"event": "run", "format": "1.1", "playbook": "play.yml"},
        **{"check": False, "diff": True, "forks": 5},
    }
    assert [event["hosts"] for event in events if event["event"] == "play"] == [["here", "away"]]
    tell = next(event for event in events if event["event"] == "task" and event["task"] == "Tell")
    assert (tell["task"], tell["role"], tell["action"]) == ("Tell", "", "ansible.builtin.debug")
    assert (tell["path"], tell["handler"]) == (f"{place}/play.yml:8", False)
    kinds = [event["event"] for event in events if event.get("id") == tell["id"]]
    assert kinds == ["task", "start", "result"]
    items = [event for event in events if event["event"] == "item"]
    assert [(item.get("item"), item["status"], item["changed"]) for item in items] == [
        ("first", "ok", False),
        ("second", "ok", True),
        (None, "ok", False),
        ("file", "failed", True),
    ]
    assert (last["event"], last["hosts"]["here"]["failures"]) == ("end", 1)


def test_nothing_of_a_secret_is_written_and_only_the_owner_reads_it(real: Any) -> None:
    dummy, place = real
    both = [place / "events.jsonl", place / "shared/events.jsonl"]
    assert both[0].read_text() == both[1].read_text()
    for path in both:
        assert SECRET not in path.read_text()
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_every_key_is_documented(real: Any) -> None:
    text = (Path(__file__).parents[4] / "docs/events.md").read_text(encoding="utf-8")
    keys = {key for event in real[0] for key in event}
    assert {key for key in keys if f"`{key}`" not in text} == set()
    assert {event["event"] for event in real[0]} <= set(re.findall(r"^\| `(\w+)` \|", text, re.M))
