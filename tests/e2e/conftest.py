"""Containers that are as a machine is when somebody has just rented it: Debian with Python, git and make."""

from __future__ import annotations

import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.machine import Machine

ROOT = Path(__file__).parents[2]
IMAGE = "benchwright-test/fresh-bookworm"
# How this machine reaches its package index and archive, which a container has to reach in the same way.
NETWORK_FILES = ("/etc/pip.conf", "/etc/ssl/certs/ca-certificates.crt")


@pytest.fixture
def machine() -> Iterator[Machine]:
    name = f"benchwright-test-{uuid.uuid4().hex[:8]}"
    mounts = [option for path in NETWORK_FILES if Path(path).exists() for option in ("-v", f"{path}:{path}:ro")]
    subprocess.run(
        [
            "docker",
            "run",
            "--detach",
            "--rm",
            "--name",
            name,
            "--network",
            "host",
            "--init",
            "-v",
            f"{ROOT}:/source:ro",
            *mounts,
            IMAGE,
            "sleep",
            "3600",
        ],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    try:
        machine = Machine(name)
        machine.run("git config --system --add safe.directory '*'")
        machine.run("useradd --create-home --shell /bin/bash quant")
        yield machine
    finally:
        subprocess.run(["docker", "kill", name], check=False, stdout=subprocess.DEVNULL)
