"""A newcomer's project at a provider whose machines are containers: everything but the provider is real."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from support.digitalocean_stand_in import TOKEN, StandIn, serving
from support.digitalocean_stand_in.containers import Containers, docker

ROOT = Path(__file__).parents[2]
BENCHWRIGHT = Path(sys.executable).with_name("benchwright")
HERE = "172.16.0.0/12"
"""Where containers see this machine: whoever is not in it meets the firewall of a machine that serves."""
NETWORK_FILES = [path for path in ("/etc/pip.conf", "/etc/ssl/certs/ca-certificates.crt") if Path(path).exists()]
WHOLE = pytest.mark.skipif(
    os.environ.get("BENCHWRIGHT_CLOUD") != "all", reason="takes many minutes: BENCHWRIGHT_CLOUD=all"
)


@dataclass
class Cloud:
    """``project`` is the newcomer's directory; ``api`` and ``containers`` are what the provider has."""

    project: Path
    api: StandIn
    containers: Containers

    @property
    def inventory(self) -> Path:
        return self.project / "inventories/digitalocean/workbench.digitalocean.yml"

    @property
    def known_hosts(self) -> Path:
        return self.inventory.with_name("known_hosts")

    def describe(self, *names: str, **variables: Any) -> None:
        """Edit the one file that there is to edit."""
        described = {
            "machines_wanted": [{"name": name} for name in names],
            "machines_admin_networks": [HERE],
        }
        described |= {"machines_ssh_public_key": (self.project / "key.pub").read_text(encoding="utf-8")}
        described |= {"ansible_ssh_private_key_file": str(self.project / "key"), "machines_boot_timeout": 300}
        # The usual list has a compiler, which takes longer than all else.
        described |= {"linux_base_packages": ["htop", "screen"], "conda_env_channels": ["file:///srv/channel"]}
        described |= variables
        path = self.inventory.with_name("group_vars") / "all.yml"
        shipped = (ROOT / "inventories/digitalocean/group_vars/all.yml").read_text(encoding="utf-8").splitlines()
        kept = [line for line in shipped if line.partition(":")[0] not in described and not line.startswith("  - {")]
        path.write_text(
            "\n".join([*kept, *(f"{name}: {json.dumps(value)}" for name, value in described.items())]) + "\n"
        )

    def run(self, command: str, *words: str, code: int = 0, token: str = TOKEN) -> subprocess.CompletedProcess[str]:
        """Run the command line; the token is in the environment and comes back nowhere."""
        environment = {**os.environ, "DIGITALOCEAN_ACCESS_TOKEN": token, "DIGITALOCEAN_API_URL": self.api.url}
        environment["ANSIBLE_SSH_CONTROL_PATH_DIR"] = f"/tmp/{self.containers.prefix}"
        done = subprocess.run(
            [BENCHWRIGHT, command, "-i", self.inventory, *words],
            env=environment,
            cwd=self.project,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        assert token not in done.stdout + done.stderr
        written = [path for path in self.project.rglob("*") if path.is_file() and token.encode() in path.read_bytes()]
        assert written == []
        return done

    def forget_connections(self) -> None:
        """Have ssh begin anew, instead of using a connection that is open for a minute longer."""
        shutil.rmtree(f"/tmp/{self.containers.prefix}", ignore_errors=True)

    def machine(self, command: str, name: str = "wb-01") -> str:
        """Run a command as root on a machine, past ssh."""
        (number,) = [droplet["id"] for droplet in self.api.account.droplets.values() if droplet["name"] == name]
        return docker("exec", f"{self.containers.prefix}-{number}", "sh", "-c", command)


@pytest.fixture(scope="session")
def mounts() -> list[str]:
    """What machines find of this one: the offline channel at /srv/channel, and its way into the network."""
    build = [BENCHWRIGHT, "channel", "build"]
    channel = subprocess.run(build, check=True, capture_output=True, text=True).stdout.strip().removeprefix("file://")
    mounted = [f"{channel}:/srv/channel:ro", *(f"{path}:{path}:ro" for path in NETWORK_FILES)]
    return [f"--volume={each}" for each in mounted]


@pytest.fixture
def cloud(tmp_path: Path, mounts: list[str]) -> Iterator[Cloud]:
    """An account with machines, and a project that has just been copied out of the collection."""
    containers = Containers(f"benchwright-cloud-{uuid.uuid4().hex[:8]}", mounts)
    for name in ("digitalocean", "example"):
        shutil.copytree(ROOT / "inventories" / name, tmp_path / "inventories" / name)
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / "key"], check=True)
    with serving(containers) as api:
        try:
            yield Cloud(tmp_path, api, containers)
        finally:
            containers.remove_all()
            shutil.rmtree(f"/tmp/{containers.prefix}", ignore_errors=True)
        assert api.violations == []
