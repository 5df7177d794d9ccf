# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Machines at DigitalOcean, at a stand-in that holds every request to the vendor's own description of the API."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from support.digitalocean_stand_in import TOKEN, Fault, StandIn, serving
from support.digitalocean_stand_in.account import Refused, new_droplet

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEHKD34CmRz1JkvH8ejwcIp2rsdDSf1LKdRl/jmL1aDo quant@example.org"
Run = Callable[..., dict[str, Any]]
TAGS = ["benchwright", "benchwright-project:lab", "benchwright-role:workbench"]


def machines(*names: str, **words: str) -> list[dict[str, str]]:
    usual = {"size": "s-1vcpu-2gb", "image": "debian-12-x64", "region": "fra1", **words}
    return [{"name": name, **usual} for name in names]


@pytest.fixture
def api() -> Iterator[StandIn]:
    with serving() as stand_in:
        yield stand_in
        assert stand_in.violations == []


@pytest.fixture
def run(api: StandIn, run_module: Any) -> Run:
    def run(check: bool = False, **options: Any) -> dict[str, Any]:
        usual = {"project": "lab", "machines": machines("wb-01"), "ssh_public_key": KEY, "networks": ["203.0.113.0/24"]}
        usual |= {"token": TOKEN, "api_base": api.url, "timeout": 20}
        result = run_module(
            "digitalocean_machines",
            check,
            **{key: value for key, value in {**usual, **options}.items() if value is not None},
        )
        assert TOKEN not in json.dumps(result)
        return result

    return run


def made(api: StandIn) -> list[str]:
    return sorted(droplet["name"] for droplet in api.account.droplets.values())


def sent(api: StandIn, method: str, path: str) -> list[Any]:
    return [body for each, target, body in api.requests if each == method and target.partition("?")[0] == path]


def test_from_nothing_and_back(api: StandIn, run: Run) -> None:
    predicted = run(check=True, machines=machines("wb-01", "wb-02"), ports=[8888], expires="2999-12-31")
    assert {method for method, *dummy in api.requests} == {"GET"}
    result = run(machines=machines("wb-01", "wb-02"), ports=[8888], expires="2999-12-31")
    assert predicted["changes"] == result["changes"]
    assert predicted["diff"] == result["diff"]
    assert predicted["summary"] == result["summary"] == "create 2 x s-1vcpu-2gb in fra1, about $24.00 a month"
    assert [(each["name"], each["status"], each["expires"]) for each in result["machines"]] == [
        ("wb-01", "active", "2999-12-31"),
        ("wb-02", "active", "2999-12-31"),
    ]
    writes = [target for method, target, dummy in api.requests if method == "POST"]
    assert writes.index("/v2/firewalls") < writes.index("/v2/droplets")
    (firewall,) = api.account.firewalls.values()
    assert [(rule["ports"], rule["sources"]["addresses"]) for rule in firewall["inbound_rules"]] == [
        ("22", ["203.0.113.0/24"]),
        ("8888", ["203.0.113.0/24"]),
    ]
    assert firewall["tags"] == ["benchwright-project:lab"]
    assert not run(machines=machines("wb-01", "wb-02"), ports=[8888], expires="2999-12-31")["changed"]

    predicted = run(check=True, state="absent")
    gone = run(state="absent")
    assert predicted["changes"] == gone["changes"]
    assert gone["summary"] == "destroy 2 x s-1vcpu-2gb in fra1, about $24.00 a month"
    account = api.account
    assert (account.droplets, account.firewalls, account.keys, account.tag_names) == ({}, {}, {}, set())
    assert not run(state="absent")["changed"]


def test_a_firewall_that_somebody_changed_is_put_right(api: StandIn, run: Run) -> None:
    run()
    (firewall,) = api.account.firewalls.values()
    firewall["inbound_rules"][0]["sources"]["addresses"] = ["0.0.0.0/0"]
    firewall["droplet_ids"] = [7]
    result = run()
    assert result["changes"] == ["firewall benchwright-lab"]
    (firewall,) = api.account.firewalls.values()
    assert firewall["inbound_rules"][0]["sources"]["addresses"] == ["203.0.113.0/24"]
    assert firewall["droplet_ids"] == [7]
    assert not run()["changed"]


def test_what_stands_differently_or_is_not_described_is_told_and_stays(api: StandIn, run: Run) -> None:
    run(machines=machines("wb-01", "wb-02"))
    result = run(machines=machines("wb-01", size="s-2vcpu-4gb"))
    assert not result["changed"]
    assert [note.split(";")[0] for note in result["notes"]] == [
        "wb-01 has the size s-1vcpu-2gb, not s-2vcpu-4gb",
        "wb-02 belongs to the project and is not described (any more)",
    ]
    assert made(api) == ["wb-01", "wb-02"]


def test_a_key_that_the_account_has_is_used_and_stays(api: StandIn, run: Run) -> None:
    api.account.add_key({"name": "mine", "public_key": KEY})
    assert "SSH key benchwright-lab" not in run()["changes"]
    run(state="absent")
    assert [key["name"] for key in api.account.keys.values()] == ["mine"]


@pytest.mark.parametrize(
    ("there", "options", "told"),
    [
        ([("wb-01", [])], {}, "the name wb-01 is taken by droplet 1, which this project did not make"),
        ([("wb-01", [TAGS[1]])], {}, "the name wb-01 is taken"),
        ([("wb-01", TAGS), ("wb-01", TAGS)], {}, "there are several droplets wb-01 (ids 1, 2)"),
        ([], {"machines": machines("a", size="huge")}, "a: there is no size huge; sizes: s-1vcpu-1gb"),
        (
            [],
            {"machines": machines("a", region="mars1")},
            "s-1vcpu-2gb is not to be had in mars1; it is in: fra1, nyc3",
        ),
        ([], {"machines": machines("a", image="beos-5")}, "a: there is no image beos-5"),
        ([], {"machines": machines(*(f"wb-{n}" for n in range(26)))}, "may have 25 droplets and has 0"),
        (
            [("x", [TAGS[1]])],
            {"state": "absent"},
            "droplet x (1) carries the tag benchwright-project:lab, but benchwright did not",
        ),
    ],
)
def test_what_is_refused_before_anything_is_done(
    api: StandIn, run: Run, there: list[tuple[str, list[str]]], options: dict[str, Any], told: str
) -> None:
    for number, (name, tags) in enumerate(there, start=1):
        document = {"name": name, "tags": tags, "size": "s-1vcpu-2gb", "image": "debian-12-x64", "region": "fra1"}
        api.account.droplets[number] = new_droplet(number, document)
    for check in (True, False):
        result = run(check=check, **options)
        assert told in result["msg"]
        assert not result["changed"]
    assert {method for method, *dummy in api.requests} == {"GET"}


def test_a_wrong_token(api: StandIn, run: Run) -> None:
    result = run(token="dop_v1_wrong")
    assert "Unable to authenticate you (401); the token is wrong, expired or revoked" in result["msg"]
    assert "dop_v1_wrong" not in json.dumps(result)


def test_no_token_and_a_token_that_could_be_read(api: StandIn, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DIGITALOCEAN_ACCESS_TOKEN", "DIGITALOCEAN_TOKEN", "DO_API_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    assert "DIGITALOCEAN_ACCESS_TOKEN" in run(token=None)["msg"]
    assert "must begin with https://" in run(api_base="http://203.0.113.1")["msg"]
    assert api.requests == []


def test_the_token_comes_from_the_environment(api: StandIn, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "DIGITALOCEAN_ACCESS_TOKEN", TOKEN)
    assert run(token=None)["changed"]


def test_a_token_that_expires_in_the_middle(api: StandIn, run: Run) -> None:
    expired = Refused(401, "unauthorized", "Unable to authenticate you")
    api.faults = [Fault("POST", "/v2/droplets", times=99, after=1, refused=expired)]
    result = run(machines=machines("wb-01", "wb-02", "wb-03"))
    assert "expired" in result["msg"]
    assert "exist, are billed, and are adopted by the next run: wb-01" in result["msg"]
    assert len(sent(api, "POST", "/v2/droplets")) == 2
    api.faults = []
    result = run(machines=machines("wb-01", "wb-02", "wb-03"))
    assert result["created"] == ["wb-02", "wb-03"]
    assert made(api) == ["wb-01", "wb-02", "wb-03"]


def test_a_rate_limit_is_waited_for(api: StandIn, run: Run) -> None:
    limit = Refused(429, "too_many_requests", "API Rate limit exceeded.")
    api.faults = [Fault("POST", "/v2/droplets", times=2, refused=limit, retry_after="0.2")]
    assert run()["changed"]
    assert len(sent(api, "POST", "/v2/droplets")) == 3
    assert made(api) == ["wb-01"]


def test_a_rate_limit_that_lasts_is_told(api: StandIn, run: Run) -> None:
    limit = Refused(429, "too_many_requests", "API Rate limit exceeded.")
    api.faults = [Fault("GET", "/v2/account", times=9, refused=limit, retry_after="3600")]
    assert "another 3600 s. Wait, and run again" in run()["msg"]


@pytest.mark.parametrize("carried_out", [True, False])
def test_no_answer_to_a_creation_makes_neither_an_orphan_nor_a_double(
    api: StandIn, run: Run, carried_out: bool
) -> None:
    api.faults = [Fault("POST", "/v2/droplets", carried_out=carried_out)]
    result = run()
    assert len(sent(api, "POST", "/v2/droplets")) == 1
    if carried_out:
        assert result["machines"][0]["name"] == "wb-01"
        assert not run()["changed"]
    else:
        assert "wb-01 was not made: POST /v2/droplets" in result["msg"]
        assert run()["created"] == ["wb-01"]
    assert made(api) == ["wb-01"]


def test_reading_and_removing_are_tried_again(api: StandIn, run: Run) -> None:
    run()
    failing = Refused(503, "service_unavailable", "Service Unavailable")
    api.faults = [Fault("GET", "/v2/droplets", refused=failing), Fault("DELETE", r"/v2/droplets/\d+", carried_out=True)]
    run(state="absent")
    assert made(api) == []


def test_a_machine_that_never_boots(api: StandIn, run: Run) -> None:
    api.account.never_boot = {"wb-02"}
    result = run(machines=machines("wb-01", "wb-02"), timeout=1)
    assert "wb-02 exists, and is billed, but is still new after 1 s" in result["msg"]
    assert len(result["machines"]) == 2
    run(state="absent")
    assert made(api) == []


def test_half_of_ten_fail_and_the_next_run_makes_the_rest(api: StandIn, run: Run) -> None:
    names = [f"wb-{number:02}" for number in range(10)]
    unlucky = Refused(422, "unprocessable_entity", "no capacity in this region")
    api.faults = [
        Fault("POST", "/v2/droplets", times=5, refused=unlucky, only=lambda body: int(body["name"][-1]) % 2 == 1)
    ]
    result = run(machines=machines(*names))
    assert result["msg"].count("was not made: POST /v2/droplets: no capacity in this region (422)") == 5
    assert "adopted by the next run: wb-00, wb-02, wb-04, wb-06, wb-08" in result["msg"]
    assert run(machines=machines(*names))["created"] == names[1::2]
    assert made(api) == names


def test_a_limit_that_is_reached_meanwhile(api: StandIn, run: Run) -> None:
    over = Refused(422, "unprocessable_entity", "creating this/these droplet(s) will exceed your droplet limit")
    api.faults = [Fault("POST", "/v2/droplets", refused=over)]
    assert "will exceed your droplet limit" in run()["msg"]
