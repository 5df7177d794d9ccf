# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.
"""The firewall around a project's machines: what it has to be, and whether the one that is there is that."""

from __future__ import annotations

import typing as t

from . import account
from .account import Document

WORLD = ["0.0.0.0/0", "::/0"]
_OUTWARD = [
    {"protocol": "tcp", "ports": "0", "destinations": {"addresses": WORLD}},
    {"protocol": "udp", "ports": "0", "destinations": {"addresses": WORLD}},
    {"protocol": "icmp", "ports": "0", "destinations": {"addresses": WORLD}},
]


def body(name: str, tag: str, networks: t.Sequence[str], ports: t.Iterable[int]) -> Document:
    """Return the firewall that the networks reach SSH and the ports through, and nobody else anything."""
    reached = [22, *sorted({*ports} - {22})]
    inward = [{"protocol": "tcp", "ports": str(port), "sources": {"addresses": list(networks)}} for port in reached]
    return {"name": name, "inbound_rules": inward, "outbound_rules": _OUTWARD, "tags": [tag]}


def with_attached(wanted: Document, there: t.Mapping[str, t.Any]) -> Document:
    """Return the wanted firewall with what somebody attached to the present one besides."""
    droplets = there.get("droplet_ids")
    tags = sorted({*(there.get("tags") or ()), *wanted["tags"]})
    return {**wanted, "tags": tags, **({"droplet_ids": droplets} if droplets else {})}


def told(firewall: t.Mapping[str, t.Any]) -> str:
    """Return the rules as text that is the same for the same rules. Port 0 is all ports."""
    lines = [
        f"{way} {rule['protocol']} {_ports(rule)} {direction} {' '.join(sorted(rule.get(ends, {}).get('addresses') or ()))}"
        for way, direction, ends in (("inbound", "from", "sources"), ("outbound", "to", "destinations"))
        for rule in firewall.get(f"{way}_rules") or ()
    ]
    return "\n".join(
        [*sorted(lines), *(f"tag {tag}" for tag in firewall.get("tags") or () if tag.startswith(account.PROJECT))]
    )


def _ports(rule: t.Mapping[str, t.Any]) -> str:
    return "all" if rule.get("ports") in (None, "", "0", "all") else str(rule["ports"])
