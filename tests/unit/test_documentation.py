"""Every module's examples are playbooks that Ansible accepts, and its documented options are those it takes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
MODULES = sorted(path.stem for path in (ROOT / "plugins/modules").glob("*.py"))


@pytest.fixture(scope="module")
def documentation() -> dict[str, Any]:
    names = [f"benchwright.python.{name}" for name in MODULES]
    done = subprocess.run([BIN / "ansible-doc", "--json", *names], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", MODULES)
def test_documentation_is_whole(documentation: dict[str, Any], name: str) -> None:
    entry = documentation[f"benchwright.python.{name}"]
    assert entry["doc"]["short_description"]
    assert {"check_mode", "diff_mode", "idempotent"} <= set(entry["doc"]["attributes"])
    assert all(option["description"] for option in entry["doc"]["options"].values())
    assert entry["return"]


@pytest.mark.parametrize("name", MODULES)
def test_examples_use_documented_options(documentation: dict[str, Any], name: str) -> None:
    entry = documentation[f"benchwright.python.{name}"]
    required = {option for option, described in entry["doc"]["options"].items() if described.get("required")}
    for task in yaml.safe_load(entry["examples"]):
        used = task.get(f"benchwright.python.{name}", {})
        assert set(used) <= set(entry["doc"]["options"])
        assert not used or required <= set(used)


def test_examples_are_playbooks(documentation: dict[str, Any], tmp_path: Path) -> None:
    for name in MODULES:
        tasks = yaml.safe_load(documentation[f"benchwright.python.{name}"]["examples"])
        (tmp_path / f"{name}.yml").write_text(
            yaml.safe_dump([{"hosts": "localhost", "tasks": tasks}]), encoding="utf-8"
        )
    command = [BIN / "ansible-playbook", "-i", "localhost,", "--syntax-check", *sorted(tmp_path.glob("*.yml"))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("playbook: ") == len(MODULES)


@pytest.mark.parametrize("name", ["linux_base", "conda_env", "jupyter_server"])
def test_roles_can_be_read_about(name: str) -> None:
    command = [BIN / "ansible-doc", "-t", "role", f"benchwright.python.{name}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert f"{name}_" in done.stdout
