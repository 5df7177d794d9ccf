"""The way to a Jupyter server that listens on its own host only: ssh brings it to this machine, for as long as somebody wants."""

from __future__ import annotations

import http.client
import shlex
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

from benchwright.errors import BenchwrightError

HERE = "127.0.0.1"
SECONDS = 30.0
"""What ssh and the server may take together until the server answers."""
# ssh ends where it cannot bring the port here, and notices a host that is gone.
BEHAVIOUR = ("-N", "-o", "ExitOnForwardFailure=yes", "-o", "ServerAliveInterval=15", "-o", "ServerAliveCountMax=3")


@dataclass(frozen=True)
class Way:
    """How a host is reached, with the values of Ansible's variables, and where its server listens there."""

    connection: str
    host: str
    listens: str
    """An IP address of the host's."""
    port: int
    url: str
    """Where people reach the server who need no tunnel."""
    user: str = ""
    ssh_port: str = ""
    key: str = ""
    arguments: str = ""

    @property
    def needs_tunnel(self) -> bool:
        return self.connection != "local" and ip_address(self.listens).is_loopback

    def command(self, local_port: int) -> list[str]:
        """Return ssh's argv, with what Ansible would give to ssh."""
        if self.connection not in ("ssh", "smart", "paramiko", "paramiko_ssh"):
            raise BenchwrightError(
                f"{self.host} is reached by {self.connection}, which brings no ports here; only ssh does"
            )
        target = f"[{self.listens}]" if ":" in self.listens else self.listens
        named = {"-p": self.ssh_port, "-l": self.user, "-i": self.key}
        given = [word for flag, value in named.items() if value for word in (flag, value)]
        forward = f"{HERE}:{local_port}:{target}:{self.port}"
        return ["ssh", *BEHAVIOUR, *shlex.split(self.arguments), *given, "-L", forward, self.host]


def way_to(address: Mapping[str, Any]) -> Way:
    """Return the way from what the playbook says of a host."""
    return Way(**{name: value for name, value in address.items() if name in Way.__dataclass_fields__})


def the_only_one(addresses: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Any]:
    """Return the address of the host that was meant. Raises BenchwrightError when these are several."""
    if len(addresses) != 1:
        raise BenchwrightError(f"which host? There are {len(addresses)}: {', '.join(sorted(addresses))}")
    return next(iter(addresses.values()))


def keep_open(way: Way, port: int | None, show: Callable[[str], object] | None, say: Callable[[str], None]) -> None:
    """Say where the server is found, ``show`` it, and keep the tunnel, where one is needed, until somebody presses Ctrl-C."""
    if not way.needs_tunnel:
        say(f"open {way.url}")
        if show:
            show(way.url)
        return
    local_port = port or free_port(way.port)
    url = f"https://localhost:{local_port}/"
    with tunnel(way, local_port) as process:
        say(f"open {url} while this runs; Ctrl-C ends it")
        if show:
            show(url)
        try:
            process.wait()
        except KeyboardInterrupt:
            return
    raise BenchwrightError(f"ssh to {way.host} ended: {_said(process)}")


def free_port(wanted: int) -> int:
    """Return the port that is wanted, or another one where that is taken."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HERE, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise BenchwrightError("no port is free on this machine")


@contextmanager
def tunnel(way: Way, local_port: int) -> Iterator[subprocess.Popen[str]]:
    """Run ssh until the block ends; the server answers from the block's beginning. Raises BenchwrightError when it does not."""
    process = subprocess.Popen(way.command(local_port), stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        _wait(process, way, local_port)
        yield process
    finally:
        process.terminate()
        process.wait()


def _wait(process: subprocess.Popen[str], way: Way, local_port: int) -> None:
    deadline = time.monotonic() + SECONDS
    while not _answers(local_port):
        if process.poll() is not None:
            raise BenchwrightError(f"ssh to {way.host} ended: {_said(process)}")
        if time.monotonic() > deadline:
            raise BenchwrightError(
                f"ssh to {way.host} works, but no server answers at its port {way.port}; 'benchwright verify' tells more"
            )
        time.sleep(0.1)


def _said(process: subprocess.Popen[str]) -> str:
    said = process.stderr.read().strip() if process.stderr else ""
    return said or f"exit code {process.returncode}"


def _answers(port: int) -> bool:
    """Whether there is a Jupyter server. No secret is sent, and ssh has made sure which host it is: any certificate will do."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    connection = http.client.HTTPSConnection(HERE, port, timeout=5, context=context)
    try:
        connection.request("GET", "/api")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
