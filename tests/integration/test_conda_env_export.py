"""What an export describes is what is made of it elsewhere, in every format, and nothing has drifted from it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.ansible_call import Answer, call_module
from support.module_call import run_module

from benchwright.channel.build import BuiltChannel

SPECS = ["python", "pip", "numpy", "six"]
PIP = ["humanize==4.12.0"]
# What a careless writer of YAML gets wrong.
VARIABLES = {"LEVEL": "3", "SWITCH": "yes", "MOTTO": "it's: fine # really", "LINES": "one\ntwo", "EMPTY": ""}
Call = Callable[..., Answer]


@pytest.fixture(scope="module")
def lab(channel: BuiltChannel, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The directory of the environment that is exported."""
    directory = tmp_path_factory.mktemp("lab")
    options = {"channels": [channel.url], "dependencies": SPECS, "pip": PIP, "variables": VARIABLES}
    made = call_module("conda_env", {"root_prefix": str(directory), "name": "lab", **options}, directory)
    assert not made.failed, made.result["msg"]
    return str(directory / "envs/lab")


@pytest.fixture
def call(tmp_path: Path) -> Call:
    """Call a module on an environment, given by its directory, or by its name below a directory of the test's own."""

    def call_one(module: str, /, environment: str, **options: Any) -> Answer:
        place = {"prefix" if environment.startswith("/") else "name": environment}
        arguments = {"root_prefix": str(tmp_path / "root"), **place, **options}
        # Only a file of the controller's takes Ansible to be read.
        return (call_module if "file" in options else run_module)(module, arguments, tmp_path)

    return call_one


def told(call: Call, environment: str, **options: Any) -> dict[str, Any]:
    answer = call("conda_env_info", environment, include_variables=True, **options)
    assert not answer.failed, answer.result["msg"]
    (entry,) = answer.result["environments"]
    assert entry["problem"] == ""
    return dict(entry)


def packages(entry: dict[str, Any]) -> set[tuple[str, str, str]]:
    conda = {(package["name"], package["version"], package["build"]) for package in entry["packages"]}
    return conda | {(package["name"], package["version"], "pip") for package in entry["pip"]}


@pytest.mark.parametrize("export_format", ["environment-yaml", "environment-json", "explicit"])
def test_what_is_made_of_an_export_is_what_was_exported(
    call: Call, lab: str, tmp_path: Path, export_format: str
) -> None:
    options = {"format": export_format, "ignore_pip": export_format == "explicit"}
    # As conda calls them: it tells the formats apart by the names of files.
    file = tmp_path / {"environment-json": "environment.json", "explicit": "explicit.txt"}.get(export_format, "lab.yml")
    written = call("conda_env_export", lab, dest=str(file), **options)
    assert written.changed, written.result
    assert not call("conda_env_export", lab, dest=str(file), **options).changed
    assert call("conda_env_export", lab, **options).result["content"] == file.read_text()
    made = call("conda_env", "copy", file=str(file))
    assert not made.failed, made.result["msg"]
    original, copy = told(call, lab), told(call, "copy", file=str(file))
    if export_format == "explicit":
        original = {**original, "pip": [], "variables": {}}
    assert packages(copy) == packages(original)
    assert copy["variables"] == original["variables"]
    assert copy["drift"]["drifted"] is False, copy["drift"]


def test_what_was_asked_for_is_enough_to_make_it_again(call: Call, lab: str, tmp_path: Path) -> None:
    file = tmp_path / "environment.yml"
    call("conda_env_export", lab, dest=str(file), from_history=True)
    assert "openssl" not in file.read_text()
    made = call("conda_env", "copy", file=str(file))
    assert not made.failed, made.result["msg"]
    assert packages(told(call, "copy")) == packages(told(call, lab))


def test_a_list_of_addresses_does_not_lose_pips_packages_in_silence(call: Call, lab: str) -> None:
    answer = call("conda_env_export", lab, format="explicit")
    assert answer.failed
    assert "humanize" in answer.result["msg"]


def test_a_change_by_hand_is_drift(call: Call, lab: str, tmp_path: Path) -> None:
    file, changed = tmp_path / "lab.yml", tmp_path / "root/envs/lab"
    call("conda_env_export", lab, dest=str(file))
    shutil.copytree(lab, changed, symlinks=True)
    assert not told(call, str(changed), file=str(file))["drift"]["drifted"]
    for record in (changed / "conda-meta").glob("six-*.json"):
        record.unlink()
    drift = told(call, str(changed), file=str(file))["drift"]
    assert [line.split("=")[0] for line in drift["missing"]] == ["six"]
