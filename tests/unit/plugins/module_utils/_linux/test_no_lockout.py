# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a firewall lets in whatever it is told, and under which settings of sshd somebody could come back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._linux import sshd
from ansible_collections.benchwright.python.plugins.module_utils._linux.accounts import Account
from ansible_collections.benchwright.python.plugins.module_utils._linux.connection import Connection
from ansible_collections.benchwright.python.plugins.module_utils._linux.firewall_rules import (
    Wanted,
    made_from,
    ruleset,
    with_service,
)

OFFICE = {"port": "8888", "protocol": "tcp", "networks": ["192.0.2.0/24"]}
ANYBODY = {"port": "8888", "protocol": "tcp", "networks": ["0.0.0.0/0", "::/0"]}


def host(**given: Any) -> Wanted:
    return Wanted({"allow": [], "ssh_networks": ["0.0.0.0/0"], "rules": [], **given}, {})


@pytest.mark.parametrize(
    ("networks", "ports", "connection", "line"),
    [
        ([], [], Connection("root", "192.0.2.7", 2222), "ip saddr 192.0.2.7/32 tcp dport 2222 accept"),
        ([], [], Connection("root", "::ffff:192.0.2.7", 22), "ip saddr 192.0.2.7/32 tcp dport 22 accept"),
        (["192.0.2.0/24"], [22], Connection("root", "192.0.2.7", 2222), "ip saddr 192.0.2.0/24 tcp dport 2222 accept"),
        (["::/0"], [22], Connection("root", "2001:db8::1", 22), "meta nfproto ipv6 tcp dport 22 accept"),
        (["0.0.0.0/0"], [], Connection("root"), "meta nfproto ipv4 tcp dport 22 accept"),
    ],
)
def test_the_connection_that_is_there_is_let_in(
    networks: list[str], ports: list[int], connection: Connection, line: str
) -> None:
    text = ruleset(host(ssh_networks=networks), ports, connection)
    assert text
    assert f"    {line}\n" in text
    assert "policy drop" in text


def test_what_is_named_is_let_in_and_further_rules_come_before() -> None:
    allow = [{"port": "8888", "protocol": "tcp", "networks": ["10.0.0.0/8", "fd00::/8"]}]
    text = ruleset(host(allow=allow, rules=["tcp dport 25 drop"]), [22], Connection("root"))
    assert text
    assert "ip saddr 10.0.0.0/8 tcp dport 8888 accept" in text
    assert "ip6 saddr fd00::/8 tcp dport 8888 accept" in text
    text = text.partition("table inet benchwright {")[2]  # behind the line that says what it was made from
    assert text.index("established") < text.index("dport 25 drop") < text.index("dport 22 accept")


def test_a_service_alone_closes_its_port_and_leaves_the_rest_open() -> None:
    text = ruleset(with_service(Wanted(None, {}), "jupyter_server", [OFFICE]), [22], Connection("root"))
    assert text
    assert "policy accept" in text
    assert text.index("192.0.2.0/24 tcp dport 8888 accept") < text.index("tcp dport 8888 drop")
    assert "dport 22" not in text


def test_a_service_that_is_for_everybody_needs_no_firewall() -> None:
    assert ruleset(with_service(Wanted(None, {}), "jupyter_server", [ANYBODY]), [22], Connection("root")) is None


def test_a_service_is_let_in_where_the_host_is_closed_and_stays_when_the_host_changes() -> None:
    text = ruleset(with_service(host(), "jupyter_server", [OFFICE]), [22], Connection("root"))
    assert text
    assert "policy drop" in text
    assert "192.0.2.0/24 tcp dport 8888 accept" in text
    assert "dport 8888 drop" not in text
    kept = made_from(text)
    assert kept.services == {"jupyter_server": [OFFICE]}
    assert with_service(kept, "jupyter_server", None) == host()


@pytest.mark.parametrize("text", [None, "", "table inet benchwright { }"])
def test_a_table_of_somebody_else_was_made_from_nothing(text: str | None) -> None:
    assert made_from(text) == Wanted(None, {})


def account(tmp_path: Path, name: str, with_key: bool) -> Account:
    if with_key:
        (tmp_path / ".ssh").mkdir()
        (tmp_path / ".ssh/authorized_keys").write_text("ssh-ed25519 AAAAaaaa\n")
    return Account(0, 0, str(tmp_path), "/bin/sh", "", frozenset({name}))


def effective(**settings: str) -> dict[str, list[str]]:
    default = {"passwordauthentication": "no", "kbdinteractiveauthentication": "no", "pubkeyauthentication": "yes"}
    default.update(permitrootlogin="without-password", authorizedkeysfile=".ssh/authorized_keys .ssh/authorized_keys2")
    return {name: [value] for name, value in {**default, **settings}.items()}


@pytest.mark.parametrize(
    ("user", "settings", "with_key", "why"),
    [
        ("root", {}, True, ""),
        ("root", {}, False, "root has no key in .ssh/authorized_keys or .ssh/authorized_keys2"),
        ("quant", {}, False, "quant has no key"),
        ("quant", {"authorizedkeysfile": "%h/.ssh/authorized_keys"}, True, ""),
        ("quant", {"authorizedkeysfile": "/nonexistent/%u"}, True, "quant has no key"),
        ("quant", {"passwordauthentication": "yes"}, False, ""),
        ("quant", {"kbdinteractiveauthentication": "yes"}, False, ""),
        ("root", {"passwordauthentication": "yes"}, False, "root has no key"),
        ("root", {"permitrootlogin": "no"}, True, "PermitRootLogin is no"),
        ("quant", {"permitrootlogin": "no"}, True, ""),
        ("quant", {"pubkeyauthentication": "no"}, True, "neither passwords nor keys"),
        ("quant", {"allowusers": "other"}, True, "leave out quant"),
        ("quant", {"allowusers": "qu*"}, True, ""),
        ("quant", {"allowusers": "quant@10.0.0.1"}, True, "leave out quant"),
        ("quant", {"denyusers": "quant@10.0.0.1"}, True, "leave out quant"),
        ("quant", {"allowgroups": "admins"}, True, "leave out quant"),
        ("quant", {"allowgroups": "admins quant"}, True, ""),
        ("quant", {"denygroups": "quant"}, True, "leave out quant"),
    ],
)
def test_who_could_not_come_back(tmp_path: Path, user: str, settings: dict[str, Any], with_key: bool, why: str) -> None:
    found = sshd.lockout(effective(**settings), Connection(user), account(tmp_path, user, with_key), False)
    assert (why in found) if why else (found == "")


def test_a_key_that_is_to_come_counts(tmp_path: Path) -> None:
    assert sshd.lockout(effective(), Connection("quant"), None, keys_to_come=True) == ""


def test_settings_are_written_as_sshd_reads_them() -> None:
    assert sshd.lines({"PasswordAuthentication": False, "MaxAuthTries": 4}).endswith(
        "\nMaxAuthTries 4\nPasswordAuthentication no\n"
    )
