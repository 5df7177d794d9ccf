"""A vendor's OpenAPI document, as a judge of requests and answers."""

from __future__ import annotations

import functools
import json
import threading
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from openapi_core import OpenAPI
from openapi_core.testing import MockRequest, MockResponse

DOCUMENTS = Path(__file__).parents[1] / "data/openapi"


@functools.cache
def _load(name: str) -> OpenAPI:
    return OpenAPI.from_dict(json.loads((DOCUMENTS / f"{name}.json").read_text(encoding="utf-8")))


class Contract:
    """``base`` is the address that the document is about."""

    def __init__(self, name: str, base: str) -> None:
        self.document, self.base, self.lock = _load(name), base, threading.Lock()

    def violations(
        self, method: str, target: str, body: Any, status: int, document: Any, headers: dict[str, str]
    ) -> list[str]:
        """Return what the document does not allow."""
        parts = urlsplit(target)
        data = json.dumps(body).encode() if body is not None else None
        request = MockRequest(
            self.base,
            method.lower(),
            parts.path,
            args=dict(parse_qsl(parts.query)),
            data=data,
            content_type="application/json",
        )
        content = json.dumps(document).encode() if document is not None else b""
        response = MockResponse(content, status, headers, "application/json")
        found = []
        with self.lock:
            # A request that the API refuses may be one that it has to refuse.
            if status < 400:
                found += _judge(f"{method} {target}", lambda: self.document.validate_request(request))
            found += _judge(f"{method} {target}: {status}", lambda: self.document.validate_response(request, response))
        return found


def _judge(what: str, validate: Any) -> list[str]:
    try:
        validate()
    except Exception as error:  # whatever it cannot judge is no good either
        root: BaseException = error
        while root.__cause__:
            root = root.__cause__
        return [f"{what}: {type(root).__name__}: {root} {getattr(error, 'schema_errors', '')}"]
    return []
