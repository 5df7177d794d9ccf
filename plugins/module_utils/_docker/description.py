# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""What an environment image is called, and what its labels say: known from the description alone, with no solving. Pure."""

from __future__ import annotations

import hashlib
import json
import typing as t
from dataclasses import asdict, dataclass

from .._conda.descriptions.environment import Environment
from .._conda.engines.interface import Record
from .._conda.host_platform import this_platform
from .._conda.specs.channel import strip_credentials, without_credentials

ENVIRONMENTS = "/opt/benchwright/envs"
"""Where environments lie in every image."""
WHEELS = "/wheels"
"""Where an environment image holds, in a directory by the environment's name, what pip is to install."""
FORMAT = 2
"""To be raised when the same description is to make another image."""
DIGITS = 12
NAME, DIGEST, LOCK = "benchwright.environment", "benchwright.digest", "benchwright.lock"
PACKAGES, PIP = "benchwright.packages", "benchwright.pip"


@dataclass(frozen=True)
class Wanted:
    """One environment as its description has it, with what else decides on what the image holds."""

    environment: Environment
    channel_priority: str
    repository: str

    @property
    def name(self) -> str:
        """The environment's name."""
        return str(self.environment.name)

    @property
    def home(self) -> str:
        """The environment's directory in every image."""
        return f"{ENVIRONMENTS}/{self.name}"

    @property
    def digest(self) -> str:
        """The sha256 of the description, in hexadecimal; the same whoever's credentials the channels are asked with."""
        described = asdict(self.environment)
        described["channels"] = [strip_credentials(channel) for channel in self.environment.channels]
        for package in described["packages"]:
            package["url"] = strip_credentials(package["url"])
        described["pip"] = [strip_credentials(requirement) for requirement in self.environment.pip]
        inputs = [FORMAT, ENVIRONMENTS, this_platform(), self.channel_priority, described]
        return _sha256(json.dumps(inputs, sort_keys=True))

    @property
    def tag(self) -> str:
        """The image's tag."""
        return self.digest[:DIGITS]

    @property
    def reference(self) -> str:
        """The image's whole name."""
        return f"{self.repository}:{self.tag}"

    @property
    def asked_of_pip(self) -> tuple[str, ...]:
        """pip's part, as anybody may see it."""
        return tuple(without_credentials(text.split(" --hash")[0]) for text in self.environment.pip)

    def labels(self, made: Made) -> dict[str, str]:
        """Return the image's labels."""
        listed = {PACKAGES: ",".join(made.packages), PIP: ",".join(made.pip)}
        return {NAME: self.name, DIGEST: self.digest, LOCK: made.lock, **listed}


@dataclass(frozen=True)
class Made:
    """What an environment image holds."""

    packages: tuple[str, ...]
    """conda's, as ``name version build``."""
    pip: tuple[str, ...]
    """What the wheels are, as ``name==version``."""
    lock: str = ""
    """The sha256 of all these packages' own; empty while it is not known which wheels pip will choose."""

    @classmethod
    def of(cls, labels: t.Mapping[str, str]) -> Made:
        """Return what an image's labels say."""
        packages, pip = (tuple(filter(None, labels.get(key, "").split(","))) for key in (PACKAGES, PIP))
        return cls(packages, pip, labels.get(LOCK, ""))


def lock_digest(records: t.Iterable[Record], wheels: t.Iterable[tuple[str, str]] = ()) -> str:
    """Return the sha256 of conda's packages, wherever they came from, and of wheels as (file, sha256)."""
    packages = sorted(
        [str(record[key]) for key in ("subdir", "name", "version", "build")]
        + [str(record.get("sha256") or record.get("md5") or "")]
        for record in records
    )
    return _sha256(json.dumps([packages, sorted(wheels)]))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
