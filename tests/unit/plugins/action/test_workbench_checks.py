"""Checks of hosts, run for real: those of the roles against this machine, and some of a test's own that end in every way."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[4]
HERE = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
SSH_STAND_IN = "#!/bin/sh\necho 'ssh: connect to host away port 22: Connection refused' >&2\nexit 255\n"
CHECKS = """
import pytest

def test_it_is_well(host):
    assert host.run("echo %s", "a b").stdout == "a b\\n"
    assert host.ansible.get_variables()["shown"] == "by -e on here"

def test_it_says_why(host):
    assert not host.file("/").exists, "it is there\\nand more"

@pytest.fixture
def broken(host):
    host.check_output("exit 3")

def test_what_it_needs_is_broken(host, broken): ...

def test_it_does_not_concern_the_host(host):
    pytest.skip("not here")
"""
TASK = "- {hosts: all, gather_facts: false, tasks: [benchwright.python.workbench_checks: {%s}]}\n"
Look = Callable[..., dict[str, Any]]


@pytest.fixture
def look(tmp_path: Path) -> Look:
    """Look at a host with further variables; returns how the task ended."""

    def play(options: str = "", *flags: str, **variables: Any) -> dict[str, Any]:
        (tmp_path / "play.yml").write_text(TASK % options)
        (tmp_path / "hosts.json").write_text(json.dumps({"all": {"hosts": {"here": {**HERE, **variables}}}}))
        events = tmp_path / "events.jsonl"
        events.unlink(missing_ok=True)
        environment = {"ANSIBLE_CALLBACKS_ENABLED": "benchwright.python.events", "BENCHWRIGHT_EVENTS": str(events)}
        subprocess.run(
            [Path(sys.executable).with_name("ansible-playbook"), "-i", "hosts.json", *flags, "play.yml"],
            cwd=tmp_path,
            env={**os.environ, **environment},
            capture_output=True,
            check=False,
        )
        (result,) = [event for event in map(json.loads, events.open()) if event["event"] == "result"]
        return result

    return play


def test_every_way_to_end(look: Look, tmp_path: Path) -> None:
    (tmp_path / "test_something.py").write_text(CHECKS)
    result = look(f"directories: [{tmp_path}]", "-e", "shown='by -e on {{ inventory_hostname }}'")
    ended = {check["name"]: (check["ok"], check["detail"]) for check in result["answer"]["checks"]}
    assert ended.pop("what_it_needs_is_broken")[0] is False
    assert ended == {"it_is_well": (True, ""), "it_says_why": (False, "it is there")}
    assert result["status"] == "failed"
    assert "2 of 3 checks failed: it_says_why: it is there; what_it_needs_is_broken: " in result["message"]


def test_the_roles_checks_see_what_is_missing(look: Look, tmp_path: Path) -> None:
    (tmp_path / "lab/conda-meta").mkdir(parents=True)
    (tmp_path / "facts.d").mkdir()
    entry = {"name": "lab", "prefix": str(tmp_path / "lab"), "kernel": ""}
    (tmp_path / "facts.d/benchwright.fact").write_text(json.dumps({"environments": {"lab": entry}}))
    variables = {"conda_env_facts_directory": "{{ inventory_dir }}/facts.d", "tools": ["coreutils", "no-such-tool"]}
    result = look("", linux_base_packages="{{ tools }}", **variables)
    details = {check["name"]: check["detail"] for check in result["answer"]["checks"] if not check["ok"]}
    assert details == {
        "the_tools_are_installed": "not installed: no-such-tool",
        "the_recorded_environments_are_there": f"not there: {tmp_path}/lab",
    }
    (tmp_path / "lab/conda-meta/history").touch()
    result = look("only: recorded_environments", **variables)
    assert [(check["name"], check["ok"]) for check in result["answer"]["checks"]] == [
        ("the_recorded_environments_are_there", True)
    ]


def test_what_keeps_checks_from_being_run_is_no_check(
    look: Look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Wrong expression passed to '-k'" in look("only: 'not an expression('")["message"]
    ssh = tmp_path / "ssh_stand_in"
    ssh.write_text(SSH_STAND_IN)
    ssh.chmod(0o755)
    result = look("", ansible_connection="ssh", ansible_ssh_executable=str(ssh), linux_base_packages=["coreutils"])
    assert (result["status"], "Connection refused" in result["message"]) == ("unreachable", True)
    (tmp_path / "testinfra.py").write_text("raise ImportError('it is not installed')\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert f"{sys.executable} -m pip install pytest-testinfra" in look()["message"]


def test_in_check_mode_the_host_may_not_be_made_yet(look: Look) -> None:
    result = look("", "--check")
    assert (result["status"], result["answer"], "unpredictable" in result) == ("skipped", {"checks": []}, False)
