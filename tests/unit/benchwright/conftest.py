"""Small real runs of Ansible: what they say is recorded once, and played back where only the reaction is of interest."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from benchwright.answers import ADDRESS_TASKS
from benchwright.runner import Finished, Run, run_playbook

LOCAL = f"all: {{hosts: {{here: {{ansible_connection: local, ansible_python_interpreter: {sys.executable}}}}}}}\n"
AWAY = "all: {{hosts: {{away: {{ansible_connection: ssh, ansible_ssh_executable: {ssh}}}}}}}\n"
SSH_STAND_IN = "#!/bin/sh\necho 'ssh: connect to host away port 22: Connection refused' >&2\nexit 255\n"
ROLE = f"""
- name: Greet
  ansible.builtin.debug: {{msg: "hello [all] of you"}}
- name: Set up
  ansible.builtin.debug: {{msg: {{a: 1}}}}
  changed_when: true
- name: {ADDRESS_TASKS[0]}
  ansible.builtin.debug: {{msg: {{url: "https://here:8888", password_file: /secret/password}}}}
"""
PLAYBOOKS = {
    "changes": "- hosts: all\n  gather_facts: false\n  roles: [greeter]\n",
    "nothing": "- hosts: all\n  gather_facts: false\n  tasks: [{name: Reach, ansible.builtin.ping: }]\n",
    "fails": """
- hosts: all
  gather_facts: false
  tasks:
    - name: Does not matter
      ansible.builtin.command: "false"
      ignore_errors: true
    - name: Break
      ansible.builtin.command: cat /nowhere/{{ item }}
      loop: [first, second]
""",
    "unreachable": "- hosts: all\n  gather_facts: false\n  tasks: [{name: Reach, ansible.builtin.ping: }]\n",
    "syntax_error": "- hosts: all\n  tasks: [\n",
    "no_host": "- hosts: nobody\n  gather_facts: false\n  tasks: [{ansible.builtin.debug: }]\n",
}


@dataclass(frozen=True)
class Recording:
    """One real run: every event, and how it ended."""

    events: list[dict[str, Any]]
    finished: Finished


Recordings = Callable[[str], Recording]


@pytest.fixture(scope="session")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Recordings:
    """Run the named playbook of ``PLAYBOOKS``, once in a session."""
    directory = tmp_path_factory.mktemp("playbooks")
    (directory / "roles/greeter/tasks").mkdir(parents=True)
    (directory / "roles/greeter/tasks/main.yml").write_text(ROLE)
    ssh = directory / "ssh_stand_in"
    ssh.write_text(SSH_STAND_IN)
    ssh.chmod(0o755)
    made: dict[str, Recording] = {}

    def record(name: str) -> Recording:
        if name not in made:
            playbook, inventory = directory / f"{name}.yml", directory / f"{name}-inventory.yml"
            playbook.write_text(PLAYBOOKS[name])
            inventory.write_text(AWAY.format(ssh=ssh) if name == "unreachable" else LOCAL)
            events: list[dict[str, Any]] = []
            finished = run_playbook(Run(str(playbook), ["-i", str(inventory)]), events.append, threading.Event())
            made[name] = Recording(events, finished)
        return made[name]

    return record


@pytest.fixture
def inventory(tmp_path: Path) -> Path:
    path = tmp_path / "inventory.yml"
    path.write_text(LOCAL)
    return path


@pytest.fixture
def played_back(recordings: Recordings, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], list[Run]]:
    """``played_back(name)`` makes the commands get that recording; returns the list of what they asked to be run."""

    def play(name: str) -> list[Run]:
        recording, asked = recordings(name), []

        def run_playbook_stand_in(
            run: Run, on_event: Callable[[dict[str, Any]], None], stop: threading.Event, on_text: object = None
        ) -> Finished:
            asked.append(run)
            for event in recording.events:
                on_event(event)
            return recording.finished

        monkeypatch.setattr("benchwright.session.run_playbook", run_playbook_stand_in)
        return asked

    return play


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Run the command line as a shell would; returns the exit code, stdout and stderr."""

    def call(*words: str) -> tuple[int, str, str]:
        from benchwright.__main__ import main

        monkeypatch.setattr(sys, "argv", ["benchwright", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        output = capsys.readouterr()
        return int(ended.value.code or 0), output.out, output.err

    return call


@pytest.fixture(autouse=True)
def own_directories(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test may touch the caches, the runs, or what is remembered, of whoever runs it, nor see their settings."""
    monkeypatch.chdir(tmp_path)
    for name in ("ANSIBLE_INVENTORY", "ANSIBLE_CONFIG", "CI"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
