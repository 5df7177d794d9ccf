"""From a token to machines that work, and back to nothing."""

from __future__ import annotations

import itertools
import json
import os
import re
import subprocess
import time

import pytest

from .conftest import BENCHWRIGHT, Cloud

WHOLE = pytest.mark.skipif(
    os.environ.get("BENCHWRIGHT_CLOUD") != "all",
    reason="a whole workbench on each machine takes minutes: BENCHWRIGHT_CLOUD=all",
)


def test_machines_come_are_found_are_kept_and_go(cloud: Cloud) -> None:
    cloud.describe("wb-01", "wb-02", machines_expires="2999-12-31")
    told = cloud.run("provision", "--check").stderr
    assert "would create 2 x s-1vcpu-2gb in fra1, about $24.00 a month" in told
    assert cloud.containers.left() == []

    made = cloud.run("provision")
    assert re.findall(r"^(wb-0\d): [\d.]+$", made.stdout, re.MULTILINE) == ["wb-01", "wb-02"]
    assert cloud.machine("cloud-init status").strip() == "status: done"
    assert cloud.machine("hostname", "wb-02").strip() == "wb-02"
    assert "no change" in cloud.run("provision").stderr
    listed = json.loads(cloud.run("hosts", "--json").stdout)["machines"]
    assert [(each["name"], each["role"], each["expires"], each["monthly_cost"]) for each in listed] == [
        (name, "workbench", "2999-12-31", 12.0) for name in ("wb-01", "wb-02")
    ]
    assert "no host's last day is over (2 hosts)" in cloud.run("hosts", "--expired").stdout
    assert len(cloud.known_hosts.read_text().splitlines()) >= 2

    cloud.machine("rm /etc/ssh/ssh_host_*; ssh-keygen -A; systemctl restart ssh")
    cloud.forget_connections()
    changed = cloud.run("run", "linux_base", "-e", "linux_base_packages=[]", "--limit", "wb-01", code=4)
    assert "REMOTE HOST IDENTIFICATION HAS CHANGED" in changed.stderr

    assert "the project is workbench, not lab" in cloud.run("destroy", "--project", "lab", code=1).stderr
    assert len(cloud.containers.left()) == 2
    gone = cloud.run("destroy", "--project", "workbench")
    assert gone.stdout == "nothing is left of the project workbench\n"
    assert cloud.containers.left() == []
    assert cloud.known_hosts.read_text() == ""
    assert "the inventory has no host" in cloud.run("hosts").stdout
    assert "no change" in cloud.run("destroy", "--yes").stderr


def test_what_is_wrong_is_told_before_anything_is_made(cloud: Cloud) -> None:
    cloud.describe("wb-01", machines_admin_networks=["0.0.0.0/0"])
    assert "lets the whole world in" in cloud.run("provision", code=2).stderr
    cloud.describe("wb-01", "wb-01")
    assert "must be unique" in cloud.run("provision", code=2).stderr
    cloud.describe("wb-01")
    assert (
        "the token is wrong, expired or revoked" in cloud.run("provision", token="dop_v1_not_this_one", code=1).stderr
    )
    assert cloud.api.account.droplets == {}


@WHOLE
@pytest.mark.parametrize("count", [1, 10])
def test_a_whole_workbench(cloud: Cloud, count: int, record_property: pytest.RecordProperty) -> None:
    """The times are printed with -s, and are properties in JUnit's report."""
    names = [f"wb-{number:02}" for number in range(1, count + 1)]
    cloud.describe(*names)
    began = {"provision": time.monotonic()}
    cloud.run("provision")
    began["up"] = time.monotonic()
    up = cloud.run("up", "-f", "10")
    began["verify_outside"] = time.monotonic()
    assert len(re.findall(r"^wb-\d+: https://[\d.]+:8888", up.stdout, re.MULTILINE)) == count
    outside = json.loads(cloud.run("run", "verify_outside", "--json").stdout)
    assert all(check["ok"] for name in names for check in outside["hosts"][name]["checks"])
    began["again"] = time.monotonic()
    assert json.loads(cloud.run("up", "-f", "10", "--json").stdout)["changed"] == 0
    began["destroy"] = time.monotonic()
    cloud.run("destroy", "--yes")
    began["end"] = time.monotonic()
    assert cloud.containers.left() == []
    steps = [*began]
    for step, following in itertools.pairwise(steps):
        record_property(step, round(began[following] - began[step], 1))
        print(f"{count} machines: {step} {began[following] - began[step]:.0f} s")


@WHOLE
def test_a_machine_that_somebody_has(cloud: Cloud) -> None:
    """``benchwright up HOST``, as for a machine that was made by hand."""
    key = (cloud.project / "key.pub").read_text(encoding="utf-8").strip()
    address = cloud.containers.boot(1, "wb-01", [key], "#cloud-config\ndisable_root: false\n")
    cloud.api.account.droplets[1] = {"id": 1, "name": "wb-01"}
    cloud.machine("until systemctl is-active ssh; do sleep 0.5; done")
    here = {"ansible_ssh_common_args": f"-o StrictHostKeyChecking=accept-new -o UserKnownHostsFile={cloud.known_hosts}"}
    here["conda_env_channels"] = ["file:///srv/channel"]  # type: ignore[assignment]
    words = [BENCHWRIGHT, "up", f"root@{address}", "--private-key", cloud.project / "key", "-e", json.dumps(here)]
    for verdict in ("changes made", "no change: everything is as described"):
        done = subprocess.run(
            words, cwd=cloud.project, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        assert verdict in done.stderr
        assert f"{address}: https://{address}:8888" in done.stdout
        assert done.stderr.count("✓") > 10
