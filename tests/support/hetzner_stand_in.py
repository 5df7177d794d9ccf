"""A stand-in for Hetzner's API: an account in memory, held to the vendor's own OpenAPI document. There are no machines behind it."""

from __future__ import annotations

import base64
import hashlib
import itertools
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from .json_server import serving_json
from .openapi_contract import Contract

TOKEN = "0123456789abcdef-of-the-stand-in-for-hetzner"
BORN = "2026-01-01T00:00:00+00:00"
PRICE = {"net": "3.29", "gross": "3.92"}
LOCATION = {
    **{"id": 1, "name": "fsn1", "description": "Falkenstein", "country": "DE", "city": "Falkenstein"},
    **{"latitude": 50.47, "longitude": 12.37, "network_zone": "eu-central"},
}
DATACENTER = {
    **{"id": 4, "name": "fsn1-dc14", "description": "Falkenstein 1", "location": LOCATION},
    "server_types": {"available": [1], "available_for_migration": [1], "supported": [1]},
}
SERVER_TYPE = {
    **{"id": 1, "name": "cx23", "description": "CX23", "cores": 2, "memory": 4, "disk": 40, "architecture": "x86"},
    **{"storage_type": "local", "cpu_type": "shared", "deprecated": False},
    "prices": [{"location": "fsn1", "price_hourly": PRICE, "price_monthly": PRICE}],
}
ADDRESS = {"location": "fsn1", "price_hourly": PRICE, "price_monthly": {"net": "0.50", "gross": "0.60"}}
PRICING = {
    **{
        "currency": "EUR",
        "vat_rate": "19.00",
        "image": {"price_per_gb_month": PRICE},
        "traffic": {"price_per_tb": PRICE},
    },
    **{"floating_ip": {"price_monthly": PRICE}, "floating_ips": [], "server_backup": {"percentage": "20.00"}},
    **{"volume": {"price_per_gb_month": PRICE}, "load_balancer_types": []},
    "server_types": [{key: SERVER_TYPE[key] for key in ("id", "name", "prices")}],
    "primary_ips": [{"type": kind, "prices": [ADDRESS]} for kind in ("ipv4", "ipv6")],
}
IMAGE = {
    **{
        "id": 1,
        "type": "system",
        "status": "available",
        "name": "debian-12",
        "description": "Debian 12",
        "image_size": 2.3,
    },
    **{
        "disk_size": 5,
        "created": BORN,
        "created_from": None,
        "bound_to": None,
        "os_flavor": "debian",
        "os_version": "12",
    },
    **{"rapid_deploy": True, "protection": {"delete": False}, "labels": {}, "deprecated": None, "deleted": None},
    "architecture": "x86",
}


@dataclass
class StandIn:
    """``violations`` are requests and answers that the vendor's document does not allow."""

    contract: Contract
    url: str = ""
    servers: list[dict[str, Any]] = field(default_factory=list)
    ssh_keys: list[dict[str, Any]] = field(default_factory=list)
    firewalls: list[dict[str, Any]] = field(default_factory=list)
    server_types: list[dict[str, Any]] = field(default_factory=lambda: [SERVER_TYPE])
    images: list[dict[str, Any]] = field(default_factory=lambda: [IMAGE])
    locations: list[dict[str, Any]] = field(default_factory=lambda: [LOCATION])
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(100))
    violations: list[str] = field(default_factory=list)

    def respond(self, method: str, target: str, body: Any, authorization: str) -> tuple[int, Any, dict[str, str]]:
        parts = urlsplit(target)
        if authorization != f"Bearer {TOKEN}":
            return 401, {"error": {"code": "unauthorized", "message": "unable to authenticate", "details": None}}, {}
        status, document = self._answer(method, parts.path.removeprefix("/v1"), dict(parse_qsl(parts.query)), body)
        if status < 400:  # the document describes no refusals
            self.violations += self.contract.violations(method, target, body, status, document, {})
        return status, document, {}

    def _answer(self, method: str, path: str, query: dict[str, str], body: Any) -> tuple[int, Any]:
        found = re.fullmatch(
            r"/(servers|ssh_keys|firewalls|server_types|images|locations|actions|pricing)(?:/(\d+))?", path
        )
        if not found:
            return 404, {"error": {"code": "not_found", "message": f"no route for {method} {path}", "details": None}}
        kind, number = found.groups()
        if kind in ("actions", "pricing"):
            return 200, {"action": self._action(int(number))} if kind == "actions" else {"pricing": PRICING}
        documents = getattr(self, kind)
        if number is None:
            return self._list(kind, documents, query) if method == "GET" else self._make(kind, documents, body)
        document = next((each for each in documents if each["id"] == int(number)), None)
        if document is None:
            return 404, {"error": {"code": "not_found", "message": f"{kind} {number} not found", "details": None}}
        if method == "GET":
            return 200, {kind.removesuffix("s"): document}
        documents.remove(document)
        return (200, {"action": self._action()}) if kind == "servers" else (204, None)

    def _list(self, kind: str, documents: list[dict[str, Any]], query: dict[str, str]) -> tuple[int, Any]:
        labels = dict(each.split("=") for each in query.get("label_selector", "").split(",") if each)
        listed = [
            each
            for each in documents
            if query.get("name", each["name"]) == each["name"] and labels.items() <= (each.get("labels") or {}).items()
        ]
        pages = {
            "page": 1,
            "per_page": 50,
            "previous_page": None,
            "next_page": None,
            "last_page": 1,
            "total_entries": len(listed),
        }
        return 200, {kind: listed, "meta": {"pagination": pages}}

    def _make(self, kind: str, documents: list[dict[str, Any]], body: dict[str, Any]) -> tuple[int, Any]:
        if any(each["name"] == body["name"] for each in documents):
            return 409, {"error": {"code": "uniqueness_error", "message": "name is already used", "details": None}}
        document = {"id": next(self.numbers), "name": body["name"], "created": BORN, "labels": body.get("labels") or {}}
        document |= getattr(self, f"_new_{kind}")(document["id"], body)
        documents.append(document)
        answer: dict[str, Any] = {kind.removesuffix("s"): document}
        if kind == "servers":
            answer |= {"action": self._action(), "next_actions": [], "root_password": None}
        return 201, {**answer, "actions": []} if kind == "firewalls" else answer

    @staticmethod
    def _new_ssh_keys(dummy: int, body: dict[str, Any]) -> dict[str, Any]:
        digest = hashlib.md5(base64.b64decode(body["public_key"].split()[1])).hexdigest()
        fingerprint = ":".join(digest[index : index + 2] for index in range(0, 32, 2))
        return {"public_key": body["public_key"], "fingerprint": fingerprint}

    @staticmethod
    def _new_firewalls(dummy: int, body: dict[str, Any]) -> dict[str, Any]:
        rules = [{"destination_ips": [], "port": None, "description": None, **rule} for rule in body.get("rules") or ()]
        return {"rules": rules, "applied_to": []}

    @staticmethod
    def _new_servers(number: int, body: dict[str, Any]) -> dict[str, Any]:
        address = {"id": number, "ip": f"127.2.0.{number % 250}", "blocked": False, "dns_ptr": "server.example.org"}
        attached = [{"id": each["firewall"], "status": "applied"} for each in body.get("firewalls") or ()]
        return {
            **{"status": "running", "server_type": SERVER_TYPE, "datacenter": DATACENTER, "image": IMAGE, "iso": None},
            "public_net": {"ipv4": address, "ipv6": None, "floating_ips": [], "firewalls": attached},
            **{"private_net": [], "rescue_enabled": False, "locked": False, "backup_window": None, "volumes": []},
            **{"outgoing_traffic": 0, "ingoing_traffic": 0, "included_traffic": 0, "primary_disk_size": 40},
            **{"protection": {"delete": False, "rebuild": False}, "load_balancers": [], "placement_group": None},
        }

    def _action(self, number: int = 0) -> dict[str, Any]:
        return {
            **{"id": number or next(self.numbers), "command": "create_server", "status": "success", "progress": 100},
            **{"started": BORN, "finished": BORN, "resources": [], "error": None},
        }


@contextmanager
def serving() -> Iterator[StandIn]:
    """Run a stand-in on an address of this machine's own."""
    stand_in = StandIn(Contract("hetzner", "https://api.hetzner.cloud"))
    with serving_json(stand_in.respond) as address:
        stand_in.url = f"{address}/v1"
        yield stand_in
