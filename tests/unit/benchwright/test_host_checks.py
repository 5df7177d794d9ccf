"""The roles' testinfra checks, run for real against this machine, and what becomes of what they say."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from benchwright.errors import BenchwrightError
from benchwright.host_checks import host_checks, read_results

PYTHON = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}


def inventory_of(path: Path, **variables: Any) -> str:
    path.write_text(json.dumps({"all": {"hosts": {"here": {**PYTHON, **variables}}}}))
    return str(path)


def facts(directory: Path, prefix: Path) -> str:
    directory.mkdir()
    entry = {"name": "lab", "prefix": str(prefix), "kernel": ""}
    (directory / "benchwright.fact").write_text(json.dumps({"environments": {str(prefix): entry}}))
    return str(directory)


def test_what_is_there_is_well_and_what_is_missing_is_named(tmp_path: Path) -> None:
    (tmp_path / "lab/conda-meta").mkdir(parents=True)
    (tmp_path / "lab/conda-meta/history").touch()
    variables = {"conda_env_facts_directory": facts(tmp_path / "facts.d", tmp_path / "lab")}
    inventory = inventory_of(tmp_path / "hosts.json", linux_base_packages=["coreutils", "no-such-tool"], **variables)
    checks = {check["name"]: check for check in host_checks([inventory], None)["here"]}
    assert checks["the_recorded_environments_are_there"]["ok"]
    tools = checks["the_tools_are_installed"]
    assert (tools["ok"], tools["detail"]) == (False, "not installed: no-such-tool")
    (tmp_path / "lab/conda-meta/history").unlink()
    (check,) = host_checks([inventory], "here", "recorded_environments")["here"]
    assert (check["ok"], check["detail"]) == (False, f"not there: {tmp_path}/lab")


def test_what_does_not_concern_a_host_is_left_out(tmp_path: Path) -> None:
    inventory = inventory_of(tmp_path / "hosts.json", conda_env_facts_directory=str(tmp_path))
    assert host_checks([inventory], None, "environments or tools") == {}


def test_what_is_wrong_is_told(tmp_path: Path) -> None:
    with pytest.raises(BenchwrightError, match="takes one inventory, but there are 2"):
        host_checks(["a", "b"], None)
    with pytest.raises(BenchwrightError, match="the checks could not run"):
        host_checks([inventory_of(tmp_path / "hosts.json")], None, "not an expression(")


def test_without_testinfra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda dummy: None)
    with pytest.raises(BenchwrightError, match=r"pip install 'benchwright\[verify\]'"):
        host_checks(["hosts.yml"], None)


def test_an_error_of_a_check_is_no_success() -> None:
    case = '<testcase name="test_x[ansible://wb-01]" time="1"><error message="no route"/></testcase>'
    (check,) = read_results(f"<testsuites><testsuite>{case}</testsuite></testsuites>")["wb-01"]
    assert (check["ok"], check["detail"], check["name"]) == (False, "no route", "x")
