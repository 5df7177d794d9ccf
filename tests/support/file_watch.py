"""What lay in a directory, however shortly: each version of each file, read as soon as it is seen."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PAUSE = 0.01  # seconds between two looks
Versions = dict[tuple[Path, int, int], bytes]


def holders(versions: Versions, words: list[str]) -> set[str]:
    """The names of files that held one of the words in any version."""
    wanted = [word.encode() for word in words]
    return {path.name for (path, *dummy), text in versions.items() if any(word in text for word in wanted)}


@contextmanager
def watched(directory: Path) -> Iterator[Versions]:
    """Fills what it yields until the block ends."""
    versions: Versions = {}
    ended = threading.Event()

    def look_on() -> None:
        while not ended.is_set():
            _look(directory, versions)
            time.sleep(PAUSE)

    thread = threading.Thread(target=look_on)
    thread.start()
    try:
        yield versions
    finally:
        ended.set()
        thread.join()


def _look(directory: Path, versions: Versions) -> None:
    for path in _files(directory):
        try:
            status = path.stat()
            key = (path, status.st_mtime_ns, status.st_size)
            if key not in versions:
                versions[key] = path.read_bytes()
        except OSError:  # gone meanwhile
            continue


def _files(directory: Path) -> Iterator[Path]:
    for parent, dummy, names in os.walk(directory):
        yield from (path for name in names if (path := Path(parent, name)).is_file())
