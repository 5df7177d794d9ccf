"""What processes of this machine, and of its containers, say about themselves while something happens."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .waiting import wait_until

PROGRAM = Path(__file__).with_name("programs") / "sample_processes.py"


@contextmanager
def naming(words: list[str]) -> Iterator[list[str]]:
    """Fills what it yields, when the block ends, with the processes that had one of the words in their arguments or environment."""
    found: list[str] = []
    with tempfile.TemporaryDirectory() as directory:
        end, begun = Path(directory, "end"), Path(directory, "begun")
        sampler = subprocess.Popen(
            [sys.executable, PROGRAM, end, begun], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert sampler.stdin
        sampler.stdin.write("\n".join(words))
        sampler.stdin.close()
        sampler.stdin = None
        wait_until(begun.exists, "nobody looks")
        try:
            yield found
        finally:
            end.touch()
            output, dummy = sampler.communicate()
        assert sampler.returncode == 0
        found += output.splitlines()
