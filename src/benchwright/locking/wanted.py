"""What is to be locked: a description, read by the collection's own reader, and the machine that it is solved for."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ansible_collections.benchwright.python.plugins.module_utils._conda.descriptions.description import read_description
from ansible_collections.benchwright.python.plugins.module_utils._conda.descriptions.environment import (
    Environment,
    EnvironmentFileError,
)
from ansible_collections.benchwright.python.plugins.module_utils._conda.specs.channel import strip_credentials
from ansible_collections.benchwright.python.plugins.module_utils._conda.specs.match_spec import MatchSpec

from benchwright.errors import BenchwrightError

VIRTUAL_PACKAGES = {
    "linux": {"__unix": "0", "__linux": "4.18", "__glibc": "2.28"},
    "osx": {"__unix": "0", "__osx": "11.0"},
    "win": {"__win": "0"},
}
"""What the hosts have at least, by the platform's system: not more because the machine that locks has more."""
ARCHITECTURES = {"64": "x86_64", "32": "x86", "arm64": "arm64"}
"""By the platform's second half, where conda calls the processor otherwise."""
VIRTUAL = re.compile(r"(__[a-z0-9_]+)=([A-Za-z0-9_.]+)")


@dataclass(frozen=True)
class Wanted:
    """What is asked of the solver."""

    description: str
    """The description's path, as messages call it."""
    channels: tuple[str, ...]
    specs: tuple[str, ...]
    virtual: dict[str, str] = field(default_factory=dict)
    """Versions of virtual packages that were given instead of, or besides, the usual ones."""
    own: dict[str, dict[str, str]] = field(default_factory=dict)
    """By platform, versions of virtual packages that the channels' packages are made for, where these are another machine's than usual."""
    pip: tuple[str, ...] = ()
    """Requirements of pip."""
    ignored: tuple[str, ...] = ()
    """What the description holds besides, and a lock has no place for."""

    def digest(self, platform: str) -> str:
        """Return what the lock keeps of all this, to tell later whether it was made of the same."""
        told = {
            "channels": [strip_credentials(channel) for channel in self.channels],
            "specs": sorted({str(MatchSpec.parse(spec)) for spec in self.specs}),
            "platform": platform,
            "virtual_packages": self.virtual_packages(platform),
        }
        if self.pip:
            told["pip"] = sorted(self.pip)
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()

    def virtual_packages(self, platform: str) -> list[tuple[str, str, str]]:
        """Return name, version and build of what the platform's machines have by themselves."""
        system, dummy, machine = platform.partition("-")
        versions = {**VIRTUAL_PACKAGES.get(system, {}), **self.own.get(platform, {}), **self.virtual}
        processor = ("__archspec", "1", ARCHITECTURES.get(machine, machine))
        return [processor, *((name, version, "0") for name, version in sorted(versions.items()))]


def read_wanted(
    path: Path, channels: Sequence[str], virtual: Sequence[str], accept_terms: bool, without_pip: bool
) -> Wanted:
    """Return what the description asks for; ``channels`` take the place of its own.

    :raises BenchwrightError: for a file that is no description (with file, line and key), or that cannot be locked whole.
    """
    found = _read(path, accept_terms)
    if found.packages:
        raise BenchwrightError(
            f"{path} is a lock itself, expected a description with 'dependencies:'; conda_env installs it"
        )
    pip = () if without_pip else found.pip
    ignored = (*(("pip",) if found.pip and without_pip else ()), *(("variables",) if found.variables else ()))
    wanted = tuple(channels) or found.channels or ("conda-forge",)
    return Wanted(str(path), wanted, found.dependencies, dict(map(_virtual, virtual)), pip=pip, ignored=ignored)


def _read(path: Path, accept_terms: bool) -> Environment:
    try:
        return read_description(path.read_text(encoding="utf-8"), str(path), accept_anaconda_terms=accept_terms)
    except EnvironmentFileError as error:
        raise BenchwrightError(str(error)) from error
    except UnicodeError as error:
        raise BenchwrightError(f"{path}: is no text in UTF-8; save it as that") from error
    except OSError as error:
        raise BenchwrightError(f"{path}: {error.strerror}; expected a description such as environment.yml") from error


def _virtual(text: str) -> tuple[str, str]:
    match = VIRTUAL.fullmatch(text)
    if not match:
        raise BenchwrightError(f"--virtual-package {text!r}: expected NAME=VERSION, such as __glibc=2.36")
    return match[1], match[2]
