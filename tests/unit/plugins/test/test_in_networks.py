# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether an address belongs to networks, as tasks ask it."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleTemplatePluginError
from ansible_collections.benchwright.python.plugins.test.in_networks import in_networks


@pytest.mark.parametrize(
    ("address", "networks", "held"),
    [
        ("203.0.113.7", ["198.51.100.0/24", "203.0.113.0/24"], True),
        ("203.0.113.7", ["203.0.113.8/32"], False),
        ("203.0.113.7", ["::/0"], False),
        ("::ffff:203.0.113.7", ["203.0.113.7"], True),
        ("fe80::1%eth0", ["fe80::/10"], True),
        ("203.0.113.7", [], False),
    ],
)
def test_an_address_and_networks(address: str, networks: list[str], held: bool) -> None:
    assert in_networks(address, networks) is held


def test_what_is_neither_is_told() -> None:
    with pytest.raises(AnsibleTemplatePluginError, match="in_networks: 'desk' does not appear to be"):
        in_networks("desk", ["203.0.113.0/24"])
