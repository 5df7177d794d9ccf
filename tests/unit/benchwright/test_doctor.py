"""`doctor`, and the inventory that it reads: what is found missing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchwright import examination
from benchwright.commands.doctor import UNHEARD, _reached
from benchwright.errors import BenchwrightError
from benchwright.inventory import Host, _hosts, hosts_of
from benchwright.record import Record
from benchwright.target import Target

LAB = """
workbenches:
  hosts:
    one: {ansible_host: 203.0.113.7, wb_provider: digitalocean}
    two: {ansible_connection: local}
  vars: {ansible_user: root}
"""


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    path = tmp_path / "lab.yml"
    path.write_text(LAB)
    return path


@pytest.fixture
def conda_host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examination, "conda_forge_problem", lambda: "it is away")


def test_hosts_with_their_groups_and_addresses(lab: Path) -> None:
    one, two = hosts_of(Target((str(lab),), here=False))
    assert (one.name, one.groups, one.address, one.connection) == ("one", ("workbenches",), "203.0.113.7", "ssh")
    assert (two.name, two.connection) == ("two", "local")
    assert [host.name for host in hosts_of(Target((str(lab),), here=False), ["--limit", "one"])] == ["one"]


def test_an_inventory_that_is_none_is_an_error(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yml"
    bad.write_text("all: [\n")
    with pytest.raises(BenchwrightError, match="cannot be read"):
        hosts_of(Target((str(bad),), here=False))


def test_what_ansible_wraps_is_unwrapped() -> None:
    wrapped = {"__ansible_unsafe": "203.0.113.7"}
    listed = {
        "_meta": {"hostvars": {"a": {"ansible_host": wrapped, "tags": [wrapped]}}},
        "g": {"hosts": ["a"]},
        "all": {},
    }
    assert _hosts(listed) == [Host("a", ("g",), {"ansible_host": "203.0.113.7", "tags": ["203.0.113.7"]})]


@pytest.mark.parametrize(("recording", "code"), [("nothing", 0), ("unreachable", 4)])
def test_the_doctor_looks_at_this_machine_and_at_every_host(
    command: Any, lab: Path, played_back: Any, conda_host: None, recording: str, code: int
) -> None:
    asked = played_back(recording)
    found, out, dummy = command("doctor", "-i", str(lab), "--json")
    document = json.loads(out)
    assert (found, document["exit_code"]) == (code, code)
    findings = {finding["name"]: finding for finding in document["findings"]}
    assert findings["inventory"]["found"].endswith("lab.yml: 2 hosts")
    assert (findings["conda host"]["ok"], findings["conda host"]["needed"]) == (False, False)
    hosts = [finding["ok"] for name, finding in findings.items() if name.startswith("host ")]
    assert hosts == [code == 0]
    assert asked[0].playbook == "benchwright.python.reach"


def test_a_host_that_nobody_waited_for_was_not_reached() -> None:
    record = Record()
    record.event({"event": "play", "hosts": ["slow", "quick"]})
    record.event({"event": "result", "host": "quick", "status": "ok"})
    assert [(each.name, each.ok, each.found) for each in _reached(record)] == [
        ("host slow", False, UNHEARD),
        ("host quick", True, "reached, and has a Python"),
    ]


def test_the_doctor_names_an_inventory_that_cannot_be_read(command: Any, tmp_path: Path, conda_host: None) -> None:
    bad = tmp_path / "bad.yml"
    bad.write_text("all: [\n")
    code, out, dummy = command("doctor", "-i", str(bad))
    assert code == 1
    assert "✗ inventory" in out
    assert "to do: name one that can be read" in out
