# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""What an image of a workbench is to hold, and what tells two of them apart. Nothing here asks an engine."""

from __future__ import annotations

import hashlib
import json
import typing as t
from dataclasses import dataclass

from .context import File
from .description import DIGEST, LOCK
from .dockerfile import PART, dockerfile, left_out, programs, served

MARK = "benchwright.image"
"""The label that says that an image, or a container of it, is ours; its value is the image's name."""
BASE, NAMES, COMMAND = "benchwright.base", "benchwright.environments", "benchwright.command"
BASE_NAME, BASE_DIGEST = "org.opencontainers.image.base.name", "org.opencontainers.image.base.digest"
"""What the base is called, and the digest of its manifest, by which a registry knows it."""
PORT = "benchwright.port"
"""The label of images that serve; its value is the port in the container."""


CONDA_FORGES = {"nbconvert-core": "nbconvert"}
"""Packages of conda-forge that hold what Python's index has under another name."""


@dataclass(frozen=True)
class Layer:
    """An environment's image, as M(benchwright.python.environment_image) tells of it."""

    name: str
    image: str
    prefix: str
    lock: str
    packages: tuple[str, ...]
    pip: tuple[str, ...]
    variables: t.Mapping[str, str]

    @property
    def versions(self) -> dict[str, str]:
        """The packages' versions, by their names as Python's index has them."""
        conda = (line.split()[:2] for line in self.packages)
        pip = (line.split("==")[:2] for line in self.pip if "==" in line)
        found = {name.lower().replace("_", "-"): version for name, version in (*conda, *pip)}
        return {**{CONDA_FORGES.get(name, name): version for name, version in found.items()}, **found}

    def holds(self, package: str) -> bool:
        """Whether conda or pip puts a package of this name there."""
        return package in self.versions


@dataclass(frozen=True)
class Server:
    """A Jupyter server, as the role jupyter_server has it in containers."""

    program: str
    """The path of the Python program that a container is started with."""
    port: int
    files: tuple[File, ...]
    """With absolute names."""

    @property
    def command(self) -> tuple[str, ...]:
        """What a container runs."""
        return ("python", "-IB", self.program)


@dataclass(frozen=True)
class Workbench:
    """One image as it is wanted; its first environment is the one that is used without being named."""

    name: str
    tag: str
    base: str
    layers: tuple[Layer, ...]
    packages: tuple[str, ...]
    command: tuple[str, ...]
    labels: t.Mapping[str, str]
    server: Server | None = None
    left_out: tuple[str, ...] = ()
    """Which files of the environments it has not: patterns of their paths below the prefix; ``*`` stands for slashes, too."""

    @property
    def reference(self) -> str:
        """The image's whole name."""
        return f"{self.name}:{self.tag}"

    @property
    def dockerfile(self) -> str:
        """How it is built."""
        return dockerfile(self)

    @property
    def context(self) -> tuple[File, ...]:
        """The files that are copied while it is built."""
        return (*programs(), left_out(self.left_out), *served(self.server.files if self.server else ()))

    def described(self, base: str, manifest: str = "") -> dict[str, str]:
        """Return the labels that say what it is made of, on the base of this id, whose manifest may be of no registry."""
        locks = [layer.lock for layer in self.layers]
        port = {PORT: str(self.server.port)} if self.server else {}
        return {
            **self.labels,
            **port,
            MARK: self.name,
            PART: "",
            DIGEST: self._digest(base),
            LOCK: locks[0] if len(locks) == 1 else _sha256(locks),
            BASE: base,
            NAMES: ",".join(layer.name for layer in self.layers),
            COMMAND: " ".join(self.command),
            "org.opencontainers.image.title": self.name,
            "org.opencontainers.image.version": self.tag,
            BASE_NAME: self.base,
            **({BASE_DIGEST: manifest} if manifest else {}),
        }

    def _digest(self, base: str) -> str:
        """The sha256 of all that it is made of, in hexadecimal."""
        return _sha256([base, self.reference, self.dockerfile, list(map(list, self.context)), dict(self.labels)])


def _sha256(value: t.Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
