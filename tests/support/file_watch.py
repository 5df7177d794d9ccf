"""What lay in directories, however shortly: each version of each file, read as soon as it is seen.

On another host it runs by itself, and prints the files that held a word of standard input, until FILE exists:

    python file_watch.py FILE DIRECTORY...
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PAUSE = 0.01  # seconds between two looks
Versions = dict[tuple[Path, int, int], bytes]


def holders(versions: Versions, words: list[str]) -> set[str]:
    """The names of files that held one of the words in any version."""
    return {path.name for path in paths_of(versions, words)}


def paths_of(versions: Versions, words: list[str]) -> set[Path]:
    """The same, by their paths."""
    wanted = [word.encode() for word in words]
    return {path for (path, *dummy), text in versions.items() if any(word in text for word in wanted)}


@contextmanager
def watched(*directories: Path) -> Iterator[Versions]:
    """Fills what it yields until the block ends."""
    versions: Versions = {}
    ended = threading.Event()

    def look_on() -> None:
        while not ended.is_set():
            for directory in directories:
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


def main(end: str, *directories: str) -> None:
    words = [line for line in sys.stdin.read().splitlines() if line]
    with watched(*map(Path, directories)) as versions:
        while not os.path.exists(end):
            time.sleep(PAUSE)
    for path in sorted(paths_of(versions, words)):
        print(path)


if __name__ == "__main__":
    main(*sys.argv[1:])
