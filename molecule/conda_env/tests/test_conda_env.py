"""What the role made of a fresh Debian: environments, a kernel that starts, rights, and local facts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ENVIRONMENTS = "/opt/benchwright/envs"
KERNEL = "/usr/local/share/jupyter/kernels/study/kernel.json"
CELL = """
import json, sys
from jupyter_client.manager import start_new_kernel
manager, client = start_new_kernel(kernel_name="study")
told = []
def hear(message):
    if message["msg_type"] == "stream":
        told.append(message["content"]["text"])
client.execute_interactive("import sys; print(sys.prefix, 6 * 7)", timeout=60, output_hook=hear)
manager.shutdown_kernel(now=True)
print("".join(told))
"""


@pytest.fixture(scope="module")
def local_facts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What Ansible's setup reads on each host."""
    tree = tmp_path_factory.mktemp("facts")
    project, scenario = (Path(os.environ[f"MOLECULE_{name}_DIRECTORY"]) for name in ("PROJECT", "SCENARIO"))
    inventories = [f"--inventory={path}/inventory" for path in (project / "molecule/shared", scenario)]
    command = [Path(sys.executable).parent / "ansible", "all:!localhost", *inventories, f"--tree={tree}"]
    asked = ["--module-name=ansible.builtin.setup", "--args=gather_subset=!all,!min,local filter=ansible_local"]
    subprocess.run([*command, *asked], capture_output=True, check=True)
    return {path.name: json.loads(path.read_text())["ansible_facts"]["ansible_local"] for path in tree.iterdir()}


def test_a_cell_runs_in_the_registered_kernel_of_the_current_release(host) -> None:
    python, release = f"{ENVIRONMENTS}/study/bin/python", host.file(f"{ENVIRONMENTS}/study").linked_to
    done = host.run("runuser -u quant -- env HOME=/tmp %s -c %s", python, CELL)
    assert done.stdout.split() == [release, "42"], done.stderr


def test_the_kernelspec_leads_through_the_environments_own_path(host) -> None:
    spec = json.loads(host.file(KERNEL).content_string)
    assert spec["argv"][0] == f"{ENVIRONMENTS}/study/bin/python"
    assert spec["display_name"] == "Python of the course"


def test_all_that_is_the_environments_alone_belongs_to_its_owner(host) -> None:
    release = host.file(f"{ENVIRONMENTS}/study").linked_to
    # Python compiles, and a run that finds nothing to do notes that.
    find = f"find {release} -not -name .benchwright-files -not -path '*/__pycache__*'"
    assert host.check_output(f"{find} -not -user quant -not \\( -type f -links +1 \\)") == ""
    assert host.check_output(f"{find} -type d -not -perm 2775") == ""
    assert host.check_output(f"{find} -type f -links 1 -not -perm 664 -not -perm 775") == ""
    assert host.check_output("find /opt/benchwright/pkgs -user quant") == ""
    assert host.run(f"runuser -u quant -- touch {release}/share/mine {release}/conda-meta/history").rc == 0
    host.check_output(f"rm {release}/share/mine")


def test_setup_reads_what_was_made(host, local_facts: dict[str, Any]) -> None:
    name = host.backend.get_pytest_id().rpartition("-")[2]
    recorded = local_facts[name]["benchwright"]["environments"]
    assert sorted(entry["name"] for entry in recorded.values()) == ["locked", "study", "tools"]
    study, locked = recorded[f"{ENVIRONMENTS}/study"], recorded[f"{ENVIRONMENTS}/locked"]
    assert (study["kernel"], locked["kernel"]) == ("study", "")
    assert sorted(study["versions"]) == ["ipykernel", "python"]
    assert study["versions"]["python"] in host.check_output(f"{ENVIRONMENTS}/study/bin/python --version")
    assert sorted(locked["versions"]) == ["bzip2", "libzlib"]
    for entry in recorded.values():
        assert host.file(entry["prefix"]).linked_to.endswith(entry["release"])
        assert len(entry["description"]) == 64


def test_nobody_can_change_what_others_share(host) -> None:
    """The files that are linked to the package cache are root's still, so they cannot be written in place."""
    release = host.file(f"{ENVIRONMENTS}/study").linked_to
    shared = host.check_output(f"find {release} -type f -links +1 -name '*.py' | head -n 1")
    assert host.file(shared).user == "root"
    assert host.run(f"runuser -u quant -- sh -c 'echo x >> {shared}'").rc != 0
