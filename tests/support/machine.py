"""Containers that are as a machine is when somebody has just rented it: Debian with Python, git and make."""

from __future__ import annotations

import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
IMAGE = "benchwright-test/fresh-bookworm"
# How this machine reaches its package index and archive, which a container has to reach in the same way.
NETWORK_FILES = ("/etc/pip.conf", "/etc/ssl/certs/ca-certificates.crt")


class Machine:
    """One container, with a user ``quant`` beside root."""

    def __init__(self, name: str) -> None:
        self.name = name

    def run(self, command: str, user: str = "root", check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a shell command in the user's home; stdout and stderr come back together."""
        done = subprocess.run(
            ["docker", "exec", self.name, "su", "-", user, "-c", f"exec 2>&1; {command}"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,  # docker's own; the command's streams are joined where their order is known
            text=True,
            check=False,
        )
        if check and done.returncode:
            raise AssertionError(f"exit code {done.returncode} of {command!r}:\n{done.stdout[-4000:]}")
        return done

    def clone(self, user: str) -> None:
        """What a newcomer does first."""
        self.run("git clone -q /source benchwright", user)


@contextmanager
def rent(*options: str, network: str = "host") -> Iterator[Machine]:
    """Start a machine, with further options of ``docker run``; it is gone afterwards."""
    name = f"benchwright-test-{uuid.uuid4().hex[:8]}"
    mounts = [option for path in NETWORK_FILES if Path(path).exists() for option in ("-v", f"{path}:{path}:ro")]
    command = ["docker", "run", "--detach", "--rm", "--init", "--name", name, "--network", network]
    command += ["-v", f"{ROOT}:/source:ro", *mounts, *options, IMAGE, "sleep", "3600"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    try:
        machine = Machine(name)
        machine.run("git config --system --add safe.directory '*'")
        machine.run("useradd --create-home --shell /bin/bash quant")
        yield machine
    finally:
        subprocess.run(["docker", "kill", name], check=False, stdout=subprocess.DEVNULL)
