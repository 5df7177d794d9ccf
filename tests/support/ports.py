"""Ports for servers that are started by their number."""

from __future__ import annotations

import random
import socket
from pathlib import Path

RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")
LOWEST = 10000


def free_port() -> int:
    """One that nobody listens at; of those that the kernel gives to nobody who asks for any, before the server has it."""
    below = max(int(RANGE.read_text().split()[0]), LOWEST + 1000)
    while True:
        try:
            with socket.create_server(("127.0.0.1", random.randrange(LOWEST, below))) as free:
                return int(free.getsockname()[1])
        except OSError:  # somebody listens there
            continue
