"""Cloud credentials reach Ansible, and nothing that is written anywhere."""

from __future__ import annotations

import os
import tempfile
import threading
from pathlib import Path
from typing import Any

import pytest

from benchwright.credentials import handed_over
from benchwright.runner import Run, run_playbook

SECRET = "hunter2-of-the-cloud"
PLAYBOOK = """
- hosts: all
  gather_facts: false
  tasks:
    - ansible.builtin.debug: {msg: "{{ lookup('env', 'HCLOUD_TOKEN') | hash('sha1') }} {{ lookup('env', 'PATH').split(':') | first }}"}
"""


def test_ansible_sees_them_and_no_file_does(tmp_path: Path, inventory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    monkeypatch.setenv("HCLOUD_TOKEN", SECRET)
    playbook = tmp_path / "playbook.yml"
    playbook.write_text(PLAYBOOK)
    written: dict[Path, bytes] = {}
    told: list[str] = []

    def look(event: dict[str, Any]) -> None:
        written.update({path: path.read_bytes() for path in temporary.rglob("*") if path.is_file()})
        told.append(str(event))

    for wanted in (True, False):
        run = Run(str(playbook), ["-i", str(inventory)], credentials=wanted)
        finished = run_playbook(run, look, threading.Event())
        assert finished.status == "successful", finished.text
        assert ("cfada382cf6f5eb001e50f820596108b097a3b7b" in finished.text) == wanted
        assert "benchwright-program-" not in finished.text
    everything = b"\n".join(written.values()) + "".join(told).encode()
    assert b"BENCHWRIGHT_EVENTS" in everything  # so the environment is among what was looked at
    assert SECRET.encode() not in everything
    assert list(temporary.iterdir()) == []
    assert os.environ["HCLOUD_TOKEN"] == SECRET


def test_without_credentials_nothing_is_different(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchwright.credentials.NAMES", ("NO_SUCH_TOKEN",))
    with handed_over(True) as leading:
        assert leading({"PATH": "/bin"}) == {"PATH": "/bin"}
