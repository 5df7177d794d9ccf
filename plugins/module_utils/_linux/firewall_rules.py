# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.
"""What a table of nftables says: what the host lets in, and what single services let in. Pure: nothing is read or changed.

The first line of the text is what it was made from, so that a service can be added without knowing the rest.
"""

from __future__ import annotations

import ipaddress
import json
import typing as t

from .connection import Connection

TABLE = "inet benchwright"
EMPTY = f"table {TABLE}\ndelete table {TABLE}\n"  # the first line is for the second, which wants one to be there
MADE_FROM = "# made from "
Rule = t.Mapping[str, t.Any]


class Wanted(t.NamedTuple):
    """``host`` has `allow`, `ssh_networks` and `rules`, and is None where the host lets in all but what its services keep out."""

    host: t.Mapping[str, t.Any] | None
    services: t.Mapping[str, t.Sequence[Rule]]


def made_from(text: str | None) -> Wanted:
    """Return what a table was made from; nothing for no table, or one that somebody else wrote."""
    first = (text or "").partition("\n")[0]
    if not first.startswith(MADE_FROM):
        return Wanted(None, {})
    return Wanted(**json.loads(first[len(MADE_FROM) :]))


def with_service(wanted: Wanted, name: str, allow: t.Sequence[Rule] | None) -> Wanted:
    """Return the same with other rules of one service, None for none."""
    others = {key: rules for key, rules in wanted.services.items() if key != name}
    return Wanted(wanted.host, others if allow is None else {**others, name: allow})


def ruleset(wanted: Wanted, ssh_ports: t.Sequence[int], connection: Connection) -> str | None:
    """Return the table; None where it would keep nobody out. The connection that is there always comes in, and the next of its kind."""
    services = [item for rules in wanted.services.values() for item in rules]
    if wanted.host is None:
        if not any(_is_narrow(item) for item in services):
            return None
        lines = ["type filter hook input priority filter; policy accept;", *_SURE, *_services(services, closed=True)]
    else:
        lines = ["type filter hook input priority filter; policy drop;", *_SURE]
        lines += _host(
            wanted.host, sorted({*ssh_ports, *([connection.port] if connection.port else [])} or {22}), connection
        )
        lines += _services(services, closed=False)
    body = "".join(f"    {line}\n" for line in dict.fromkeys(lines))
    source = json.dumps(wanted._asdict(), sort_keys=True)
    return f"{MADE_FROM}{source}\n{EMPTY}table {TABLE} {{\n  chain input {{\n{body}  }}\n}}\n"


_SURE = ("ct state established,related accept", "ct state invalid drop", 'iifname "lo" accept')


def _host(host: t.Mapping[str, t.Any], ports: t.Sequence[int], connection: Connection) -> list[str]:
    networks = [*host["ssh_networks"], *_peer(connection, host["ssh_networks"])]
    return [
        *host["rules"],
        "meta l4proto { 1, 58 } accept",  # ICMP by numbers, whose names need not be known to the host
        "ip6 saddr fe80::/10 udp dport 546 accept",
        *(_accept("tcp", port, network) for port in ports for network in networks),
        *_services(host["allow"], closed=False),
    ]


def _services(rules: t.Sequence[Rule], closed: bool) -> list[str]:
    lines = [_accept(item["protocol"], item["port"], network) for item in rules for network in item["networks"]]
    return lines + [f"{item['protocol']} dport {item['port']} drop" for item in rules if closed]


def _is_narrow(item: Rule) -> bool:
    everywhere = {network.version for network in map(_network, item["networks"]) if network.prefixlen == 0}
    return everywhere != {4, 6}


def _peer(connection: Connection, networks: t.Sequence[str]) -> list[str]:
    if not connection.peer:
        return []
    address = ipaddress.ip_address(connection.peer)
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return [] if any(address in _network(item) for item in networks) else [str(address)]


def _accept(protocol: str, port: t.Any, network: str) -> str:
    found = _network(network)
    if found.prefixlen == 0:
        family = "ipv4" if found.version == 4 else "ipv6"
        return f"meta nfproto {family} {protocol} dport {port} accept"
    return f"{'ip' if found.version == 4 else 'ip6'} saddr {found} {protocol} dport {port} accept"


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    return ipaddress.ip_network(text, strict=False)
