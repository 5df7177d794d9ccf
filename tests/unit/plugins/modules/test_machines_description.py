# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A description of machines is refused with all that is wrong in it, or put into the provider's words."""

from __future__ import annotations

import re
from typing import Any

import pytest

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEHKD34CmRz1JkvH8ejwcIp2rsdDSf1LKdRl/jmL1aDo quant@example.org"
GOOD: dict[str, Any] = {
    "project": "lab",
    "machines": [{"name": "wb-01"}, {"name": "wb-02", "size": "c-2", "region": "nyc3", "role": "teaching"}],
    "admin_networks": ["203.0.113.7", "2001:db8::/64", "203.0.113.7/32"],
    "ssh_public_key": KEY,
    "offers": {"sizes": {"small": "s-1vcpu-2gb"}, "images": {"debian-12": "debian-12-x64"}, "region": "fra1"},
}


def test_the_providers_words(run_module) -> None:
    result = run_module("machines_description", **GOOD)
    assert not result["changed"]
    assert result["networks"] == ["2001:db8::/64", "203.0.113.7/32"]
    assert result["machines"] == [
        {"name": "wb-01", "size": "s-1vcpu-2gb", "image": "debian-12-x64", "region": "fra1", "role": "workbench"},
        {"name": "wb-02", "size": "c-2", "image": "debian-12-x64", "region": "nyc3", "role": "teaching"},
    ]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"project": "My Lab"}, "machines_project must be"),
        ({"machines": []}, "machines_wanted is empty"),
        (
            {"machines": [{"name": "a"}, {"name": "a"}]},
            r"machines_wanted\[1\].name must be unique, but 'a' is machines_wanted\[0\]",
        ),
        ({"machines": [{"name": "wb_01"}]}, r"machines_wanted\[0\].name must be a host name"),
        ({"machines": [{"name": "a", "role": "Big One"}]}, r"machines_wanted\[0\].role must be a word"),
        ({"admin_networks": []}, "machines_admin_networks is empty"),
        ({"admin_networks": ["203.0.113.7/24"]}, r"machines_admin_networks\[0\] must be a network .*host bits"),
        ({"admin_networks": ["0.0.0.0/0"]}, "lets the whole world in"),
        ({"admin_networks": ["::/0"]}, "lets the whole world in"),
        ({"admin_networks": ["0.0.0.0/1", "128.0.0.0/1"]}, "lets the whole world in"),
        ({"ssh_public_key": "-----BEGIN OPENSSH PRIVATE KEY-----\nabc"}, "is a private key"),
        ({"ssh_public_key": "ssh-ed25519 AAAA"}, "must be one line"),
        ({"ssh_public_key": "~/.ssh/id_ed25519.pub"}, "must be one line"),
        ({"ports": [0]}, "machines_ports must be between"),
        ({"expires": "tomorrow"}, "must be a day such as"),
        ({"expires": "2020-02-29"}, "must not be over"),
    ],
)
def test_what_is_wrong_is_told(run_module, wrong: dict[str, Any], told: str) -> None:
    result = run_module("machines_description", **{**GOOD, **wrong})
    assert result["failed"]
    assert re.search(told, result["msg"]), result["msg"]
    assert "abc" not in result["msg"]


def test_all_that_is_wrong_is_told_at_once(run_module) -> None:
    result = run_module("machines_description", **{**GOOD, "project": "", "admin_networks": [], "ports": [99999]})
    assert len(result["msg"].splitlines()) == 3


def test_the_world_may_be_let_in_by_decision(run_module) -> None:
    result = run_module("machines_description", allow_world=True, **{**GOOD, "admin_networks": ["0.0.0.0/0", "::/0"]})
    assert result["networks"] == ["0.0.0.0/0", "::/0"]
