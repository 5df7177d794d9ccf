# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""Containers of our images: started, stopped and removed by name, and nobody else's."""

from __future__ import annotations

import time
import typing as t

from .containers import PAUSE, Answer, Containers
from .engine import DockerError, Engine
from .workbench import MARK, PORT

SECRETS = "/run/secrets"
LINES = 20
"""So many lines of its log are told of a container that does not come up."""
SETTLED = 1.0
"""Seconds that a container without a health check has to run before it counts as started: what fails at once does so by then."""
LIMITS = {"CapDrop": ["ALL"], "SecurityOpt": ["no-new-privileges"], "PidsLimit": 4096}
"""What no workbench needs: rights of root, ways to get them, and more processes than a server on a host may have."""


class Wanted(t.NamedTuple):
    """A container as it is asked for."""

    name: str
    image: str
    command: tuple[str, ...] = ()
    publish: str = ""
    """``ADDRESS:PORT`` on the host that leads to the port on which the image serves."""
    volumes: tuple[str, ...] = ()
    """``SOURCE:TARGET[:ro]``."""
    secrets: t.Mapping[str, str] = {}
    """The host's files, by what they are called in the container's directory of secrets."""
    variables: t.Mapping[str, str] = {}

    def configuration(self, labels: t.Mapping[str, str]) -> Answer:
        """Return what the engine is given. ``labels`` are the image's."""
        port = f"{labels[PORT]}/tcp" if PORT in labels else ""
        address, dummy, number = self.publish.rpartition(":")
        bindings = {port: [{"HostIp": address.strip("[]"), "HostPort": number}]} if port and self.publish else {}
        mounted = [f"{path}:{SECRETS}/{name}:ro" for name, path in sorted(self.secrets.items())]
        return {
            "Image": self.image,
            **({"Cmd": list(self.command)} if self.command else {}),
            "Env": [f"{key}={value}" for key, value in sorted(self.variables.items())],
            "HostConfig": {**LIMITS, "Binds": [*self.volumes, *mounted], "PortBindings": bindings},
        }


class Running:
    """What runs on one engine. In check mode it only says what it would do."""

    def __init__(self, engine: Engine, check_mode: bool) -> None:
        self.engine, self.containers, self.check_mode = engine, Containers(engine), check_mode

    def started(self, wanted: Wanted, patience: float) -> bool:
        """Have the container run and be well, within so many seconds; return whether it did not run before."""
        labels, found = self._labels(wanted.image), self._ours(wanted.name)
        if found and found["State"]["Running"]:
            return False
        if wanted.publish and PORT not in labels:
            raise DockerError(
                f"{wanted.image} serves nothing, so there is no port to publish; leave 'publish' out, or serve"
            )
        if not self.check_mode:
            if not found:
                self.containers.create(wanted.name, wanted.configuration(labels))
            self.containers.start(wanted.name)
            self._wait(wanted.name, time.monotonic() + patience)
        return True

    def stopped(self, names: t.Iterable[str], seconds: int) -> list[str]:
        """Have these containers not run; return those that did."""
        running = [name for name in names if (self._ours(name) or self._missing(name))["State"]["Running"]]
        for name in running if not self.check_mode else ():
            self.containers.stop(name, seconds)
        return running

    def absent(self, names: t.Iterable[str]) -> list[str]:
        """Have no containers of these names; return those that were there."""
        there = [name for name in names if self._ours(name)]
        for name in there if not self.check_mode else ():
            self.containers.remove(name)
        return there

    def _labels(self, image: str) -> dict[str, str]:
        found = self.engine.labels(image)
        if found is None:
            raise DockerError(f"the engine has no image {image}; build it, or load it, or name one that 'list' shows")
        if MARK not in found:
            raise DockerError(
                f"{image} was not made by this collection (it has no label {MARK}); run it with 'docker run'"
            )
        return found

    def _ours(self, name: str) -> Answer | None:
        found = self.containers.find(name)
        if found and MARK not in (found["Config"].get("Labels") or {}):
            raise DockerError(
                f"the container {name} is of no image of this collection (it has no label {MARK}); look after it with 'docker', or "
                "name another"
            )
        return found

    def _missing(self, name: str) -> Answer:
        raise DockerError(f"there is no container {name}; 'ps' shows those that there are")

    def _wait(self, name: str, deadline: float) -> None:
        settled = time.monotonic() + SETTLED
        while True:
            found = self.containers.find(name)
            if found is None or not found["State"]["Running"]:
                said = self.containers.last_words(name, LINES) if found else "it is gone"
                raise DockerError(f"{name} ended at once: {said or 'it said nothing'}")
            asked = (found["Config"].get("Healthcheck") or {}).get("Test") or []
            if self.containers.succeeds(name, asked[1:]) if asked[:1] == ["CMD"] else time.monotonic() > settled:
                return
            if time.monotonic() > max(settled, deadline):
                raise DockerError(f"{name} runs, but does not answer: {self.containers.last_words(name, LINES)}")
            time.sleep(PAUSE)
