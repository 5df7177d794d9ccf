"""What the conda modules return is what their documentation says, each value of the documented type."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support.host import Host

MODULES = ("conda_env", "conda_env_export", "conda_env_info", "conda_package", "conda_package_info")
TYPES = {"str": str, "list": list, "dict": dict, "bool": bool, "int": int, "float": float}
# What Ansible adds to every result, and what diff mode does.
ANSIBLES = {"changed", "invocation", "diff", "warnings", "deprecations"}
# What it tells of every file that a module names in its result.
OF_A_FILE = {"mode", "owner", "group", "uid", "gid", "size", "state", "secontext"}


@pytest.fixture(scope="module")
def documented() -> dict[str, dict[str, Any]]:
    command = [
        Path(sys.executable).parent / "ansible-doc",
        "--json",
        *(f"benchwright.python.{name}" for name in MODULES),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return {name.rpartition(".")[2]: entry["return"] for name, entry in json.loads(done.stdout).items()}


def undocumented(found: dict[str, Any], described: dict[str, Any], path: str = "") -> list[str]:
    """What is there and not described, described as always there and not there, or of another type."""
    wrong = [
        f"{path}{key} is not documented"
        for key in set(found) - set(described) - ANSIBLES - (OF_A_FILE if "dest" in found else set())
    ]
    for key, entry in described.items():
        if key not in found:
            wrong += [f"{path}{key} is missing"] if entry["returned"] in ("success", "always") else []
            continue
        if not isinstance(found[key], TYPES[entry["type"]]):
            wrong.append(f"{path}{key} is a {type(found[key]).__name__}")
        items = found[key] if isinstance(found[key], list) else [found[key]]
        for item in items if "contains" in entry else ():
            wrong += undocumented(item, entry["contains"], f"{path}{key}.")
    return wrong


def test_every_value_is_documented(documented: dict[str, dict[str, Any]], rattler_host: Host) -> None:
    host = rattler_host
    described = {"dependencies": ["app >=1", "absent"], "variables": {"LEVEL": "4"}}
    calls: list[tuple[str, dict[str, Any]]] = [
        ("conda_env", {"dependencies": ["app"], "variables": {"LEVEL": "3"}}),
        ("conda_package", {"packages": ["tool"]}),
        ("conda_package_info", {"packages": ["app", "absent"]}),
        ("conda_env_info", {"name": None, "channels": None}),
        ("conda_env_info", {"size": True, "verify_files": True, "include_variables": True, **described}),
        ("conda_env_export", {}),
        ("conda_env_export", {"dest": str(host.directory / "lab.yml"), "backup": True}),
        ("conda_env_export", {"dest": str(host.directory / "lab.yml"), "backup": True, "no_builds": True}),
        ("conda_env", {"state": "exact", "dependencies": ["app"]}),
        ("conda_env", {"state": "absent"}),
    ]
    for module, options in calls:
        if module == "conda_package_info":
            options["name"] = None
        answer = host.call(module, **options)
        assert not answer.failed, answer.result["msg"]
        assert undocumented(answer.result, documented[module]) == [], module
