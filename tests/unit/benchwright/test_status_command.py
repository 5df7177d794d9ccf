"""``benchwright status``: what is installed, as a table and as a document, and what counts as drift."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from benchwright.status_view import drifted, show_status

Command = Callable[..., tuple[int, str, str]]
ENVIRONMENT = {
    "name": "lab",
    "prefix": "/envs/lab",
    "state": "environment",
    "release": "aaaa",
    "release_now": "aaaa",
    "description": "d" * 64,
    "python": "3.12.11",
    "package_count": 212,
    "drift": [],
}
WELL: dict[str, Any] = {
    "environments": [ENVIRONMENT],
    "certificate": {"path": "/c.pem", "names": ["lab"], "not_after": "2027-03-01T00:00:00Z", "days_left": 90},
    "service": {"name": "server", "running": True, "enabled": True, "since": "2026-11-02T08:00:00Z"},
}


def test_what_is_well_has_no_drift() -> None:
    assert drifted({"a": WELL, "b": {"environments": [], "certificate": {}, "service": {}}}) == []


@pytest.mark.parametrize(
    ("part", "sentence"),
    [
        ({"environments": [{**ENVIRONMENT, "drift": ["numpy is gone"]}]}, "a: /envs/lab: numpy is gone"),
        ({"service": {"name": "server", "running": False, "problem": "no bus"}}, "a: server does not run: no bus"),
        ({"certificate": {"path": "/c.pem", "problem": "no openssl"}}, "a: /c.pem: no openssl"),
        (
            {"certificate": {**WELL["certificate"], "days_left": -2}},
            "a: /c.pem ended on 2027-03-01T00:00:00Z",
        ),
    ],
)
def test_what_is_not_well_is_a_sentence(part: dict[str, Any], sentence: str) -> None:
    assert drifted({"a": {**WELL, **part}}) == [sentence]


def test_the_tables_hold_what_people_ask_for() -> None:
    console = Console(record=True, width=160, file=open("/dev/null", "w"))  # noqa: SIM115
    show_status(console, {"a": WELL, "b": {"environments": []}})
    text = console.export_text()
    for word in ("/envs/lab", "aaaa", "3.12.11", "212", "runs", "2027-03-01 (90 days)", "no environment is recorded"):
        assert word in text


def facts(directory: Path) -> list[str]:
    directory.mkdir()
    entry = {
        "name": "lab",
        "prefix": str(directory / "lab"),
        "description": "",
        "release": "",
        "versions": {},
        "kernel": "",
    }
    (directory / "benchwright.fact").write_text(json.dumps({"environments": {entry["prefix"]: entry}}))
    return ["-e", f"conda_env_facts_directory={directory}"]


def test_one_real_call_tells_of_this_machine(command: Command, inventory: Path, tmp_path: Path) -> None:
    words = facts(tmp_path / "facts.d")
    code, out, err = command("status", "-i", str(inventory), *words, "--json")
    assert code == 0, err
    document = json.loads(out)
    (environment,) = document["hosts"]["here"]["workbench"]["environments"]
    assert (environment["state"], document["changed"]) == ("absent", 0)
    playbook = tmp_path / "site.yml"
    playbook.write_text("- hosts: all\n  gather_facts: false\n  tasks: [{ansible.builtin.ping: }]\n")
    code, out, err = command("status", str(playbook), "--drift", "-i", str(inventory), *words)
    assert code == 2, err
    assert "it is recorded, and there is: absent" in out
    assert "No changes" in out
    code, out, err = command("status", str(playbook), "--drift", "-i", str(inventory), *words, "--json")
    document = json.loads(out)
    assert (code, document["status"], document["drift"], document["exit_code"]) == (2, "changes_pending", True, 2), err
