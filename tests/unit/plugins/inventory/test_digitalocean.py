# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The inventory of DigitalOcean's machines, as ansible-inventory reads it from a stand-in for the API."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.digitalocean_stand_in import TOKEN, Fault, StandIn, serving
from support.digitalocean_stand_in.account import Refused, new_droplet

ANSIBLE_INVENTORY = Path(sys.executable).with_name("ansible-inventory")
SHIPPED = Path(__file__).parents[4] / "inventories/digitalocean/workbench.digitalocean.yml"
List = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def api() -> Iterator[StandIn]:
    with serving() as stand_in:
        yield stand_in
        assert stand_in.violations == []


def add(api: StandIn, number: int, name: str, *tags: str, region: str = "fra1") -> None:
    body = {"name": name, "tags": list(tags), "size": "s-1vcpu-2gb", "image": "debian-12-x64", "region": region}
    droplet = new_droplet(number, body)
    public = {"ip_address": f"127.9.{number // 250}.{number % 250 + 1}", "netmask": "255.0.0.0", "gateway": "127.0.0.1"}
    droplet.update(status="active", networks={"v4": [{**public, "type": "public"}], "v6": []})
    api.account.droplets[number] = droplet


def ours(project: str, role: str = "workbench") -> tuple[str, ...]:
    return "benchwright", f"benchwright-project:{project}", f"benchwright-role:{role}"


@pytest.fixture
def listed(api: StandIn, tmp_path: Path) -> List:
    """``listed(LINES)`` reads an inventory file with these lines besides."""

    def read(lines: str = "", token: str = TOKEN) -> subprocess.CompletedProcess[str]:
        path = tmp_path / "lab.digitalocean.yml"
        path.write_text(SHIPPED.read_text(encoding="utf-8") + lines, encoding="utf-8")
        environment = {**os.environ, "DIGITALOCEAN_ACCESS_TOKEN": token, "DIGITALOCEAN_API_URL": api.url}
        environment["ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED"] = "true"
        command = [ANSIBLE_INVENTORY, "-i", path, "--list"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert token not in done.stdout + done.stderr
        return done

    return read


def hosts(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert done.returncode == 0, done.stderr
    # Ansible says of each string that it comes from elsewhere.
    return json.loads(done.stdout, object_hook=lambda each: each.get("__ansible_unsafe", each))["_meta"]["hostvars"]


def test_hosts_their_groups_and_what_they_tell(api: StandIn, listed: List) -> None:
    add(api, 1, "wb-01", *ours("workbench"), "benchwright-expires:2026-12-31")
    add(api, 2, "wb-02", *ours("workbench", "teaching"), region="nyc3")
    add(api, 3, "wb-01", *ours("other"))
    add(api, 4, "mine", "benchwright-project:workbench")
    done = listed()
    found, groups = hosts(done), json.loads(done.stdout)
    assert sorted(found) == ["wb-01", "wb-02"]
    assert found["wb-01"]["ansible_host"] == "127.9.0.2"
    assert found["wb-01"]["machine_expires"] == "2026-12-31"
    assert found["wb-01"]["machine_monthly_cost"] == 12.0
    assert {
        name: groups[name]["hosts"] for name in ("workbenches", "region_nyc3", "role_teaching", "project_workbench")
    } == {
        "workbenches": ["wb-01", "wb-02"],
        "region_nyc3": ["wb-02"],
        "role_teaching": ["wb-02"],
        "project_workbench": ["wb-01", "wb-02"],
    }


def test_two_machines_of_one_name_do_not_become_one_host(api: StandIn, listed: List) -> None:
    add(api, 1, "wb-01", *ours("workbench"))
    add(api, 2, "wb-01", *ours("workbench"))
    done = listed()
    assert done.returncode != 0
    assert "there are several droplets of the name wb-01 (ids 1, 2)" in " ".join(done.stderr.split())


def test_a_wrong_token_is_told(api: StandIn, listed: List) -> None:
    done = listed(token="dop_v1_wrong_one")
    assert done.returncode != 0
    assert "the token is wrong, expired or revoked" in " ".join(done.stderr.split())


def test_what_is_cached_is_not_asked_again(api: StandIn, listed: List, tmp_path: Path) -> None:
    add(api, 1, "wb-01", *ours("workbench"))
    cached = (
        f"cache: true\ncache_plugin: ansible.builtin.jsonfile\ncache_connection: {tmp_path}/cache\ncache_timeout: 300\n"
    )
    first = hosts(listed(cached))
    api.faults = [Fault("GET", "/v2/droplets", times=9, refused=Refused(500, "server_error", "down"))]
    assert hosts(listed(cached)) == first
    assert len(api.requests) == 1


def test_five_thousand_machines(tmp_path: Path, listed: List, api: StandIn) -> None:
    api.contract = None  # the vendor's document judges one droplet as it does the others
    for number in range(5000):
        add(api, number, f"wb-{number:04}", *ours("workbench"))
    found = hosts(listed())
    assert len(found) == len({each["ansible_host"] for each in found.values()}) == 5000
    assert len(api.requests) == 25
