"""Whom a host tried to reach: every packet that leaves it, seen on the host itself, whether anybody answered or not."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from .systemd_host import SystemdHost

# Runs on the host until its stdin ends. Prints each address and port once, but for the answers of sshd. Multicast is the
# kernel's own looking around.
WATCHER = r"""
import ipaddress, select, socket, sys
OUTGOING = 4
seen = set()
def ports(data, header):
    return int.from_bytes(data[header : header + 2], "big"), int.from_bytes(data[header + 2 : header + 4], "big")
with socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(3)) as packets:
    print("watching", flush=True)
    while True:
        ready = select.select([packets, sys.stdin], [], [])[0]
        if packets not in ready:
            break
        data, (device, kind, direction, *dummy) = packets.recvfrom(200)
        if direction != OUTGOING or device == "lo" or kind not in (0x0800, 0x86DD):
            continue
        header, address = (data[0] % 16 * 4, data[16:20]) if kind == 0x0800 else (40, data[24:40])
        source, port = ports(data, header)
        target = ipaddress.ip_address(address)
        where = f"{target}:{port}"
        if source != 22 and not target.is_multicast and where not in seen:
            seen.add(where)
            print(where, flush=True)
"""


@contextmanager
def watch(host: SystemdHost) -> Iterator[set[str]]:
    """Collect ``ADDRESS:PORT`` in the set while the block runs; it is whole when the block has ended."""
    command = ["docker", "exec", "--interactive", host.name, "python3", "-c", WATCHER]
    seen: set[str] = set()
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "watching\n"
        yield seen
        process.stdin.close()
        seen.update(line.strip() for line in process.stdout)
