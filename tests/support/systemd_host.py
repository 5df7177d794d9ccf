"""A container where systemd runs, as a host that Ansible reaches by ssh, a network or none."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
ANSIBLE_PLAYBOOK = Path(sys.executable).parent / "ansible-playbook"
SHARED = yaml.safe_load((ROOT / "molecule/shared/inventory/hosts.yml").read_text(encoding="utf-8"))["all"]["vars"]
START = """
until systemctl is-system-running --wait 2>/dev/null | grep -qE 'running|degraded'; do sleep 0.1; done
install -d -m 700 /root/.ssh && install -m 600 /dev/stdin /root/.ssh/authorized_keys
"""
# Without a network ssh goes through the engine, to a server of its own.
NO_NETWORK = "ProxyCommand docker exec --interactive {name} /usr/sbin/sshd -i"
ADDRESS = "{{ range .NetworkSettings.Networks }}{{ .IPAddress }}{{ end }}"
SSH_CONFIG = """\
Host {name}
    {way}
    IdentityFile {scratch}/ssh_key
    IdentitiesOnly yes
    StrictHostKeyChecking accept-new
    UserKnownHostsFile {scratch}/known_hosts
"""


@dataclass(frozen=True)
class SystemdHost:
    """``scratch`` is a directory on this machine: the key, the inventory, ssh's sockets."""

    name: str
    scratch: Path

    @property
    def address(self) -> str:
        """Where it is reached from here; empty without a network."""
        inspect = ["docker", "inspect", "--format", ADDRESS, self.name]
        return subprocess.run(inspect, check=True, capture_output=True, text=True).stdout.strip()

    def run(self, command: str, check: bool = True, stdin: str = "") -> str:
        """Run a shell command as root; returns stdout and stderr in one."""
        done = subprocess.run(
            ["docker", "exec", "--interactive", self.name, "sh", "-c", f"exec 2>&1; {command}"],
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
        if check and done.returncode:
            raise AssertionError(f"exit code {done.returncode} of {command!r}:\n{done.stdout}{done.stderr}")
        return done.stdout

    def play(
        self, playbook: str | Path, variables: dict[str, Any], *flags: str, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a playbook, by its path or its name in the collection, with inventory variables."""
        inventory = self.scratch / "inventory.json"
        connection = {"ansible_user": "root", "ansible_ssh_common_args": f"-F {self.scratch}/ssh_config"}
        hosts = {self.name: {**connection, "ansible_python_interpreter": "/usr/bin/python3"}}
        inventory.write_text(json.dumps({"all": {"hosts": hosts, "vars": variables}}), encoding="utf-8")
        return subprocess.run(
            [ANSIBLE_PLAYBOOK, "-i", inventory, *flags, playbook],
            env={
                **os.environ,
                "ANSIBLE_CALLBACK_PLUGINS": str(ROOT / "tests/callback"),
                "ANSIBLE_PIPELINING": "true",
                "ANSIBLE_SSH_CONTROL_PATH_DIR": str(self.scratch / "ssh"),
                **environment,
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            start_new_session=True,  # a callback may kill the whole group
        )


@contextmanager
def boot(*options: str, suite: str = "bookworm", network: str = "bridge") -> Iterator[SystemdHost]:
    """Start a host, with further options of ``docker run``; it is gone afterwards."""
    name = f"benchwright-test-{uuid.uuid4().hex[:8]}"
    scratch = Path(tempfile.mkdtemp(prefix="bw-"))  # short, for the names of sockets are limited
    command = ["docker", "run", "--detach", "--name", name, "--network", network, *SHARED["container_systemd"]]
    try:
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", scratch / "ssh_key"], check=True)
        command += [*options, f"benchwright-test/systemd-{suite}", "/lib/systemd/systemd"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        host = SystemdHost(name, scratch)
        way = f"HostName {host.address}" if host.address else NO_NETWORK.format(name=name)
        (scratch / "ssh_config").write_text(SSH_CONFIG.format(name=name, way=way, scratch=scratch), encoding="utf-8")
        host.run(START, stdin=(scratch / "ssh_key.pub").read_text(encoding="utf-8"))
        yield host
    finally:
        subprocess.run(["docker", "rm", "--force", "--volumes", name], check=False, capture_output=True)
        shutil.rmtree(scratch, ignore_errors=True)
