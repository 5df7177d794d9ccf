"""What somebody else does is waited for, and no longer than a slow machine takes."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path


def wait_until(true: Callable[[], object], told: str, seconds: float = 120) -> None:
    """Look until it is true; after so long the test fails with what is ``told``."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, told
        time.sleep(0.02)


def wait_for_program(pid: int) -> None:
    """A process that was just started may not tell yet what it runs: the kernel closes the old program's files before."""
    wait_until(Path("/proc", str(pid), "cmdline").read_bytes, "it runs nothing")
