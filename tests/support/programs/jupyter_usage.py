"""Runs on the server's host: what the server with this process number and all kernels hold, and the processor time that they took.

    python jupyter_usage.py PID

Prints the fields of ``support.jupyter_load.Usage`` as JSON.
"""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def pss(process: Path) -> int:
    return int(re.search(r"^Pss: +(\d+) kB", (process / "smaps_rollup").read_text(), re.M).group(1)) * 1024  # type: ignore[union-attr]


def seconds(process: Path) -> float:
    user, system = (process / "stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / TICKS


def busy() -> float:
    user, nice, system, dummy_idle, dummy_wait, interrupts, soft = map(int, Path("/proc/stat").read_text().split()[1:8])
    return (user + nice + system + interrupts + soft) / TICKS


server = Path("/proc", sys.argv[1])
kernels = [path.parent for path in Path("/proc").glob("[0-9]*/cmdline") if b"ipykernel_launcher" in path.read_bytes()]
print(
    json.dumps(
        {
            "server_memory": pss(server),
            "server_seconds": seconds(server),
            "kernels": len(kernels),
            "kernel_memory": sum(map(pss, kernels)),
            "busy_seconds": busy(),
        }
    )
)
