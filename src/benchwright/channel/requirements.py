"""Reads a hashed requirements file; nothing is fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from .errors import ChannelError

COMPILE = "uv pip compile --universal --generate-hashes --no-emit-index-url"
HASH = re.compile(r"\s--hash=(\S+)")


@dataclass(frozen=True)
class Pin:
    """One line: a project at one version, and the SHA256 digests its files may have."""

    name: str
    version: Version
    requirement: Requirement
    sha256: frozenset[str]
    line: int

    @property
    def text(self) -> str:
        """The line for pip, without the marker, which pip would evaluate for its own interpreter."""
        return " ".join(
            [f"{self.name}=={self.version}", *(f"--hash=sha256:{digest}" for digest in sorted(self.sha256))]
        )


@dataclass(frozen=True)
class Requirements:
    """A requirements file as it is."""

    path: Path
    text: str

    def pins(self, markers: dict[str, str]) -> list[Pin]:
        """The pins whose marker holds; raises ChannelError with file and line for anything that is not a hashed pin."""
        found: dict[str, Pin] = {}
        for number, line in _logical_lines(self.text):
            pin = _pin(self.path, number, line)
            if pin.requirement.marker and not pin.requirement.marker.evaluate({**markers, "extra": ""}):
                continue
            if pin.name in found:
                raise ChannelError(
                    f"{self.path}:{number}: {pin.name} is pinned a second time (line {found[pin.name].line}); keep one"
                )
            found[pin.name] = pin
        if not found:
            raise ChannelError(
                f"{self.path}: names no package for this interpreter; write one to requirements.in and run `{COMPILE}`"
            )
        return list(found.values())


def read(path: Path) -> Requirements:
    """The file as it is; raises ChannelError where it cannot be read."""
    try:
        return Requirements(path, path.read_text())
    except (OSError, UnicodeDecodeError) as error:
        raise ChannelError(f"cannot read the requirements file {path}: {error}") from error


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines with their number, continued ones joined, without comments and empty ones."""
    start, parts = 0, []
    for number, raw in enumerate(text.splitlines(), start=1):
        line = re.sub(r"(^|\s)#.*", "", raw).strip()
        start = start or number
        parts.append(line.removesuffix("\\").strip())
        if line.endswith("\\"):
            continue
        if joined := " ".join(filter(None, parts)):
            yield start, joined
        start, parts = 0, []
    if joined := " ".join(filter(None, parts)):
        yield start, joined


def _pin(path: Path, number: int, line: str) -> Pin:
    def refuse(reason: str) -> ChannelError:
        return ChannelError(f"{path}:{number}: {reason}; make the file with `{COMPILE}`")

    hashes = HASH.findall(line)
    statement = HASH.sub("", line).strip()
    if statement.startswith("-"):
        raise refuse(
            f"the option {statement.split()[0]!r} is not taken here (pip's configuration says where wheels come from)"
        )
    try:
        requirement = Requirement(statement)
    except InvalidRequirement as error:
        raise refuse(f"{statement!r} is no requirement: {str(error).splitlines()[0]}") from error
    exact = [specifier.version for specifier in requirement.specifier if specifier.operator == "=="]
    if len(requirement.specifier) != 1 or len(exact) != 1 or exact[0].endswith(".*"):
        raise refuse(f"{requirement.name} is not pinned to one version (name==version)")
    digests = frozenset(value.removeprefix("sha256:") for value in hashes if value.startswith("sha256:"))
    if not digests:
        raise refuse(f"{requirement.name} has no --hash=sha256:...")
    return Pin(canonicalize_name(requirement.name), Version(exact[0]), requirement, digests, number)
