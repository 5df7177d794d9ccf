"""A machine that somebody has just got, with ssh and without Python."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator

import pytest
from support.systemd_host import SystemdHost, boot

from .conftest import BENCHWRIGHT

PURGE = "apt-get -qq -y purge --auto-remove '^(lib)?python3.*' && ! command -v python3"


@pytest.fixture
def bare(mounts: list[str]) -> Iterator[SystemdHost]:
    with boot(*mounts) as host:
        host.run(PURGE)
        yield host


def test_python_is_installed_where_there_is_none(bare: SystemdHost) -> None:
    predicted = bare.play("benchwright.python.ready", {}, "--check")
    assert predicted.returncode == 2
    assert "there is no python3; a run would install it" in predicted.stdout
    bare.run("! command -v python3")

    twice = ["benchwright.python.ready"] * 2  # in one run: the second time changes nothing
    made = bare.play("benchwright.python.reach", {}, *twice)
    assert made.returncode == 0, made.stdout
    assert "changed=1 " in made.stdout


def test_it_becomes_a_workbench(bare: SystemdHost) -> None:
    """``benchwright up HOST``, as for a machine that was made by hand."""
    known_hosts = f"-o StrictHostKeyChecking=accept-new -o UserKnownHostsFile={bare.scratch}/known_hosts"
    here = {"ansible_ssh_common_args": known_hosts, "conda_env_channels": ["file:///srv/channel"]}
    words = ["up", f"root@{bare.address}", "--private-key", bare.scratch / "ssh_key", "-e", json.dumps(here)]
    for verdict in ("changes made", "no change: everything is as described"):
        done = subprocess.run(
            [BENCHWRIGHT, *words],
            cwd=bare.scratch,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert verdict in done.stderr
        assert f"{bare.address}: https://{bare.address}:8888" in done.stdout
        assert done.stderr.count("✓") > 10
