"""The stand-in's server: it checks each request and each of its own answers, and fails as it is told to."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from ..json_server import serving_json
from ..openapi_contract import Contract
from .account import Account, Machines, NoMachines, Refused
from .routes import BASE, answer

TOKEN = "dop_v1_0123456789abcdef-of-the-stand-in"


@dataclass
class Fault:
    """What goes wrong with requests of a method and path, ``times`` times, after ``after`` that went well."""

    method: str
    path: str
    times: int = 1
    after: int = 0
    refused: Refused | None = None
    retry_after: str = ""
    carried_out: bool = False
    """Whether what was asked for is done before the connection is lost; for a fault without ``refused``."""
    only: Callable[[Any], bool] = lambda dummy: True
    """Which bodies are meant."""

    def meets(self, method: str, path: str, body: Any) -> bool:
        if method != self.method or not re.fullmatch(self.path, path) or not self.only(body) or not self.times:
            return False
        if self.after:
            self.after -= 1
            return False
        self.times -= 1
        return True


@dataclass
class StandIn:
    """A running stand-in. ``violations`` are requests and answers that the vendor's document does not allow."""

    account: Account
    contract: Contract | None
    url: str = ""
    token: str = TOKEN
    faults: list[Fault] = field(default_factory=list)
    requests: list[tuple[str, str, Any]] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)

    def respond(
        self, method: str, target: str, body: Any, authorization: str
    ) -> tuple[int, Any, dict[str, str]] | None:
        """Return status, document and headers; None for a connection that is lost."""
        parts = urlsplit(target)
        self.requests.append((method, target, body))
        fault = next((fault for fault in self.faults if fault.meets(method, parts.path, body)), None)
        try:
            if authorization != f"Bearer {self.token}":
                raise Refused(401, "unauthorized", "Unable to authenticate you")
            if fault and fault.refused:
                raise fault.refused
            if fault and not fault.carried_out:
                return None
            status, document = answer(self.account, method, parts.path, dict(parse_qsl(parts.query)), body)
        except Refused as refusal:
            status, document = refusal.status, {"id": refusal.kind, "message": str(refusal), "request_id": "4d9d8375"}
        headers = {"ratelimit-limit": "5000", "ratelimit-remaining": "4999", "ratelimit-reset": "1415984218"}
        if fault and fault.retry_after:
            headers["Retry-After"] = fault.retry_after
        self._check(method, target, body, status, document, headers)
        return None if fault and fault.carried_out else (status, document, headers)

    def _check(self, method: str, target: str, body: Any, status: int, document: Any, headers: dict[str, str]) -> None:
        if self.contract:
            self.violations += self.contract.violations(method, target, body, status, document, headers)


@contextmanager
def serving(machines: Machines | None = None, limit: int = 25, checked: bool = True) -> Iterator[StandIn]:
    """Run a stand-in on an address of this machine's own."""
    contract = Contract("digitalocean", BASE) if checked else None
    stand_in = StandIn(Account(machines or NoMachines(), limit), contract)
    with serving_json(stand_in.respond) as stand_in.url:
        yield stand_in
