"""A Docker engine for tests: the real one, what it holds of a test, and a door to it that can be shut half-way."""

from __future__ import annotations

import contextlib
import io
import ipaddress
import json
import os
import socket
import subprocess
import tarfile
import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ansible_collections.benchwright.python.plugins.module_utils._docker.engine import DockerError, Engine

IMPORT = b"POST /images/create"


def why_there_is_none() -> str:
    """Why no engine can be used; empty where one can."""
    try:
        Engine.of(os.environ).version()
    except DockerError as error:
        return str(error)
    return ""


def bridge_address() -> str:
    """This machine's address in the engine's network, under which containers reach it. An engine that has just started may not tell it."""
    command = ["docker", "network", "inspect", "bridge"]
    [network] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    [pool] = network["IPAM"]["Config"]
    return str(pool.get("Gateway") or ipaddress.ip_network(pool["Subnet"])[1])


@contextlib.contextmanager
def own_repository() -> Iterator[str]:
    """A name for images; those that have it are gone afterwards."""
    repository = f"benchwright-test/{uuid.uuid4().hex[:12]}"
    try:
        yield repository
    finally:
        engine = Engine.of(os.environ)
        for tag in tags_of(repository):
            engine.remove(tag)


def tags_of(repository: str) -> list[str]:
    """The names of a repository's images."""
    tags = [tag for image in Engine.of(os.environ).images("benchwright.environment") for tag in image["RepoTags"] or ()]
    return sorted(tag for tag in tags if tag.rpartition(":")[0] == repository)


def layers_of(image: str) -> list[str]:
    """The digests of an image's layers."""
    found = Engine.of(os.environ).image(image)
    assert found, image
    return list(found["RootFS"]["Layers"])


def labels_of(image: str) -> dict[str, str]:
    """What an image's labels say."""
    found = Engine.of(os.environ).labels(image)
    assert found is not None, image
    return found


def files_of(image: str) -> dict[str, tuple[tarfile.TarInfo, bytes]]:
    """What an image of one layer holds, by its path."""
    saved = subprocess.run(["docker", "save", image], capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(saved)) as parts:
        [manifest] = json.load(parts.extractfile("manifest.json"))  # type: ignore[arg-type]
        [layer] = manifest["Layers"]
        content = parts.extractfile(layer).read()  # type: ignore[union-attr]
    with tarfile.open(fileobj=io.BytesIO(content)) as members:
        return {
            member.name: (member, members.extractfile(member).read() if member.isfile() else b"")  # type: ignore[union-attr]
            for member in members
        }


@dataclass
class Door:
    """A socket that leads to the engine's; of what is sent to be imported it lets ``most`` bytes through, and then stands still."""

    path: Path
    most: int
    shut: threading.Event = field(default_factory=threading.Event)

    @property
    def host(self) -> str:
        """As DOCKER_HOST has it."""
        return f"unix://{self.path}"

    def serve(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):  # the listener is closed
            while True:
                visitor, dummy = listener.accept()
                threading.Thread(target=self._lead, args=(visitor,), daemon=True).start()

    def _lead(self, visitor: socket.socket) -> None:
        with visitor, socket.socket(socket.AF_UNIX) as engine:
            engine.connect(Engine.of(os.environ).socket_path)
            threading.Thread(target=_pour, args=(engine, visitor), daemon=True).start()
            first = visitor.recv(1 << 16)
            left = self.most if first.startswith(IMPORT) else 1 << 40
            block = first
            while block and left > 0:
                engine.sendall(block[:left])
                left -= len(block)
                block = visitor.recv(1 << 16) if left > 0 else b""
            if first.startswith(IMPORT):
                self.shut.set()
                while visitor.recv(1 << 16):  # until whoever sends it is gone
                    pass


def _pour(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while block := source.recv(1 << 16):
            target.sendall(block)
        target.shutdown(socket.SHUT_WR)


@contextlib.contextmanager
def door(path: Path, most: int) -> Iterator[Door]:
    """Open such a door while the block runs."""
    made = Door(path, most)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        threading.Thread(target=made.serve, args=(listener,), daemon=True).start()
        yield made
