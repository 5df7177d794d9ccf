"""Files of the channel and of its cache: where they are, and one writer at a time."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from .errors import ChannelError


def cache_directory() -> Path:
    """Everything of the offline channel that can be fetched or built again."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "benchwright" / "channel"


def remove_cache() -> None:
    """Remove it all; a channel that was built elsewhere (``--output``) stays."""
    shutil.rmtree(cache_directory(), ignore_errors=True)
    with suppress(OSError):  # other caches of ours are there, or there is none
        cache_directory().parent.rmdir()


def sha256(path: Path) -> str:
    """The file's digest, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def require_space(directory: Path, needed: int, what: str) -> None:
    """Raise ChannelError where the file system of `directory` has less than `needed` bytes free."""
    free = shutil.disk_usage(directory).free
    if free < needed:
        raise ChannelError(
            f"{what} need about {needed:,} bytes in {directory}, and {free:,} bytes are free there: "
            "make room, or name another place (--output for the channel, XDG_CACHE_HOME for the cache)"
        )


@contextmanager
def locked(path: Path, progress: Callable[[str], None]) -> Iterator[None]:
    """Hold the lock file while the block runs; says so when another process has it, and waits."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress(f"another build holds {path}: waiting for it")
            fcntl.flock(stream, fcntl.LOCK_EX)
        yield
