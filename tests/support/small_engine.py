"""A Docker engine of a test's own, with a disk that is soon full. It has no network, and nobody else's images."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from ansible_collections.benchwright.python.plugins.module_utils._docker.engine import DockerError, Engine

SECONDS = 60.0
ALONE = ("--bridge=none", "--iptables=false", "--ip-forward=false", "--ip-masq=false")


def why_there_is_none() -> str:
    """Why none can be started; empty where one can."""
    if os.geteuid() != 0:
        return "only root can start an engine, and mount a small disk"
    return "" if shutil.which("dockerd") else "no dockerd"


@contextlib.contextmanager
def small_engine(directory: Path, megabytes: int) -> Iterator[Engine]:
    """Run one, whose data is on a disk of so many megabytes; ``directory`` must have a short path, for sockets."""
    data = directory / "data"
    data.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", data], check=True)
    places = [f"--data-root={data}", f"--exec-root={directory}/run", f"--pidfile={directory}/pid"]
    settings = directory / "settings.json"  # not those of this machine
    settings.write_text("{}")
    # In a network of its own: an engine takes away what it finds of another one's bridge.
    command = [
        "unshare",
        "--net",
        "dockerd",
        f"--host=unix://{directory}/docker.sock",
        *places,
        *ALONE,
        f"--config-file={settings}",
    ]
    log = directory / "log"
    try:
        with log.open("wb") as stream, subprocess.Popen(command, stdout=stream, stderr=stream) as running:
            try:
                engine = Engine(str(directory / "docker.sock"))
                _wait(engine, running, log)
                yield engine
            finally:
                running.terminate()
    finally:
        subprocess.run(["umount", "--lazy", data], check=True)


def _wait(engine: Engine, running: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + SECONDS
    while True:
        with contextlib.suppress(DockerError):
            engine.version()
            return
        assert running.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.1)
