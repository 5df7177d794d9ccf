# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The states of the firewall with a stand-in for nft and systemd; the molecule scenario of linux_base has the real ones."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._linux import firewall
from ansible_collections.benchwright.python.plugins.module_utils._linux.command import LinuxError


class HostStandIn:
    """Knows one table, whose listing is its text, and one timer, which the test lets run out."""

    def __init__(self, directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.table, self.timer = "", False
        for name in ("KEPT", "UNIT", "LINK", "RECORD", "TRIED", "BEFORE"):
            monkeypatch.setattr(firewall, name, str(directory / name.lower() / "file"))
            (directory / name.lower()).mkdir()
        monkeypatch.setattr(firewall, "attempt", self.attempt)
        monkeypatch.setattr(firewall, "run", lambda *argv, advice="": self.attempt(*argv)[1])
        exists = os.path.isdir
        monkeypatch.setattr(os.path, "isdir", lambda path: path == "/run/systemd/system" or exists(path))

    def attempt(self, *argv: str) -> tuple[int, str]:
        words = " ".join(argv)
        if words.startswith("nft --stateless list"):
            return (0, self.table) if self.table else (1, "No such file or directory")
        if words.startswith("nft --file"):
            text = Path(argv[-1]).read_text()
            self.table = text[len(firewall.EMPTY) :]
        if words.startswith("nft delete"):
            self.table = ""
        if argv[0] == "systemd-run":
            self.timer = True
        if words.startswith("systemctl stop"):
            self.timer = self.timer and firewall.ROLLBACK not in words
        return (0 if not words.startswith("systemctl is-active") or self.timer else 3), ""

    def run_out(self) -> None:
        self.attempt("nft", "--file", firewall.BEFORE)
        self.timer = False


ONE, TWO = (f"{firewall.EMPTY}table inet benchwright {{ {number} }}\n" for number in (1, 2))


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> HostStandIn:
    return HostStandIn(tmp_path, monkeypatch)


def test_a_table_that_is_confirmed_is_kept(host: HostStandIn) -> None:
    assert len(firewall.difference(ONE)) == 4
    firewall.try_out(ONE, 60)
    assert not Path(firewall.KEPT).exists()  # a restart now goes back, too
    firewall.confirm()
    assert (Path(firewall.KEPT).read_text(), host.timer, firewall.difference(ONE)) == (ONE, False, [])


def test_a_table_that_is_not_confirmed_goes_back_to_the_one_before(host: HostStandIn) -> None:
    firewall.try_out(ONE, 60)
    firewall.confirm()
    before = host.table
    firewall.try_out(TWO, 60)
    host.run_out()
    assert (host.table, Path(firewall.KEPT).read_text()) == (before, ONE)
    with pytest.raises(LinuxError, match="not confirmed in time"):
        firewall.confirm()
    assert firewall.difference(ONE) == []


def test_a_second_trial_does_not_take_the_first_for_the_way_back(host: HostStandIn) -> None:
    firewall.try_out(ONE, 60)
    firewall.try_out(TWO, 60)
    host.run_out()
    assert host.table == ""


@pytest.mark.parametrize("damage", ["KEPT", "UNIT", "LINK", "table"])
def test_every_damage_is_seen(host: HostStandIn, damage: str) -> None:
    firewall.try_out(ONE, 60)
    firewall.confirm()
    if damage == "table":
        host.table += "tcp dport 9999 accept"
    else:
        Path(getattr(firewall, damage)).unlink()
    assert len(firewall.difference(ONE)) == 1


def test_removal_leaves_nothing(host: HostStandIn) -> None:
    firewall.try_out(ONE, 60)
    firewall.confirm()
    assert len(firewall.difference(None)) == 4
    firewall.remove()
    assert (host.table, firewall.difference(None)) == ("", [])


def test_services_are_loaded_without_a_trial_and_kept_beside_each_other(host: HostStandIn) -> None:
    firewall.load(ONE)
    assert (host.timer, Path(firewall.KEPT).read_text(), firewall.difference(ONE)) == (False, ONE, [])


def test_a_service_of_a_closed_host_changes_something_also_where_it_is_for_everybody(run_module) -> None:
    service = {"service": "jupyter_server", "allow": [{"port": "8888"}]}
    assert not run_module("host_firewall", check=True, **service)["changed"]
    assert run_module("host_firewall", check=True, host_closed=True, **service)["changed"]


def test_check_mode_asks_for_no_firewall_tool(run_module) -> None:
    result = run_module("host_firewall", check=True, allow=[{"port": "8888"}])
    assert (result["changed"], result["to_confirm"]) == (True, False)


def test_a_network_that_is_none_is_an_error_and_no_traceback(run_module) -> None:
    assert "10.0.0.0/99" in run_module("host_firewall", check=True, ssh_networks=["10.0.0.0/99"])["msg"]
