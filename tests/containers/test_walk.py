"""The walk that a project is: init, plan, apply, verify, status, export, report; two hosts with systemd, over ssh.

One host is reached as root, the other one as somebody whose sudo asks for a password.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pexpect
import pytest
import yaml
from support.file_watch import holders, watched
from support.processes import naming
from support.systemd_host import SystemdHost, boot

from benchwright.channel.build import build_channel

BENCHWRIGHT = Path(sys.executable).with_name("benchwright")
PASSWORD = "hunter2-of-quant"
PROMPT = "BECOME password: "
TOOLS = "linux_base_packages: [bzip2, gcc, libc6-dev, git, htop, screen, vim, wget]"
MAKE_QUANT = f"""
useradd --create-home quant && echo quant:{PASSWORD} | chpasswd
echo 'quant ALL=(ALL) ALL' > /etc/sudoers.d/quant
install -d -o quant -m 700 ~quant/.ssh && install -o quant -m 600 /root/.ssh/authorized_keys ~quant/.ssh
"""
SERVER_TASKS = ("Use the server as a person does", "Use the server from outside as a person does")
ENVIRONMENT = "/opt/benchwright/envs/workbench"


@pytest.fixture(scope="module")
def hosts() -> Iterator[list[SystemdHost]]:
    channel = build_channel(None, None, progress=print).path
    with ExitStack() as stack:
        volume = f"{channel}:/srv/channel:ro"
        booted = [stack.enter_context(boot("--hostname", name, "--volume", volume)) for name in ("wb-01", "wb-02")]
        booted[1].run(MAKE_QUANT)
        yield booted


class Lab:
    """A project, and the command line in it, at a terminal where a password is asked for."""

    def __init__(self, directory: Path) -> None:
        self.directory, self.home = directory, directory.parent
        (self.home / "tmp").mkdir()
        directory.mkdir()
        # The paths of sockets have to be short.
        self.environment = {
            **os.environ,
            "TMPDIR": str(self.home / "tmp"),
            "ANSIBLE_SSH_CONTROL_PATH_DIR": "/tmp/bw-walk",
        }
        self.environment |= dict.fromkeys(("HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME"), str(self.home))

    def __call__(self, *words: str, code: int = 0) -> str:
        done = subprocess.run(
            [BENCHWRIGHT, *words],
            cwd=self.directory,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, f"{words}: {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        return done.stdout

    def asking(self, *words: str, code: int = 0) -> str:
        """The same where a password is asked for, once; returns stdout."""
        answer = self.home / "answer"
        command = f"{shlex.join([str(BENCHWRIGHT), *words, '-K'])} > {shlex.quote(str(answer))}"
        child = pexpect.spawn(
            "/bin/sh", ["-c", command], cwd=self.directory, env=self.environment, encoding="utf-8", timeout=600
        )
        child.expect_exact(PROMPT)
        child.waitnoecho()
        child.sendline(PASSWORD)
        child.expect(pexpect.EOF)
        child.close()
        said = child.before + answer.read_text()
        assert child.exitstatus == code, f"{words}: {child.exitstatus}\n{said[-6000:]}"
        assert "BECOME" not in said and PASSWORD not in said
        return answer.read_text()

    def describe(self, hosts: list[SystemdHost]) -> None:
        """Edit the project as its owner would: which machines, and what they have."""
        inventory = self.directory / "inventories/ssh"
        known = {name: self._reached(host) for name, host in zip(("wb-01", "wb-02"), hosts, strict=True)}
        known["wb-01"] |= {"ansible_user": "root"}
        known["wb-02"] |= {"ansible_user": "quant", "ansible_become": True}
        (inventory / "hosts.yml").write_text(yaml.safe_dump({"workbenches": {"hosts": known}}))
        variables = inventory / "group_vars/workbenches.yml"
        shipped = variables.read_text()
        assert TOOLS in shipped
        own = {"conda_env_channels": ["file:///srv/channel"], "jupyter_server_ip": "0.0.0.0"}
        variables.write_text(shipped.replace(TOOLS, "linux_base_packages: []") + yaml.safe_dump(own))

    @staticmethod
    def _reached(host: SystemdHost) -> dict[str, Any]:
        address = host.run("hostname --all-ip-addresses").split()[0]
        known = f"-o UserKnownHostsFile={host.scratch}/known_hosts -o StrictHostKeyChecking=accept-new"
        key = str(host.scratch / "ssh_key")
        return {"ansible_host": address, "ansible_ssh_private_key_file": key, "ansible_ssh_common_args": known}


def test_from_an_empty_directory_to_a_report(hosts: list[SystemdHost], tmp_path: Path) -> None:
    lab = Lab(tmp_path / "lab")
    lab("init", "--provider", "ssh")
    lab.describe(hosts)
    lab.asking("plan", "--detailed-exitcode", "--out", "plan.json", code=2)
    applied = json.loads(lab.asking("apply", "--plan", "plan.json", "--diff", "--json"))
    verified = json.loads(lab.asking("verify", "--on-hosts", "--json"))
    exported = lab.asking("export", "--compare")
    # Whoever looks on takes a core, so only here: as short as it is, it plays everything on the host whose sudo asks.
    with watched(tmp_path) as written, naming([PASSWORD]) as seen:
        status = json.loads(lab.asking("status", "--drift", "--json", "--limit", "wb-02"))
    assert (seen, holders(written, [PASSWORD])) == ([], set())
    assert set(applied["hosts"]) == {"wb-01", "wb-02"}
    assert "Make the environments hold what is described" in str(applied["changes"])
    for host in ("wb-01", "wb-02"):
        checks = verified["hosts"][host]["checks"]
        assert {check["task"] for check in checks} == {"Look at the host", *SERVER_TASKS}
        assert all(check["ok"] for check in checks)
        assert "jupyterlab=" in (lab.directory / f"exports/{host}/workbench/environment.yml").read_text()
    assert "hold the same" in exported
    (environment,) = status["hosts"]["wb-02"]["workbench"]["environments"]
    assert (environment["prefix"], environment["state"], status["drift"]) == (ENVIRONMENT, "environment", False)
    page = Path(lab("report", verified["run"]).split(" (")[0]).read_text()
    assert page.count("<svg") == 1
    assert all(page.count(task) >= 2 for task in SERVER_TASKS)
    assert hosts[1].run(f"grep -rlF {PASSWORD} /tmp /var/log /home /etc /root /run/user || true") == ""
    hosts[0].run(f"rm {ENVIRONMENT}/conda-meta/pip-*.json")
    assert f"wb-01: {ENVIRONMENT}:" in lab("status", "--limit", "wb-01")
