# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wrong options of linux_base fail before anything is changed, with the option's name and what it must be."""

from __future__ import annotations

from typing import Any

import pytest
from support.role_options import told_by, wrong_and_right

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExampleExampleExampleExampleExampleExample me@laptop"


def user(**options: Any) -> dict[str, Any]:
    return {"linux_base_users": [{"name": "quant", **options}]}


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"linux_base_packages": ["Gcc"]}, "linux_base_packages must be names of Debian packages"),
    ({"linux_base_extra_packages": ["gcc=1.0"]}, "linux_base_extra_packages must be names"),
    ({"linux_base_lists_valid_for": -1}, "linux_base_lists_valid_for must be a number of seconds"),
    ({"linux_base_upgrade": "some"}, "value of linux_base_upgrade must be one of: none, security, all"),
    ({"linux_base_apt_sources": [{"uri": "ftp://a"}]}, "linux_base_apt_sources must each have a uri"),
    ({"linux_base_apt_sources": [{"uri": "https://me:pw@a/debian"}]}, "linux_base_apt_sources must each have a uri"),
    ({"linux_base_apt_sources": [{"uri": "file:/a", "key": "/none"}]}, "linux_base_apt_sources must have a key"),
    ({"linux_base_http_proxy": "proxy:3128"}, "linux_base_http_proxy must be an address"),
    ({"linux_base_https_proxy": "http://me:canary@p x"}, "linux_base_https_proxy must be an address"),
    ({"linux_base_no_proxy": ["a b"]}, "linux_base_no_proxy must be a list of names"),
    ({"linux_base_proxy_group": "a b"}, "linux_base_proxy_group must be the name of a group"),
    ({"linux_base_ca_bundle": "/none/ca.pem"}, "linux_base_ca_bundle must be certificates"),
    ({"linux_base_pip_index": "packages.example.org"}, "linux_base_pip_index must be an address"),
    ({"linux_base_pip_find_links": ["wheels"]}, "linux_base_pip_find_links must be absolute paths"),
    ({"linux_base_hostname": "-desk"}, "linux_base_hostname must be a host name"),
    ({"linux_base_hostname": "a_b"}, "linux_base_hostname must be a host name"),
    ({"linux_base_hostname": "a" * 65}, "linux_base_hostname must be a host name"),
    ({"linux_base_timezone": "Europe/Nowhere"}, "linux_base_timezone must be a time zone"),
    ({"linux_base_timezone": "../etc/passwd"}, "linux_base_timezone must be a time zone"),
    ({"linux_base_locale": "english"}, "linux_base_locale must be a locale"),
    (user(name="Quant"), "linux_base_users must have names"),
    (user(name="root", state="absent"), "linux_base_users must have names"),
    ({"linux_base_users": [{"name": "a"}, {"name": "a"}]}, "linux_base_users must have names"),
    (user(groups=["a b"]), "linux_base_users must have groups"),
    (user(ssh_keys=["AAAA"]), "linux_base_users must have public keys"),
    (user(ssh_keys=[f"{KEY}\n{KEY}"]), "linux_base_users must have public keys"),
    (user(shell="bash"), "linux_base_users must have absolute paths"),
    (user(sudo="always"), "value of sudo must be one of: none, password, nopasswd"),
    ({"linux_base_swap_size": "1T"}, "linux_base_swap_size must be none, auto"),
    ({"linux_base_ssh_settings": {"Port": 22}}, "linux_base_ssh_settings must have names"),
    ({"linux_base_ssh_settings": {"X11Forwarding": "a\nb"}}, "linux_base_ssh_settings must have names"),
    ({"linux_base_firewall_allow": [{"port": "70000"}]}, "linux_base_firewall_allow must each have a port"),
    ({"linux_base_firewall_allow": [{"port": "http"}]}, "linux_base_firewall_allow must each have a port"),
    (
        {"linux_base_firewall_allow": [{"port": "80", "networks": ["10.0.0.0/33"]}]},
        "linux_base_firewall_allow must have networks",
    ),
    ({"linux_base_firewall_ssh_networks": ["desk"]}, "linux_base_firewall_ssh_networks must be networks"),
    ({"linux_base_firewall_rules": ["} chain x {"]}, "linux_base_firewall_rules must be rules of one line"),
    ({"linux_base_firewall_confirm_seconds": 1}, "linux_base_firewall_confirm_seconds must be between"),
]
RIGHT: list[dict[str, Any]] = [
    {},
    {
        "linux_base_apt_sources": [
            {"uri": "https://mirror.example.org/debian"},
            {"uri": "file:///srv/a", "suites": ["./"]},
        ]
    },
    {
        "linux_base_http_proxy": "http://me:p%40ss@proxy.example.org:3128",
        "linux_base_no_proxy": [".example.org", "10.0.0.0/8"],
    },
    {
        "linux_base_hostname": "desk-1.example.org",
        "linux_base_timezone": "Etc/UTC",
        "linux_base_locale": "ca_ES.UTF-8@valencia",
    },
    user(groups=["a", "b_c"], ssh_keys=[KEY, f'from="10.0.0.0/8" {KEY}'], shell="/bin/bash", sudo="password"),
    {"linux_base_pip_index": "https://packages.example.org/simple"},
    {"linux_base_pip_find_links": ["/srv/wheels", "file:///srv/wheels", "http://10.0.0.1/wheels/"]},
    {"linux_base_swap_size": "512M", "linux_base_ssh_settings": {"MaxAuthTries": 3, "X11Forwarding": True}},
    {
        "linux_base_firewall_allow": [{"port": "8000-8100", "protocol": "udp", "networks": ["10.0.0.1", "fd00::/8"]}],
        "linux_base_firewall_rules": ["tcp dport { 25, 465 } drop"],
    },
]


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What Ansible said of each host."""
    cases = wrong_and_right(WRONG, RIGHT)
    told, everything = told_by("linux_base", "options", cases, tmp_path_factory.mktemp("options"))
    assert "canary" not in everything
    return told


@pytest.mark.parametrize("number", range(len(WRONG)))
def test_what_is_wrong_is_told_with_the_options_name(said: dict[str, str], number: int) -> None:
    assert WRONG[number][1] in said[f"wrong{number}"]


@pytest.mark.parametrize("number", range(len(RIGHT)))
def test_what_is_right_passes(said: dict[str, str], number: int) -> None:
    assert said[f"right{number}"] == ""
