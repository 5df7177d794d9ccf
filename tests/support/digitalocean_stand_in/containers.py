"""Machines behind the stand-in's droplets: containers with systemd, sshd and Debian's cloud-init, each with an address of its own."""

from __future__ import annotations

import io
import json
import subprocess
import tarfile
from dataclasses import dataclass, field
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[3]
SYSTEMD = yaml.safe_load((ROOT / "molecule/shared/inventory/hosts.yml").read_text(encoding="utf-8"))["all"]["vars"][
    "container_systemd"
]
IMAGE = "benchwright-test/cloud-bookworm"
ADDRESS = "{{ range .NetworkSettings.Networks }}{{ .IPAddress }}{{ end }}"
SEED = "var/lib/cloud/seed/nocloud"
SETTINGS = "datasource_list: [NoCloud]\nnetwork: {config: disabled}\nlocale: false\n"


@dataclass
class Containers:
    """Droplet N is the container ``PREFIX-N``; ``options`` are further ones of ``docker create``."""

    prefix: str
    options: list[str] = field(default_factory=list)

    def boot(self, droplet: int, name: str, keys: list[str], user_data: str) -> str:
        """Start a machine with what a provider's metadata service tells cloud-init; returns its address, empty if it is gone already."""
        container = f"{self.prefix}-{droplet}"
        create = [
            "docker",
            "create",
            "--name",
            container,
            "--label",
            f"benchwright-stand-in={self.prefix}",
            "--hostname",
            name,
        ]
        docker(*create[1:], *SYSTEMD, *self.options, IMAGE, "/lib/systemd/systemd")
        metadata = {"instance-id": f"i-{droplet}", "local-hostname": name, "public-keys": keys}
        files = {
            "etc/cloud/cloud.cfg.d/99_stand_in.cfg": SETTINGS,
            f"{SEED}/meta-data": json.dumps(metadata),
            f"{SEED}/user-data": user_data or "#cloud-config\n{}\n",
        }
        docker("cp", "-", f"{container}:/", stdin=archive(files))
        docker("start", container)
        return docker("inspect", "--format", ADDRESS, container).strip()

    def halt(self, droplet: int) -> None:
        docker("rm", "--force", "--volumes", f"{self.prefix}-{droplet}")

    def left(self) -> list[str]:
        """Return the machines that there are."""
        return docker("ps", "--all", "--quiet", "--filter", f"label=benchwright-stand-in={self.prefix}").split()

    def remove_all(self) -> None:
        for container in self.left():
            docker("rm", "--force", "--volumes", container)


def docker(*arguments: str, stdin: bytes = b"") -> str:
    """Return what the command prints; its failure is an exception with its words."""
    done = subprocess.run(["docker", *arguments], input=stdin, capture_output=True, check=False)
    if done.returncode:
        raise RuntimeError(f"docker {arguments[0]}: {done.stderr.decode()}")
    return done.stdout.decode()


def archive(files: dict[str, str]) -> bytes:
    """Return a tar archive of files for root alone."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name, text in files.items():
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(text.encode()), 0o600
            tar.addfile(member, io.BytesIO(text.encode()))
    return buffer.getvalue()
