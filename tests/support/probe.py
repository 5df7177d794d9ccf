"""A user who never stops using the environment: imports from it, and reads a package's files, every 20 ms."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from .laboratory import FILES, VERSIONS, Laboratory

PERIOD = 0.02
# Where starting Python takes longer than the period, two take turns.
WORKERS = 2
# Seconds; something that hangs has failed as well.
LIMIT = 30.0
CLEAN = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}


@dataclass
class Probe:
    """Use it as a context manager; ``failures`` says what went wrong and when, in seconds after the start."""

    laboratory: Laboratory
    imports: int = 0
    reads: int = 0
    failures: list[str] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)
    _begin: float = field(default_factory=time.monotonic)

    def __enter__(self) -> Probe:
        jobs = [self._import] * WORKERS + [self._read]
        self._threads = [threading.Thread(target=self._repeat, args=(job, index)) for index, job in enumerate(jobs)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *dummy: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    @property
    def count(self) -> int:
        return self.imports + self.reads

    def _repeat(self, job: Callable[[], str], index: int) -> None:
        period = PERIOD * (WORKERS if job == self._import else 1)
        self._over.wait(PERIOD * index)
        while not self._over.is_set():
            begin = time.monotonic()
            failure = job()
            if failure:
                self.failures.append(f"at {begin - self._begin:.3f} s: {failure}")
            self._over.wait(max(0.0, period - (time.monotonic() - begin)))

    def _import(self) -> str:
        """A Python started through the link; the package's own __init__ compares the versions of its modules."""
        self.imports += 1
        command: list[str | Path] = [self.laboratory.prefix / "bin/python", "-B", "-c", "import sample"]
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, check=False, timeout=LIMIT, env=CLEAN, cwd="/"
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            return repr(error)
        return " ".join(done.stderr.split())[-300:] or f"exit code {done.returncode}" if done.returncode else ""

    def _read(self) -> str:
        """A process that has looked up the package's directory reads all its data."""
        self.reads += 1
        try:
            versions = _versions(self.laboratory.package / "data")
        except OSError as error:
            return repr(error)
        known = any(versions == {version} for version in VERSIONS.values())
        return "" if known else f"the package's data is of the versions {sorted(versions)}"


def _versions(directory: Path) -> set[str]:
    place = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        names = os.listdir(place)
        return {_first_word(place, name) for name in names} | ({"missing"} if len(names) != FILES else set())
    finally:
        os.close(place)


def _first_word(place: int, name: str) -> str:
    file = os.open(name, os.O_RDONLY, dir_fd=place)
    try:
        return os.read(file, 16).decode().partition(" ")[0]
    finally:
        os.close(file)
