# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import ipaddress

from ansible.errors import AnsibleTemplatePluginError


def in_networks(address, networks):
    """Return whether one of the networks holds the address; an IPv4 address that IPv6 carries counts as what it is."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
        found = getattr(found, "ipv4_mapped", None) or found
        return any(found in ipaddress.ip_network(network, strict=False) for network in networks)
    except ValueError as error:
        raise AnsibleTemplatePluginError(f"in_networks: {error}") from error


class TestModule:
    """What Ansible looks for."""

    def tests(self):
        return {"in_networks": in_networks}
