"""An account: what it has, and what the API refuses to do to it."""

from __future__ import annotations

import base64
import hashlib
import threading
import uuid
from collections.abc import Iterator
from typing import Any, Protocol

BORN = "2026-01-01T00:00:00Z"
PRICES = {"s-1vcpu-1gb": 6.0, "s-1vcpu-2gb": 12.0, "s-2vcpu-4gb": 24.0, "s-4vcpu-8gb": 48.0}
REGIONS = ["fra1", "nyc3"]
IMAGES = {
    "debian-12-x64": ("12 x64", "Debian"),
    "debian-13-x64": ("13 x64", "Debian"),
    "ubuntu-24-04-x64": ("24.04", "Ubuntu"),
}


class Refused(Exception):
    """What the API answers instead."""

    def __init__(self, status: int, kind: str, message: str) -> None:
        super().__init__(message)
        self.status, self.kind = status, kind


class Machines(Protocol):
    """What stands behind a droplet."""

    def boot(self, droplet: int, name: str, keys: list[str], user_data: str) -> str:
        """Start a machine; returns its address."""

    def halt(self, droplet: int) -> None:
        """Take the machine away."""


class NoMachines:
    """Nothing behind the droplets but an address."""

    def boot(self, droplet: int, name: str, keys: list[str], user_data: str) -> str:
        return f"127.1.{droplet // 250 % 250}.{droplet % 250 + 1}"

    def halt(self, droplet: int) -> None:
        pass


class Account:
    """Documents as the API lists them, by kind."""

    def __init__(self, machines: Machines, limit: int = 25) -> None:
        self.machines, self.limit = machines, limit
        self.droplets: dict[int, dict[str, Any]] = {}
        self.keys: dict[str, dict[str, Any]] = {}
        self.firewalls: dict[str, dict[str, Any]] = {}
        self.tag_names: set[str] = set()
        self.never_boot: set[str] = set()
        self.lock, self.number = threading.RLock(), 3164000

    def next_number(self) -> int:
        with self.lock:
            self.number += 1
            return self.number

    def account(self) -> dict[str, Any]:
        return {
            "droplet_limit": self.limit,
            "floating_ip_limit": 3,
            "email": "quant@example.org",
            "uuid": "b6fr89dbf6d9156cace5f3c78dc9851d957381ef",
            "email_verified": True,
            "status": "active",
            "status_message": "",
        }

    def sizes(self) -> list[dict[str, Any]]:
        return [size(slug) for slug in PRICES]

    def tags(self) -> Iterator[dict[str, Any]]:
        for name in sorted(self.tag_names):
            count = sum(name in droplet["tags"] for droplet in list(self.droplets.values()))
            yield {"name": name, "resources": {"count": count, "droplets": {"count": count}}}

    def add_tag(self, body: dict[str, Any]) -> dict[str, Any]:
        self.tag_names.add(body["name"])
        return {"name": body["name"], "resources": {"count": 0, "droplets": {"count": 0}}}

    def add_key(self, body: dict[str, Any]) -> dict[str, Any]:
        digest = hashlib.md5(base64.b64decode(body["public_key"].split()[1])).hexdigest()
        fingerprint = ":".join(digest[index : index + 2] for index in range(0, 32, 2))
        if fingerprint in self.keys:
            raise Refused(422, "unprocessable_entity", "SSH Key is already in use on your account")
        key = {"id": self.next_number(), "fingerprint": fingerprint, **body}
        self.keys[fingerprint] = key
        return key

    def put_firewall(self, body: dict[str, Any], identity: str = "") -> dict[str, Any]:
        for tag in body.get("tags") or ():
            if tag not in self.tag_names:
                raise Refused(422, "unprocessable_entity", f"tag {tag} does not exist")
        if not identity and any(each["name"] == body["name"] for each in self.firewalls.values()):
            raise Refused(409, "conflict", "duplicate name")
        identity = identity or str(uuid.uuid4())
        answer = {
            "id": identity,
            "status": "succeeded",
            "created_at": BORN,
            "pending_changes": [],
            "droplet_ids": [],
            **body,
        }
        self.firewalls[identity] = answer
        return answer

    def add_droplet(self, body: dict[str, Any]) -> dict[str, Any]:
        if len(self.droplets) >= self.limit:
            raise Refused(422, "unprocessable_entity", "creating this/these droplet(s) will exceed your droplet limit")
        if body["size"] not in PRICES or body["image"] not in IMAGES or body["region"] not in REGIONS:
            raise Refused(
                422, "unprocessable_entity", "You specified an invalid size, image or region for Droplet creation."
            )
        self.tag_names.update(body.get("tags") or ())
        droplet = new_droplet(self.next_number(), body)
        self.droplets[droplet["id"]] = droplet
        answer = {**droplet, "networks": {"v4": [], "v6": []}}
        threading.Thread(target=self._boot, args=(droplet, body), daemon=True).start()
        return answer

    def remove_droplet(self, number: int) -> None:
        """Answer at once; the droplet is listed until its machine is gone."""
        threading.Thread(target=self._halt, args=(number,), daemon=True).start()

    def _halt(self, number: int) -> None:
        self.machines.halt(number)
        with self.lock:
            self.droplets.pop(number, None)

    def _boot(self, droplet: dict[str, Any], body: dict[str, Any]) -> None:
        if droplet["name"] in self.never_boot:
            return
        keys = [self.keys[each]["public_key"] for each in body.get("ssh_keys", []) if each in self.keys]
        address = self.machines.boot(droplet["id"], droplet["name"], keys, body.get("user_data", ""))
        if not address:  # it was removed meanwhile
            return
        public = {"ip_address": address, "netmask": "255.255.255.0", "gateway": "192.0.2.1", "type": "public"}
        private = {"ip_address": "10.0.0.2", "netmask": "255.255.0.0", "gateway": "10.0.0.1", "type": "private"}
        droplet["networks"] = {"v4": [private, public], "v6": []}
        droplet["status"] = "active"


def new_droplet(number: int, body: dict[str, Any]) -> dict[str, Any]:
    """Return a droplet's document as it is when it begins."""
    region = {
        "name": body["region"],
        "slug": body["region"],
        "features": ["metadata"],
        "available": True,
        "sizes": [*PRICES],
    }
    return {
        **{
            "id": number,
            "name": body["name"],
            "memory": 2048,
            "vcpus": 1,
            "disk": 50,
            "locked": False,
            "status": "new",
        },
        **{"created_at": BORN, "features": [], "backup_ids": [], "snapshot_ids": [], "volume_ids": []},
        "next_backup_window": {"start": BORN, "end": BORN},
        "image": image(body["image"]),
        "size": size(body["size"]),
        "size_slug": body["size"],
        "networks": {"v4": [], "v6": []},
        "region": region,
        "tags": list(body.get("tags") or ()),
        "vpc_uuid": "760e09ef-dc84-11e8-981e-3cfdfeaae000",
    }


def size(slug: str) -> dict[str, Any]:
    price = PRICES[slug]
    return {
        **{"slug": slug, "memory": 2048, "vcpus": 1, "disk": 50, "transfer": 2.0, "description": "Basic"},
        **{"price_monthly": price, "price_hourly": price / 672, "regions": REGIONS, "available": True},
    }


def image(slug: str) -> dict[str, Any]:
    name, distribution = IMAGES[slug]
    return {
        **{"id": 7555620, "name": name, "distribution": distribution, "slug": slug, "public": True, "regions": REGIONS},
        **{"created_at": BORN, "type": "base", "min_disk_size": 10, "size_gigabytes": 2.34, "description": name},
        **{"tags": [], "status": "available", "error_message": ""},
    }
