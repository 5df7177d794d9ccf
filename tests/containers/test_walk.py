"""The walk that a project is: init, plan, apply, verify, status, export, report; two hosts with systemd, over ssh."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import yaml
from support.site_directory import Site, small_variables
from support.systemd_host import SystemdHost, boot

BENCHWRIGHT = Path(sys.executable).with_name("benchwright")
SITE = "- name: Environments\n  ansible.builtin.import_playbook: benchwright.python.conda\n"


@pytest.fixture(scope="module")
def hosts(small_site: Site) -> Iterator[list[SystemdHost]]:
    with ExitStack() as stack:
        volume = f"{small_site.directory}:/srv/site:ro"
        yield [stack.enter_context(boot("--hostname", name, "--volume", volume)) for name in ("wb-01", "wb-02")]


class Lab:
    """A project, and the command line in it. ``control`` is short, as the paths of sockets have to be."""

    def __init__(self, directory: Path, control: Path) -> None:
        self.directory, self.control = directory, control

    def __call__(self, *words: str, code: int = 0) -> str:
        home = self.directory.parent
        environment = {**os.environ, "HOME": str(home), "XDG_STATE_HOME": str(home), "XDG_CONFIG_HOME": str(home)}
        environment["ANSIBLE_SSH_CONTROL_PATH_DIR"] = str(self.control)
        done = subprocess.run(
            [BENCHWRIGHT, *words],
            cwd=self.directory,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, f"{words}: {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        return done.stdout

    def describe(self, hosts: list[SystemdHost], site: Site) -> None:
        """Edit the project as its owner would: which machines, and what they have."""
        inventory = self.directory / "inventories/ssh"
        known = {
            f"wb-0{number}": {"ansible_host": host.name, "ansible_ssh_common_args": f"-F {host.scratch}/ssh_config"}
            for number, host in enumerate(hosts, start=1)
        }
        (inventory / "hosts.yml").write_text(yaml.safe_dump({"workbenches": {"hosts": known}}))
        described = {"ansible_user": "root", "ansible_python_interpreter": "/usr/bin/python3", **small_variables(site)}
        described["linux_base_packages"] = []
        for path in (inventory / "group_vars").iterdir():
            path.unlink()
        (inventory / "group_vars/workbenches.yml").write_text(yaml.safe_dump(described))
        (self.directory / "playbooks/site.yml").write_text(SITE)


def test_from_an_empty_directory_to_a_report(hosts: list[SystemdHost], small_site: Site, tmp_path: Path) -> None:
    (tmp_path / "lab").mkdir()
    lab = Lab(tmp_path / "lab", hosts[0].scratch / "control")
    lab("init", "--provider", "ssh")
    lab.describe(hosts, small_site)
    lab("plan", "--detailed-exitcode", "--out", "plan.json", code=2)
    applied = json.loads(lab("apply", "--plan", "plan.json", "--diff", "--json"))
    assert applied["changed"] > 0
    assert set(applied["hosts"]) == {"wb-01", "wb-02"}
    page = Path(lab("report").split(" (")[0]).read_text()
    assert "small-tool" in page and page.count("<svg") == 1
    checks = json.loads(lab("verify", "--hosts-only", "--json"))["hosts"]
    assert all(check["ok"] for host in ("wb-01", "wb-02") for check in checks[host]["checks"])
    status = json.loads(lab("status", "--drift", "--json"))
    assert [host["workbench"]["environments"][0]["state"] for host in status["hosts"].values()] == ["environment"] * 2
    lab("export", "--compare")
    assert "small-tool" in (tmp_path / "lab/exports/wb-02/small/environment.yml").read_text()
    hosts[1].run("rm -r /opt/benchwright/envs/small/conda-meta/small-tool-*")
    assert "wb-02: /opt/benchwright/envs/small:" in lab("status")
