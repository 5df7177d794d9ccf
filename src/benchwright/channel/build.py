"""Builds an offline channel; where nothing changed, finds that out from the channel alone."""

from __future__ import annotations

import errno
import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from . import marker
from .errors import ChannelError
from .marker import Inputs, Marker
from .storage import cache_directory, locked
from .target import machine_subdir

Progress = Callable[[str], None]
SHIPPED = Path(__file__).with_name("requirements.txt")


@dataclass(frozen=True)
class BuiltChannel:
    """A finished channel. `unchanged`: nothing had to be done; `seconds`: how long this call took."""

    path: Path
    url: str
    packages: int
    unchanged: bool
    seconds: float


def default_output(requirements: Path) -> Path:
    """Where the channel of a requirements file goes when nobody says."""
    if requirements == SHIPPED:
        return cache_directory() / "default"
    digest = hashlib.sha256(bytes(requirements.resolve())).hexdigest()[:12]
    return cache_directory() / f"{requirements.stem}-{digest}"


def build_channel(
    requirements: Path | None, output: Path | None, *, progress: Progress, refresh: bool = False
) -> BuiltChannel:
    """Make `output` the conda channel of a hashed requirements file (None: the shipped one, a place in the cache).

    A channel made from the same inputs is left as it is, without asking apt or pip; `refresh` asks apt again for a
    newer CPython. Interrupted at any point, the next call finishes the work. Raises ChannelError.
    """
    start = time.monotonic()
    source = requirements or SHIPPED
    channel = (output or default_output(source)).absolute()
    try:
        built, unchanged = _ensure(source, channel, progress, refresh)
    except OSError as error:
        raise ChannelError(_explain(error, channel)) from error
    return BuiltChannel(channel, channel.as_uri(), built.packages, unchanged, time.monotonic() - start)


def _explain(error: OSError, channel: Path) -> str:
    place = error.filename or channel
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"no space is left for {place}: make room there and run again; what was fetched so far is kept"
    return f"cannot build the channel {channel}: {place}: {error.strerror or error}"


def _ensure(source: Path, channel: Path, progress: Progress, refresh: bool) -> tuple[Marker, bool]:
    try:
        text = source.read_bytes()
    except OSError as error:
        raise ChannelError(f"cannot read the requirements file {source}: {error.strerror}") from error
    inputs = Inputs(hashlib.sha256(text).hexdigest(), marker.sources_digest(), machine_subdir()[0])
    if not refresh and (found := marker.finished(channel, inputs)):
        return found, True
    _claim(channel)
    with locked(cache_directory() / "lock", progress), locked(channel / marker.LOCK, progress):
        # Another build may have finished while this one waited.
        if not refresh and (found := marker.finished(channel, inputs)):
            return found, True
        # Only a build needs what assembly imports.
        from . import assembly

        return assembly.assemble(source, channel, inputs, progress)


def _claim(channel: Path) -> None:
    """Refuse to write into a directory that holds something else."""
    ours = any((channel / name).exists() for name in (marker.LOCK, marker.NAME))
    if channel.is_dir() and any(channel.iterdir()) and not ours:
        raise ChannelError(
            f"{channel} is not empty and was not made by this command: name another directory or empty this one"
        )
