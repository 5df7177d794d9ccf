"""Takes some paths out of a vendor's OpenAPI document, with all that they refer to and without prose and examples.

python tests/support/openapi_extract.py DOCUMENT PATH... > tests/data/openapi/NAME.json
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any
from urllib.parse import unquote

PROSE = {
    "description",
    "example",
    "examples",
    "summary",
    "tags",
    "externalDocs",
    "x-codeSamples",
    "operationId",
    "links",
    "title",
}
NAMES = {"properties", "headers"}
"""Below these the keys are names, and none is prose."""


def extract(document: dict[str, Any], paths: list[str]) -> dict[str, Any]:
    """Return the document with these paths only; what is referred to elsewhere becomes a component."""
    extraction = _Extraction(document)
    kept = {path: extraction.copy(document["paths"][path]) for path in paths}
    return {
        "openapi": document["openapi"],
        "info": {key: document["info"][key] for key in ("title", "version", "license") if key in document["info"]},
        "servers": [{"url": document["servers"][0]["url"]}],
        "paths": kept,
        "components": extraction.components,
    }


class _Extraction:
    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self.names: dict[tuple[str, bool], str] = {}
        self.sent = False
        """Whether this is about a parameter. What is read only in a document can be sent as the name of one."""
        self.components: dict[str, dict[str, Any]] = {}

    def copy(self, node: Any, names: bool = False) -> Any:
        if isinstance(node, list):
            return [self.copy(item) for item in node]
        if not isinstance(node, dict):
            return node
        if isinstance(node.get("$ref"), str) and not names:
            return {"$ref": self._component(node["$ref"])}
        return {
            key: self._responses(value)
            if key == "responses" and not names
            else self.copy(value, key in NAMES and not names)
            for key, value in node.items()
            if names
            or (
                key not in PROSE
                and not (self.sent and key == "readOnly")
                and not (key.startswith("x-") or key == "security")
            )
        }

    def _responses(self, responses: dict[str, Any]) -> dict[str, Any]:
        copied = {status: self.copy(response) for status, response in responses.items()}
        return {status: each if "$ref" in each else {"description": "", **each} for status, each in copied.items()}

    def _component(self, reference: str) -> str:
        target: Any = self.document
        for escaped in reference[2:].split("/"):
            word = unquote(escaped).replace("~1", "/").replace("~0", "~")
            target = target[int(word)] if isinstance(target, list) else target[word]
        kind = _kind(target)
        key = reference, self.sent or kind == "parameters"
        if key not in self.names:
            name = f"C{len(self.names)}"
            self.names[key] = f"#/components/{kind}/{name}"
            before, self.sent = self.sent, key[1]
            copied = self.copy(target)
            self.sent = before
            self.components.setdefault(kind, {})[name] = (
                {"description": "", **copied} if kind == "responses" else copied
            )
        return self.names[key]


def _kind(target: dict[str, Any]) -> str:
    if "in" in target and "name" in target and "schema" in target:
        return "parameters"
    if "content" in target or ("headers" in target and "type" not in target):
        return "responses"
    if "schema" in target and "type" not in target:
        return "headers"
    return "schemas"


if __name__ == "__main__":
    wanted = extract(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")), sys.argv[2:])
    print(json.dumps(wanted, separators=(",", ":"), sort_keys=True))
