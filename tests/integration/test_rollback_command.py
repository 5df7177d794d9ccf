"""`benchwright rollback` and `benchwright releases` as typed, on a real environment, without Ansible and through it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support.host import Host
from support.processor import used_by

BENCHWRIGHT = Path(sys.executable).parent / "benchwright"
INVENTORY = f"all: {{hosts: {{here: {{ansible_connection: local, ansible_python_interpreter: {sys.executable}}}}}}}\n"


@pytest.fixture
def lab(rattler_host: Host) -> Path:
    """An environment with two releases."""
    for package in ("app", "tool"):
        assert rattler_host.call("conda_env", dependencies=[package]).changed
    return rattler_host.prefix


@pytest.fixture(params=["without Ansible", "through Ansible"])
def way(request: pytest.FixtureRequest, tmp_path: Path) -> list[str]:
    """The words that decide which way a command takes."""
    inventory = tmp_path / "hosts.yml"
    inventory.write_text(INVENTORY)
    return [] if request.param == "without Ansible" else ["-i", str(inventory)]


def benchwright(*words: str | Path) -> tuple[int, dict[str, Any], str]:
    done = subprocess.run([BENCHWRIGHT, *words, "--json"], capture_output=True, text=True, check=False)
    return done.returncode, json.loads(done.stdout), done.stderr


def used(*words: str) -> float:
    """Seconds of the processor that a command takes."""
    return used_by(lambda: subprocess.run([BENCHWRIGHT, *words], capture_output=True, check=True))[0]


def packages(environment: Path) -> set[str]:
    return {record.name.split("-")[0] for record in environment.glob("conda-meta/*.json")}


def test_a_rollback_and_one_to_a_digest(lab: Path, way: list[str]) -> None:
    newer = lab.resolve()
    assert packages(lab) == {"app", "lib", "tool"}

    code, document, dummy = benchwright("rollback", lab, "--check", *way)
    assert (code, document["changed"], lab.resolve()) == (0, 1, newer)

    code, document, dummy = benchwright("rollback", lab, "--diff", *way)
    older = lab.resolve()
    assert (code, document["changed"], packages(lab)) == (0, 1, {"app", "lib"})
    [[environment]] = [host["environments"] for host in document["hosts"].values()]
    assert (environment["prefix"], f"lab-{environment['release']}") == (str(lab), older.name)
    assert "-tool 1.0 0" in next(iter(document["changes"][0]["differences"].values()))

    code, document, dummy = benchwright("rollback", lab, "--to", newer.name.rpartition("-")[2], *way)
    assert (code, document["changed"], lab.resolve()) == (0, 1, newer)

    code, document, err = benchwright("rollback", lab, "--to", "0" * 12, *way)
    assert (code, document["changed"], lab.resolve()) == (2, 0, newer)
    assert f"{older.name.rpartition('-')[2]}" in err


def test_releases_are_listed(lab: Path, way: list[str]) -> None:
    current = lab.resolve()
    code, document, dummy = benchwright("releases", lab, *way)
    [[environment]] = [host["environments"] for host in document["hosts"].values()]
    older, newer = environment["releases"]
    assert (code, document["changed"]) == (0, 0)
    assert (older["current"], newer["current"]) == (False, True)
    assert (newer["path"], newer["digest"]) == (str(current), current.name.rpartition("-")[2])
    assert newer["size"] > 0


def test_a_rollback_takes_little_more_of_the_processor_than_the_start_of_a_command(lab: Path) -> None:
    """By the clock, and in seconds, it hangs on the machine and on what else that does; by Ansible it would take many times that."""
    newer = lab.resolve()
    [older] = set(newer.parent.iterdir()) - {newer}
    digests = [path.name.rpartition("-")[2] for path in (older, newer, older)]
    rollbacks = [used("rollback", str(lab), "--to", digest, "--json") for digest in digests]
    assert min(rollbacks) < 3 * min(used("--version") for dummy in rollbacks)
    assert packages(lab) == {"app", "lib"}
