# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.
"""Reads what an account at DigitalOcean has, and how its droplets tell of themselves."""

from __future__ import annotations

import typing as t

from .api import Api, ApiError

MANAGED = "benchwright"
"""The tag of everything that benchwright made."""
PROJECT, ROLE, EXPIRES = "benchwright-project:", "benchwright-role:", "benchwright-expires:"

Document = t.Dict[str, t.Any]


class Account(t.NamedTuple):
    """What is there. ``ours`` are the project's droplets, ``claimed`` those that carry its tag and not ours."""

    droplets: list[Document]
    ours: list[Document]
    claimed: list[Document]
    keys: list[Document]
    firewalls: list[Document]
    tags: list[Document]
    limit: int
    """How many droplets the account may have."""


class Offers(t.NamedTuple):
    """What can be had: sizes by their word, and which of the wanted images there are."""

    sizes: dict[str, Document]
    images: set[str]


def look(api: Api, project: str) -> Account:
    """Return what the account has. Raises ApiError."""
    limit = int(api.get("/v2/account")["account"]["droplet_limit"])
    droplets = list(api.pages("/v2/droplets", "droplets"))
    tagged = [droplet for droplet in droplets if PROJECT + project in tags(droplet)]
    return Account(
        droplets,
        [droplet for droplet in tagged if MANAGED in tags(droplet)],
        [droplet for droplet in tagged if MANAGED not in tags(droplet)],
        list(api.pages("/v2/account/keys", "ssh_keys")),
        list(api.pages("/v2/firewalls", "firewalls")),
        list(api.pages("/v2/tags", "tags")),
        limit,
    )


def offered(api: Api, images: t.Iterable[str]) -> Offers:
    """Return what can be had. Raises ApiError."""
    sizes = {size["slug"]: size for size in api.pages("/v2/sizes", "sizes")}
    return Offers(sizes, {image for image in images if _there(api, f"/v2/images/{image}")})


def of_project(api: Api, project: str) -> list[Document]:
    """Return the project's droplets as they are now. Raises ApiError."""
    found = api.pages("/v2/droplets", "droplets", tag_name=PROJECT + project)
    return [droplet for droplet in found if MANAGED in tags(droplet)]


def tags(droplet: Document) -> list[str]:
    """Return a droplet's tags."""
    return droplet.get("tags") or []


def tagged(droplet: Document, prefix: str) -> str:
    """Return what follows the prefix in the droplet's tag that begins with it; empty if none does."""
    return next((tag[len(prefix) :] for tag in tags(droplet) if tag.startswith(prefix)), "")


def address(droplet: Document) -> str:
    """Return the droplet's public IPv4 address, empty if it has none yet."""
    networks = (droplet.get("networks") or {}).get("v4") or []
    return next((network["ip_address"] for network in networks if network["type"] == "public"), "")


def told(droplet: Document) -> Document:
    """Return the droplet in the words that all providers' machines are told of in."""
    return {
        "id": str(droplet["id"]),
        "name": droplet["name"],
        "status": droplet["status"],
        "address": address(droplet),
        "region": droplet["region"]["slug"],
        "size": droplet["size_slug"],
        "image": droplet["image"].get("slug") or str(droplet["image"].get("id", "")),
        "project": tagged(droplet, PROJECT),
        "role": tagged(droplet, ROLE),
        "expires": tagged(droplet, EXPIRES),
        "monthly_cost": float((droplet.get("size") or {}).get("price_monthly") or 0),
    }


def _there(api: Api, path: str) -> bool:
    try:
        api.get(path)
    except ApiError as error:
        if error.status == 404:
            return False
        raise
    return True
