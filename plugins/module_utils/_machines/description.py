# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.
"""What a description of machines must be like, whoever the provider is, and the names that it leads to."""

from __future__ import annotations

import base64
import binascii
import datetime
import ipaddress
import re
import typing as t

MANAGED = "benchwright"
_PROJECT = re.compile(r"[a-z]([a-z0-9-]{0,30}[a-z0-9])?$")
_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")
_ROLE = re.compile(r"[a-z][a-z0-9_]{0,30}$")
_KINDS = ("ssh-ed25519", "ssh-rsa", "ecdsa-sha2-", "sk-ssh-ed25519", "sk-ecdsa-sha2-")


def faults(description: t.Mapping[str, t.Any], today: datetime.date) -> list[str]:
    """Return what is wrong, a sentence each: which key, what it must be, what it is."""
    found: list[str] = []
    if not _PROJECT.match(description["project"]):
        found.append(
            "machines_project must be lower-case letters, digits and dashes, a letter first and at most 32, but is "
            f"{description['project']!r}"
        )
    found += _machines(description["machines"])
    found += _networks(description["admin_networks"], description["allow_world"])
    found += _key(description["ssh_public_key"])
    found += [
        f"machines_ports must be between 1 and 65535, but has {port}"
        for port in description["ports"]
        if not 0 < port < 65536
    ]
    found += _expiry(description["expires"], today)
    return found


def resolved(machine: t.Mapping[str, t.Any], offers: t.Mapping[str, t.Any]) -> dict[str, str]:
    """Return the machine in the provider's words: what ``offers`` does not translate is the provider's word already."""
    size = machine.get("size") or "small"
    image = machine.get("image") or "debian-12"
    return {
        "name": machine["name"],
        "size": offers["sizes"].get(size, size),
        "image": offers["images"].get(image, image),
        "region": machine.get("region") or offers["region"],
        "role": machine.get("role") or "workbench",
    }


def normalized_networks(networks: t.Iterable[str]) -> list[str]:
    """Return the networks as providers write them: a single address as a network of one."""
    return sorted({str(ipaddress.ip_network(network)) for network in networks})


def expired(expires: str, today: datetime.date) -> bool:
    """Whether a machine's last day, ``YYYY-MM-DD`` or empty, is over."""
    return bool(expires) and datetime.date.fromisoformat(expires) < today


def _machines(machines: t.Sequence[t.Mapping[str, t.Any]]) -> t.Iterator[str]:
    names = [machine["name"] for machine in machines]
    if not names:
        yield "machines_wanted is empty; describe at least one machine, such as {name: wb-01}"
    for index, name in enumerate(names):
        if not _NAME.match(name):
            yield f"machines_wanted[{index}].name must be a host name of lower-case letters, digits and dashes, but is {name!r}"
        if name in names[:index]:
            yield f"machines_wanted[{index}].name must be unique, but {name!r} is machines_wanted[{names.index(name)}], too"
    for index, machine in enumerate(machines):
        if machine.get("role") and not _ROLE.match(machine["role"]):
            yield f"machines_wanted[{index}].role must be a word that can name a group, but is {machine['role']!r}"


def _networks(networks: t.Sequence[str], allow_world: bool) -> t.Iterator[str]:
    if not networks:
        yield "machines_admin_networks is empty; say from where the machines may be reached, such as [203.0.113.7/32]"
    valid: dict[int, list[t.Any]] = {4: [], 6: []}
    for index, network in enumerate(networks):
        try:
            found = ipaddress.ip_network(network)
        except ValueError as error:
            yield f"machines_admin_networks[{index}] must be a network such as 203.0.113.0/24, but {error}"
        else:
            valid[found.version].append(found)
    # Two halves are the world as well.
    world = [each for kind in valid.values() for each in ipaddress.collapse_addresses(kind) if each.prefixlen == 0]
    if world and not allow_world:
        yield (
            "machines_admin_networks lets the whole world in; name the networks that you work from, or write the decision "
            "down: machines_allow_world: true"
        )


def _key(text: str) -> t.Iterator[str]:
    if "PRIVATE KEY" in text:
        yield "machines_ssh_public_key is a private key, which must never leave its file; give the line of the file that ends in .pub"
        return
    lines = [line for line in text.strip().splitlines() if line.strip()]
    words = lines[0].split() if len(lines) == 1 else []
    if len(words) < 2 or not words[0].startswith(_KINDS) or not _holds(words[1], words[0]):
        yield "machines_ssh_public_key must be one line as in ~/.ssh/id_ed25519.pub: the kind of key, the key, a comment"


def _holds(text: str, kind: str) -> bool:
    try:
        return kind.encode() in base64.b64decode(text, validate=True)[:64]
    except (binascii.Error, ValueError):
        return False


def _expiry(expires: str, today: datetime.date) -> t.Iterator[str]:
    if not expires:
        return
    try:
        over = expired(expires, today)
    except ValueError:
        yield f"machines_expires must be a day such as 2026-12-31, but is {expires!r}"
        return
    if over:
        yield f"machines_expires must not be over, but {expires} is"
