"""The file that makes a directory a finished channel: written last, it lists every other file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from benchwright.whole_file import write_whole

from .storage import sha256

NAME = ".benchwright-channel.json"
# Held while a channel is built, and there from its first moment.
LOCK = ".benchwright-channel.lock"
# Raise it when channels of the old form must not be taken for finished.
FORMAT = 1


@dataclass(frozen=True)
class Inputs:
    """What a channel is made from, as far as it is known without asking apt: two digests and the machine."""

    requirements: str
    sources: str
    machine: str
    format: int = FORMAT


@dataclass(frozen=True)
class Marker:
    """`files`: path -> (size, mtime in ns, SHA256); `debs`: name -> SHA256 of Debian's interpreter packages."""

    inputs: Inputs
    python: str
    debs: dict[str, str]
    packages: int
    files: dict[str, tuple[int, int, str]]


def sources_digest() -> str:
    """The digest of this package's own source: other code may make other packages."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def describe(channel: Path, names: Iterable[str]) -> dict[str, tuple[int, int, str]]:
    """The channel's files as they are now, for Marker.files."""
    described = {}
    for name in sorted(names):
        status = (channel / name).stat()
        described[name] = (status.st_size, status.st_mtime_ns, sha256(channel / name))
    return described


def write(channel: Path, marker: Marker) -> None:
    """Declare the channel finished."""
    write_whole(channel / NAME, json.dumps(asdict(marker), indent=1, sort_keys=True).encode())


def read(channel: Path) -> Marker | None:
    """The marker; None where there is none that this version wrote."""
    try:
        content = json.loads((channel / NAME).read_bytes())
        files = {name: (size, mtime, digest) for name, (size, mtime, digest) in content["files"].items()}
        return Marker(Inputs(**content["inputs"]), content["python"], content["debs"], content["packages"], files)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def finished(channel: Path, inputs: Inputs) -> Marker | None:
    """The marker of a channel that was made from these inputs and is whole."""
    found = read(channel)
    return found if found and found.inputs == inputs and not damaged(channel, found) else None


def damaged(channel: Path, marker: Marker) -> list[str]:
    """The files that are not as they were written. One of another time is read, so a copied channel is sound."""
    return [name for name, described in marker.files.items() if not _unchanged(channel / name, *described)]


def _unchanged(path: Path, size: int, mtime: int, digest: str) -> bool:
    try:
        status = path.stat()
        return status.st_size == size and (status.st_mtime_ns == mtime or sha256(path) == digest)
    except OSError:
        return False
