"""Debian's docker-registry on this machine, behind a password or without; nothing is installed."""

from __future__ import annotations

import base64
import json
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .ports import free_port

USER, PASSWORD = "quant", "registry-s3cret"
# bcrypt of PASSWORD, as `htpasswd -B` makes it: the registry takes no other hash.
HTPASSWD = "quant:$2y$04$D1nxq876fH2IQ2ZO4d.nDua.kvbIIrHkscT3O2U7aM8jT2cKzOhTG\n"
SECONDS = 120.0


@dataclass(frozen=True)
class Registry:
    """``host`` is how an image's name begins; ``log`` what the registry wrote."""

    host: str
    log: Path

    def manifest_status(self, repository: str, tag: str, password: str = PASSWORD) -> int:
        """The HTTP status of the question for an image: 200 where it is there, 401 for a stranger."""
        request = urllib.request.Request(f"http://{self.host}/v2/{repository}/manifests/{tag}")
        request.add_header("Authorization", "Basic " + base64.b64encode(f"{USER}:{password}".encode()).decode())
        request.add_header("Accept", "application/vnd.docker.distribution.manifest.v2+json")
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code


@contextmanager
def serve_registry(directory: Path, public: bool = False) -> Iterator[Registry]:
    """Run one, with all that it has in ``directory``, which is world-readable no more than its owner made it."""
    download = ["apt-get", "-o", "Acquire::Retries=3", "download", "-qq", "docker-registry"]
    subprocess.run(download, cwd=directory, check=True, capture_output=True)
    [package] = directory.glob("docker-registry_*.deb")
    subprocess.run(["dpkg-deb", "--extract", package, directory / "package"], check=True)
    (directory / "htpasswd").write_text(HTPASSWD)
    host = f"127.0.0.1:{free_port()}"
    configuration = {
        "version": "0.1",
        "log": {"level": "debug"},
        "storage": {"filesystem": {"rootdirectory": str(directory / "data")}},
        "http": {"addr": host},
        "auth": {} if public else {"htpasswd": {"realm": "test", "path": str(directory / "htpasswd")}},
    }
    (directory / "configuration.yml").write_text(json.dumps(configuration))
    registry, program = Registry(host, directory / "log"), directory / "package/usr/bin/docker-registry"
    with registry.log.open("wb") as log:
        served = subprocess.Popen([program, "serve", directory / "configuration.yml"], stdout=log, stderr=log)
    try:
        _wait(host, served, registry.log)
        yield registry
    finally:
        served.terminate()
        served.wait(SECONDS)


def _wait(host: str, served: subprocess.Popen[bytes], log: Path) -> None:
    address, dummy, port = host.partition(":")
    deadline = time.monotonic() + SECONDS
    while True:
        try:
            socket.create_connection((address, int(port)), timeout=1).close()
            return
        except OSError:
            assert served.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)
