"""A playbook for one outcome does what check mode said, on a fresh host too, and nothing the second time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.ansible_call import recording
from support.end_state import differences, read_state
from support.site_directory import Site, make_small_site, small_variables
from support.systemd_host import SystemdHost, boot
from support.tiny_channel import TinyChannel

COLLECTION = "benchwright.python"
CONDA = b"#!/bin/sh\necho conda 99.0\n"


@pytest.fixture
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """One of its own, in which a new version is published."""
    return make_small_site(tmp_path_factory.mktemp("site"))


@pytest.fixture
def host(site: Site) -> Iterator[SystemdHost]:
    with boot("--hostname=fresh", "--volume", f"{site.directory}:/srv/site:ro") as host:
        yield host


def changed(host: SystemdHost, site: Site, playbook: str, *flags: str, **variables: str) -> list[Any]:
    """The tasks that changed the host, or in check mode would."""
    record = Path(host.scratch, "changed_tasks.jsonl")
    record.unlink(missing_ok=True)
    done = host.play(f"{COLLECTION}.{playbook}", {**small_variables(site), **variables}, *flags, **recording(record))
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    return list(json.loads(record.read_text())["changed"])


def four_steps(host: SystemdHost, site: Site, playbook: str, **variables: str) -> list[str]:
    """Check, run, check, run; returns the names of the tasks that changed something."""
    before = read_state(host)
    predicted = changed(host, site, playbook, "--check", **variables)
    assert differences(read_state(host), before) == {}
    assert changed(host, site, playbook, **variables) == predicted
    assert changed(host, site, playbook, "--check", **variables) == []
    assert changed(host, site, playbook, **variables) == []
    return [task.rpartition(" : ")[2] for dummy, task in predicted]


def test_one_outcome_after_the_other(host: SystemdHost, site: Site) -> None:
    assert "Have the tools" in four_steps(host, site, "linux_base")
    assert "Make the environments hold what is described" in four_steps(host, site, "conda")
    channel = TinyChannel(site.directory / "channel")
    channel.add("conda", "99.0", files=dict.fromkeys(["bin/conda", "condabin/conda", "etc/profile.d/conda.sh"], CONDA))
    assert changed(host, site, "conda") == []
    assert four_steps(host, site, "conda", miniconda_conda="99") == ["Have the versions in base that were asked for"]
    assert host.run("/opt/conda/bin/conda") == "conda 99.0\n"
    assert host.run("stat --format '%A %G' /opt/conda/share/conda") == "drwxrwsr-x staff\n"
    channel.add("small-tool", "2.0", depends=["small-base"])
    assert four_steps(host, site, "update_environments") == ["Make the environments hold what is described"]
    assert host.run("cat /opt/benchwright/envs/small/share/small-tool/version.txt") == "small-tool 2.0\n"
    assert "Remove what was installed" in four_steps(host, site, "remove_workbench")
    assert (
        host.run("ls -d /opt/conda /opt/benchwright/envs/small /etc/benchwright /var/lib/benchwright || true").count(
            "No such"
        )
        == 4
    )
