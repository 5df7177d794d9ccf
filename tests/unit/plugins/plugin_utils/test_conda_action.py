"""What Ansible itself prints and logs of a conda task, and how facts become conda's names."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from ansible_collections.benchwright.python.plugins.plugin_utils._conda_action import conda_platform, masked

PLAY = """\
- hosts: localhost
  gather_facts: false
  tasks:
    - benchwright.python.conda_env:
        root_prefix: {root}
        name: lab
        state: absent
        channels: ["https://me:geheim@conda.example.org/t/tk-geheim/x"]
      register: answer
    - debug: {{var: answer}}
"""
# Stands in for the host's system log, where Ansible's modules write their arguments.
SYSLOG_STAND_IN = """\
import os, syslog
def write(*arguments):
    with open(os.environ["SYSLOG_STAND_IN"], "a") as stream:
        stream.write(repr(arguments) + "\\n")
syslog.syslog = write
"""


def test_neither_the_terminal_nor_the_hosts_log_shows_a_password_or_a_token(tmp_path: Path) -> None:
    (tmp_path / "play.yml").write_text(PLAY.format(root=tmp_path / "root"))
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(SYSLOG_STAND_IN)
    log = tmp_path / "syslog"
    environment = {
        **os.environ,
        "ANSIBLE_LOCAL_TEMP": str(tmp_path / "local"),
        "ANSIBLE_REMOTE_TEMP": str(tmp_path / "remote"),
        "ANSIBLE_NOCOLOR": "1",
        "PYTHONPATH": str(tmp_path / "site"),
        "SYSLOG_STAND_IN": str(log),
    }
    playbook = str(Path(sys.executable).with_name("ansible-playbook"))
    done = subprocess.run(
        [
            playbook,
            "-i",
            "localhost,",
            "-c",
            "local",
            "-vvv",
            "-e",
            f"ansible_python_interpreter={sys.executable}",
            "play.yml",
        ],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert '"root_prefix"' in done.stdout  # so the task's arguments are shown
    assert "https://***conda.example.org/t/***/x" in done.stdout
    assert "geheim" not in done.stdout + done.stderr
    assert "geheim" not in log.read_text()


@pytest.mark.parametrize(
    ("variables", "name"),
    [
        ({"ansible_facts": {"architecture": "x86_64"}}, "linux-64"),
        ({"ansible_facts": {"architecture": "aarch64"}}, "linux-aarch64"),
        ({"ansible_facts": {"architecture": "ppc64le"}}, "linux-ppc64le"),
        ({"ansible_architecture": "s390x"}, "linux-s390x"),
    ],
)
def test_the_platform_comes_from_the_facts(variables: dict[str, object], name: str) -> None:
    assert conda_platform(variables) == name


def test_without_facts_the_host_is_taken_for_one_like_the_controller(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "aarch64")
    assert conda_platform({}) == "linux-aarch64"


def test_only_addresses_are_masked() -> None:
    value = {"a": ["https://me:pw@x.example.org/t/tk/y", "/srv/t/lab", 3], "b": None}
    shown = masked(value)
    assert "pw" not in json.dumps(shown)
    assert (shown["a"][1:], shown["b"]) == (["/srv/t/lab", 3], None)
