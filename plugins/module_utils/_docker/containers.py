# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""A Docker engine's containers, through its API. Whatever goes wrong is a :class:`DockerError`."""

from __future__ import annotations

import json
import time
import typing as t
from urllib.parse import quote, urlencode

from .engine import Engine

Answer = t.Dict[str, t.Any]
HEADER = 8
"""Bytes before each piece of a log: which stream it is of, and in the last four how long it is."""
PAUSE = 0.2
"""Seconds between two looks whether a command is done."""


class Containers:
    """Every method raises DockerError. A container is named by its name or its id."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def labelled(self, *labels: str) -> list[Answer]:
        """Return what the engine lists of the containers, running or not, that have all these labels."""
        filters = json.dumps({"label": list(labels)})
        return list(self.engine.call("GET", "/containers/json?" + urlencode({"all": 1, "filters": filters})))

    def find(self, name: str) -> Answer | None:
        """Return all that the engine knows of a container; None where there is none."""
        found: Answer | None = self.engine.call("GET", f"/containers/{quote(name)}/json", missing=None)
        return found

    def create(self, name: str, configuration: Answer) -> str:
        """Make one, and return its id. With an empty name it gets one that nobody has."""
        made = self.engine.call("POST", "/containers/create?" + urlencode({"name": name}), document=configuration)
        return str(made["Id"])

    def put(self, name: str, archive: bytes) -> None:
        """Have what a tar archive holds in its root directory."""
        self.engine.call("PUT", f"/containers/{quote(name)}/archive?" + urlencode({"path": "/"}), body=[archive])

    def start(self, name: str) -> None:
        """Have it run."""
        self.engine.call("POST", f"/containers/{quote(name)}/start")

    def stop(self, name: str, seconds: int) -> None:
        """Have it end by itself, or kill it after so many seconds."""
        self.engine.call("POST", f"/containers/{quote(name)}/stop?" + urlencode({"t": seconds}))

    def wait(self, name: str) -> int:
        """Wait until it ends, and return its exit code."""
        return int(self.engine.call("POST", f"/containers/{quote(name)}/wait")["StatusCode"])

    def remove(self, name: str) -> None:
        """Remove it with the volumes that have no name; one that runs is killed."""
        self.engine.call("DELETE", f"/containers/{quote(name)}?" + urlencode({"v": 1, "force": 1}), missing=None)

    def succeeds(self, name: str, command: t.Sequence[str]) -> bool:
        """Run a command in it, and return whether its exit code is 0."""
        made = self.engine.call("POST", f"/containers/{quote(name)}/exec", document={"Cmd": list(command)})
        self.engine.call("POST", f"/exec/{made['Id']}/start", document={"Detach": True})
        while True:
            found = self.engine.call("GET", f"/exec/{made['Id']}/json")
            if not found["Running"]:
                return bool(found["ExitCode"] == 0)
            time.sleep(PAUSE)

    def last_words(self, name: str, lines: int) -> str:
        """Return the end of what it wrote."""
        asked = urlencode({"stdout": 1, "stderr": 1, "tail": lines})
        return _text(b"".join(self.engine.blocks(f"/containers/{quote(name)}/logs?{asked}"))).strip()


def _text(stream: bytes) -> str:
    pieces, place = [], 0
    while place + HEADER <= len(stream):
        end = place + HEADER + int.from_bytes(stream[place + 4 : place + HEADER], "big")
        pieces.append(stream[place + HEADER : end])
        place = end
    return b"".join(pieces).decode("utf-8", "replace")
