"""Machines at Hetzner, by hetzner.hcloud, at a stand-in for Hetzner's API. Nothing is behind its machines, so nothing is sent to them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.crypto_collection import unpack_collections
from support.hetzner_stand_in import TOKEN, StandIn, serving

BIN = Path(sys.executable).parent
INVENTORY = Path(__file__).parents[2] / "inventories/hetzner/workbench.hcloud.yml"
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEHKD34CmRz1JkvH8ejwcIp2rsdDSf1LKdRl/jmL1aDo quant@example.org"
MACHINES = [{"name": "wb-01"}, {"name": "wb-02", "role": "teaching"}]
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def collections(tmp_path_factory: pytest.TempPathFactory) -> str:
    return unpack_collections(tmp_path_factory.mktemp("collections"), "hetzner.hcloud")


@pytest.fixture
def api() -> Iterator[StandIn]:
    with serving() as stand_in:
        yield stand_in
        # The document says that ids are strings; Hetzner's own library sends them as numbers.
        others = [
            each
            for each in stand_in.violations
            if "POST /v1/servers" not in each or "is not of type 'string'" not in each
        ]
        assert others == []


@pytest.fixture
def run(api: StandIn, collections: str) -> Run:
    environment = {**os.environ, "HCLOUD_TOKEN": TOKEN, "HCLOUD_ENDPOINT": api.url}
    environment["ANSIBLE_COLLECTIONS_PATH"] = f"{collections}:{sysconfig.get_path('purelib')}"

    def run(program: str, *words: str) -> subprocess.CompletedProcess[str]:
        command = [BIN / program, "-i", INVENTORY, *words]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert TOKEN not in done.stdout + done.stderr
        return done

    return run


@pytest.fixture
def play(run: Run) -> Run:
    def play(playbook: str, *flags: str, **variables: Any) -> subprocess.CompletedProcess[str]:
        described = {
            "machines_ssh_public_key": KEY,
            "machines_admin_networks": ["203.0.113.0/24"],
            "machines_wanted": MACHINES,
        }
        described |= {
            "machines_boot_timeout": 30,
            "ansible_connection": "local",
            "ansible_python_interpreter": sys.executable,
        }
        return run(
            "ansible-playbook", "-e", json.dumps({**described, **variables}), *flags, f"benchwright.python.{playbook}"
        )

    return play


def changes(done: subprocess.CompletedProcess[str]) -> list[str]:
    assert done.returncode == 0, done.stdout + done.stderr
    tasks = done.stdout.split("TASK [")
    return [task.partition("]")[0].rpartition(" : ")[2] for task in tasks if "\nchanged: " in task]


def test_machines_come_are_listed_and_go(play: Run, run: Run, api: StandIn) -> None:
    predicted = play("provision", "--check")
    assert changes(predicted) == ["Have the key", "Have the firewall", "Tell what would be made"]
    told = "would create wb-01, wb-02 (cx23), about 9.04 EUR a month, with VAT and IPv4 addresses"
    assert told in " ".join(predicted.stdout.split())
    assert api.servers == []
    assert changes(play("provision")) == ["Have the key", "Have the firewall", "Make the machines"]
    assert changes(play("provision")) == []
    (firewall,) = api.firewalls
    assert [(rule["port"], rule["source_ips"]) for rule in firewall["rules"]] == [
        ("22", ["203.0.113.0/24"]),
        ("8888", ["203.0.113.0/24"]),
    ]
    assert {each["id"] for server in api.servers for each in server["public_net"]["firewalls"]} == {firewall["id"]}
    listed = run("ansible-inventory", "--list").stdout
    groups = json.loads(listed, object_hook=lambda each: each.get("__ansible_unsafe", each))
    assert sorted(groups["workbenches"]["hosts"]) == ["wb-01", "wb-02"]
    assert groups["role_teaching"]["hosts"] == ["wb-02"]
    assert groups["_meta"]["hostvars"]["wb-01"]["machine_region"] == "fsn1"

    assert changes(play("destroy", "-e", "destroy_project=workbench")) == [
        "Delete the machines",
        "Remove the firewall",
        "Remove the key",
    ]
    assert (api.servers, api.firewalls, api.ssh_keys) == ([], [], [])


def test_what_is_refused_before_anything_is_made(play: Run, api: StandIn) -> None:
    done = play("provision", machines_wanted=[{"name": "wb-01", "size": "huge"}, {"name": "wb-02", "region": "mars1"}])
    assert done.returncode == 2
    assert "Hetzner has no huge in fsn1, cx23 in mars1; server types: cx23" in done.stdout
    api._make("servers", api.servers, {"name": "wb-02"})
    done = play("provision")
    assert done.returncode == 2
    assert "the name wb-02 is taken by a server that this project did not make" in done.stdout
    assert api.firewalls == []
