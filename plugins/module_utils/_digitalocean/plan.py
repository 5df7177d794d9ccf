# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.
"""Decides what is to be asked of DigitalOcean: the requests that a run sends are those that check mode tells of."""

from __future__ import annotations

import base64
import collections
import hashlib
import typing as t

from . import account, firewall
from .account import Account, Document, Offers


class Step(t.NamedTuple):
    """One request that changes something. ``machine`` is the droplet's name where it makes one."""

    subject: str
    before: str
    after: str
    method: str
    path: str
    body: t.Any = None
    machine: str = ""


class Plan(t.NamedTuple):
    """``refusals`` are why nothing is done at all; ``notes`` what stays as it is though the description says otherwise."""

    steps: list[Step]
    refusals: list[str]
    notes: list[str]
    summary: str


class Wanted(t.NamedTuple):
    """The description, in DigitalOcean's words."""

    project: str
    machines: list[dict[str, str]]
    public_key: str
    networks: list[str]
    ports: list[int]
    expires: str
    user_data: str

    @property
    def name(self) -> str:
        """What the firewall and the key are called."""
        return f"benchwright-{self.project}"


def to_have(wanted: Wanted, found: Account, offers: Offers) -> Plan:
    """Return the way to the described machines: the firewall stands before the first machine does."""
    there = {droplet["name"]: droplet for droplet in found.ours}
    missing = [machine for machine in wanted.machines if machine["name"] not in there]
    steps = [
        *_tag(wanted, found),
        *_key(wanted, found),
        *_firewall(wanted, found),
        *(_droplet(wanted, each) for each in missing),
    ]
    refusals = [*_taken(wanted, found), *_not_to_be_had(missing, offers), *_too_many(missing, found)]
    return Plan(steps, refusals, list(_notes(wanted, there)), summary(missing, offers.sizes, "create"))


def to_remove(project: str, found: Account) -> Plan:
    """Return the way to nothing: machines, then what served them; tags only where nothing else carries them."""
    name = f"benchwright-{project}"
    steps = [_delete(f"droplet {droplet['name']}", f"/v2/droplets/{droplet['id']}") for droplet in found.ours]
    steps += [
        _delete(f"firewall {name}", f"/v2/firewalls/{each['id']}") for each in found.firewalls if each["name"] == name
    ]
    steps += [
        _delete(f"SSH key {name}", f"/v2/account/keys/{each['fingerprint']}")
        for each in found.keys
        if each["name"] == name
    ]
    carried = collections.Counter(
        tag for droplet in found.ours for tag in account.tags(droplet) if tag.startswith(account.MANAGED)
    )
    carried.setdefault(account.PROJECT + project, 0)
    for tag in found.tags:
        count = (tag.get("resources") or {}).get("droplets", {}).get("count", 0)
        if tag["name"] in carried and count <= carried[tag["name"]]:
            steps.append(_delete(f"tag {tag['name']}", f"/v2/tags/{tag['name']}"))
    refusals = [
        f"droplet {droplet['name']} ({droplet['id']}) carries the tag {account.PROJECT}{project}, but benchwright did not make it; "
        "take the tag off it, or remove it yourself"
        for droplet in found.claimed
    ]
    gone = [{"size": droplet["size_slug"], "region": droplet["region"]["slug"]} for droplet in found.ours]
    return Plan(
        steps, refusals, [], summary(gone, {droplet["size_slug"]: droplet["size"] for droplet in found.ours}, "destroy")
    )


def summary(machines: t.Iterable[t.Mapping[str, str]], sizes: t.Mapping[str, Document], verb: str) -> str:
    """Return such as ``create 2 x s-1vcpu-2gb in fra1, about $24.00 a month``; empty for no machines."""
    kinds = collections.Counter((machine["size"], machine["region"]) for machine in machines)
    if not kinds:
        return ""
    cost = sum(float(sizes.get(size, {}).get("price_monthly", 0)) * count for (size, dummy), count in kinds.items())
    listed = ", ".join(f"{count} x {size} in {region}" for (size, region), count in sorted(kinds.items()))
    return f"{verb} {listed}, about ${cost:.2f} a month"


def fingerprint(public_key: str) -> str:
    """Return the fingerprint by which DigitalOcean knows a public key."""
    digest = hashlib.md5(base64.b64decode(public_key.split()[1]), usedforsecurity=False).hexdigest()
    return ":".join(digest[index : index + 2] for index in range(0, 32, 2))


def _tag(wanted: Wanted, found: Account) -> t.Iterator[Step]:
    name = account.PROJECT + wanted.project
    if name not in {tag["name"] for tag in found.tags}:
        yield Step(f"tag {name}", "", name, "POST", "/v2/tags", {"name": name})


def _key(wanted: Wanted, found: Account) -> t.Iterator[Step]:
    if fingerprint(wanted.public_key) not in {key["fingerprint"] for key in found.keys}:
        body = {"name": wanted.name, "public_key": wanted.public_key}
        yield Step(f"SSH key {wanted.name}", "", wanted.public_key, "POST", "/v2/account/keys", body)


def _firewall(wanted: Wanted, found: Account) -> t.Iterator[Step]:
    there = next((each for each in found.firewalls if each["name"] == wanted.name), None)
    body = firewall.body(wanted.name, account.PROJECT + wanted.project, wanted.networks, wanted.ports)
    before, after = (firewall.told(there) if there else ""), firewall.told(body)
    if there and before != after:
        body = firewall.with_attached(body, there)
        yield Step(f"firewall {wanted.name}", before, after, "PUT", f"/v2/firewalls/{there['id']}", body)
    elif not there:
        yield Step(f"firewall {wanted.name}", "", after, "POST", "/v2/firewalls", body)


def _droplet(wanted: Wanted, machine: t.Mapping[str, str]) -> Step:
    tags = [account.MANAGED, account.PROJECT + wanted.project, account.ROLE + machine["role"]]
    tags += [account.EXPIRES + wanted.expires] if wanted.expires else []
    body = {
        **{key: machine[key] for key in ("name", "region", "size", "image")},
        "ssh_keys": [fingerprint(wanted.public_key)],
        "tags": tags,
        "user_data": wanted.user_data,
    }
    told = "\n".join(f"{key}: {machine[key]}" for key in ("size", "image", "region", "role"))
    return Step(f"droplet {machine['name']}", "", told, "POST", "/v2/droplets", body, machine["name"])


def _taken(wanted: Wanted, found: Account) -> t.Iterator[str]:
    names = {machine["name"] for machine in wanted.machines}
    ours = [droplet["id"] for droplet in found.ours]
    for droplet in found.droplets:
        if droplet["name"] in names and droplet["id"] not in ours:
            yield f"the name {droplet['name']} is taken by droplet {droplet['id']}, which this project did not make; choose another name"
    counted = collections.Counter(droplet["name"] for droplet in found.ours)
    for name in sorted(name for name, count in counted.items() if count > 1):
        ids = ", ".join(str(droplet["id"]) for droplet in found.ours if droplet["name"] == name)
        yield f"there are several droplets {name} (ids {ids}), of which an inventory would show one; destroy all but one"


def _not_to_be_had(machines: t.Iterable[t.Mapping[str, str]], offers: Offers) -> t.Iterator[str]:
    for machine in machines:
        size = offers.sizes.get(machine["size"])
        if size is None:
            yield f"{machine['name']}: there is no size {machine['size']}; sizes: {', '.join(sorted(offers.sizes))}"
        elif machine["region"] not in size["regions"] or not size["available"]:
            yield (
                f"{machine['name']}: {machine['size']} is not to be had in {machine['region']}; it is in: "
                f"{', '.join(sorted(size['regions'])) or 'no region'}"
            )
        if machine["image"] not in offers.images:
            yield f"{machine['name']}: there is no image {machine['image']}"


def _too_many(machines: t.Sequence[t.Any], found: Account) -> t.Iterator[str]:
    there = len(found.droplets)
    if machines and there + len(machines) > found.limit:
        yield (
            f"the account may have {found.limit} droplets and has {there}, so that {len(machines)} more do not fit; destroy some, or ask "
            "DigitalOcean for a higher limit"
        )


def _notes(wanted: Wanted, there: t.Mapping[str, Document]) -> t.Iterator[str]:
    for machine in wanted.machines:
        told = account.told(there[machine["name"]]) if machine["name"] in there else machine
        for key in ("size", "image", "region"):
            if told[key] != machine[key]:
                yield f"{machine['name']} has the {key} {told[key]}, not {machine[key]}; to change that, destroy it and provision again"
    described = {machine["name"] for machine in wanted.machines}
    for name in sorted({*there} - described):
        yield f"{name} belongs to the project and is not described (any more); it stays, and is billed, until it is destroyed"


def _delete(subject: str, path: str) -> Step:
    return Step(subject, subject, "", "DELETE", path)
