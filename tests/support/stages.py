"""The stages of a run that replaces one release by the next, and how each is noticed from outside."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable
from pathlib import Path

from .laboratory import VERSIONS, Laboratory
from .nemesis import Run

Seen = Callable[[Run], bool]
# In the module's own process, which stops there: see audit/sitecustomize.py.
OWN = ("pip", "check", "mark", "marked", "switch", "switched", "collect", "half collected")
# In an engine's process, noticed in the file system.
ENGINES = ("solve", "fetch", "extract", "link", "record")
# Seconds that an engine has been at work for when it certainly solves.
SOLVING = 0.1


def engine_stages(laboratory: Laboratory, goal: str) -> dict[str, Seen]:
    """The stages that happen in an engine's process; call this before the run is started."""
    version, cache = VERSIONS[goal], laboratory.cache
    known_packages, known_releases = set(os.listdir(cache)), set(laboratory.releases())

    def beside(run: Run) -> list[Path]:
        """The releases that are being made; where there are none, the environment itself."""
        new = [laboratory.root / ".releases" / name for name in laboratory.releases() if name not in known_releases]
        return new or ([] if laboratory.prefix.is_symlink() else [laboratory.prefix])

    def linked(run: Run) -> bool:
        parts = [path / laboratory.package.relative_to(laboratory.prefix) / "part10.py" for path in beside(run)]
        return any(version in _text(part) for part in parts)

    return {
        "solve": _solves(laboratory),
        "fetch": lambda run: bool(set(os.listdir(cache)) - known_packages),
        "extract": lambda run: any(_holds(path) for path in cache.glob(f"sample-{version}-*") if path.is_dir()),
        "link": linked,
        "record": lambda run: any(any(path.glob(f"conda-meta/sample-{version}-*")) for path in beside(run)),
    }


def _solves(laboratory: Laboratory) -> Seen:
    executable = laboratory.engine.get("executable", "")
    words = [executable.encode(), b"--dry-run"] if executable else [b"_rattler_worker"]
    begin: list[float] = []

    def seen(run: Run) -> bool:
        if not begin and any(all(word in _command(number) for word in words) for number in run.processes()):
            begin.append(time.monotonic())
        return bool(begin) and time.monotonic() - begin[0] > SOLVING

    return seen


def _command(number: int) -> bytes:
    with contextlib.suppress(OSError):
        return Path("/proc", str(number), "cmdline").read_bytes()
    return b""


def _holds(directory: Path) -> bool:
    """Whether there is any file below."""
    return any(names for dummy, dummy2, names in os.walk(directory))


def _text(path: Path) -> str:
    with contextlib.suppress(OSError):
        return path.read_text()
    return ""
