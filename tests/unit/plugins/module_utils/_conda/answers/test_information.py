# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is told about environments is what is in them; damage in one hides no other; no secret is told."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.answers.places import (
    environment_name,
    known_prefixes,
)
from ansible_collections.benchwright.python.plugins.module_utils._conda.answers.survey import (
    list_environments,
    one_environment,
)
from ansible_collections.benchwright.python.plugins.module_utils._conda.changes.guards import ChangeError
from ansible_collections.benchwright.python.plugins.module_utils._conda.descriptions.environment import (
    EnvironmentFileError,
)

FORGE = "https://me:hunter2@conda.example.org/t/TOKEN/conda-forge"
NOTHING = {
    "name": None,
    "prefix": None,
    "root_prefix": None,
    "engine": "auto",
    "executable": None,
    "channels": [],
    "accept_anaconda_terms": False,
    "dependencies": [],
    "pip": [],
    "variables": {},
    "packages": [],
    "pip_complete": False,
    "include_variables": False,
    "size": False,
    "verify_files": False,
}
Tell = Callable[..., dict[str, Any]]


def record(
    name: str, version: str = "1.0", depends: tuple[str, ...] = (), files: tuple[str, ...] = ()
) -> dict[str, Any]:
    fields = {"name": name, "version": version, "build": "0", "build_number": 0, "depends": list(depends)}
    place = {"subdir": "linux-64", "channel": f"{FORGE}/linux-64", "url": f"{FORGE}/linux-64/{name}-{version}-0.conda"}
    return {**fields, **place, "md5": "a" * 32, "sha256": "b" * 64, "license": "MIT", "files": list(files)}


def make(prefix: Path, *records: dict[str, Any], variables: dict[str, str] | None = None) -> Path:
    meta = prefix / "conda-meta"
    meta.mkdir(parents=True)
    for fields in records:
        (meta / f"{fields['name']}-{fields['version']}-{fields['build']}.json").write_text(json.dumps(fields))
    (meta / "history").write_text(
        f"==> 2026-01-01 00:00:00 <==\n# cmd: conda create -c {FORGE} numpy\n# update specs: ['numpy >=1']\n"
    )
    (meta / "state").write_text(json.dumps({"version": 1, "env_vars": variables or {}}))
    return prefix


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    packages = [record("python", "3.12.1"), record("numpy", "2.0", ("python", "blas")), record("blas")]
    site = tmp_path / "root/envs/lab/lib/python3.12/site-packages/humanize-4.1.dist-info"
    site.mkdir(parents=True)
    (site / "METADATA").write_text("Name: humanize\nVersion: 4.1\n")
    (site / "INSTALLER").write_text("pip\n")
    return make(tmp_path / "root/envs/lab", *packages, variables={"PASSWORD": "hunter2"})


@pytest.fixture
def tell(lab: Path) -> Tell:
    return lambda **options: one_environment({**NOTHING, "prefix": str(lab), **options})


def test_one_environment_is_told_whole_and_without_secrets(tell: Tell) -> None:
    told = tell()
    assert (told["name"], told["state"], told["problem"], told["python"]) == ("lab", "environment", "", "3.12.1")
    assert [package["name"] for package in told["packages"]] == ["blas", "numpy", "python"]
    assert told["packages"][1] == {
        "name": "numpy",
        "version": "2.0",
        "build": "0",
        "build_number": 0,
        "subdir": "linux-64",
        "license": "MIT",
        "md5": "a" * 32,
        "sha256": "b" * 64,
        "channel": "https://conda.example.org/conda-forge",
        "url": "https://conda.example.org/conda-forge/linux-64/numpy-2.0-0.conda",
        "requested": True,
    }
    assert told["pip"] == [{"name": "humanize", "version": "4.1", "installer": "pip", "direct_url": ""}]
    assert told["requested"] == {"numpy": "numpy >=1"}
    assert told["variables"] == {"PASSWORD": None}
    assert told["revisions"][0]["date"] == "2026-01-01 00:00:00"
    assert "hunter2" not in json.dumps(told)
    assert "TOKEN" not in json.dumps(told)


def test_values_of_variables_are_told_when_asked_for(tell: Tell) -> None:
    assert tell(include_variables=True)["variables"] == {"PASSWORD": "hunter2"}


@pytest.fixture
def with_pip(lab: Path) -> None:
    """What a description with a pip section asks for as well."""
    (lab / "conda-meta/pip-1.0-0.json").write_text(json.dumps(record("pip")))


@pytest.mark.usefixtures("with_pip")
def test_nothing_has_drifted_where_everything_is_as_described(tell: Tell) -> None:
    told = tell(dependencies=["numpy"], pip=["humanize"], variables={"PASSWORD": "hunter2"}, channels=["conda-forge"])
    assert not told["drift"]["drifted"], told["drift"]


@pytest.mark.parametrize(
    ("description", "part", "found"),
    [
        ({"dependencies": ["numpy", "six"]}, "missing", ["six: not installed"]),
        ({"dependencies": ["numpy>=3"]}, "missing", ["numpy>=3: 2.0 0 is installed"]),
        ({"dependencies": ["blas"]}, "surplus", ["numpy", "python"]),
        ({"dependencies": ["numpy"], "pip": ["humanize>=5"]}, "pip_missing", ["humanize>=5"]),
        ({"dependencies": ["numpy"]}, "pip_surplus", ["humanize"]),
        ({"dependencies": ["numpy"], "variables": {"PASSWORD": "x"}}, "variables", ["PASSWORD"]),
        ({"dependencies": ["numpy"]}, "variables_surplus", ["PASSWORD"]),
        (
            {"dependencies": ["blas"], "channels": ["bioconda"]},
            "other_channels",
            [f"{name} from https://conda.example.org/conda-forge" for name in ("blas", "numpy", "python")],
        ),
        (
            {"packages": [{"url": f"{FORGE}/linux-64/numpy-3.0-0.conda", "sha256": "", "md5": ""}]},
            "different",
            {"numpy": "2.0 0 is not the locked 3.0 0"},
        ),
        (
            {"packages": [{"url": f"{FORGE}/linux-64/r-base-3.0-0.conda", "sha256": "", "md5": ""}]},
            "missing",
            ["r-base-3.0-0: not installed"],
        ),
    ],
)
def test_drift_is_named(description: dict[str, Any], part: str, found: Any, tell: Tell) -> None:
    drift = tell(**description)["drift"]
    assert drift["drifted"]
    assert drift[part] == found


def test_all_is_missing_where_there_is_no_environment(tmp_path: Path) -> None:
    options = {**NOTHING, "prefix": str(tmp_path / "absent"), "dependencies": ["numpy"], "variables": {"LEVEL": "3"}}
    told = one_environment(options)
    assert (told["state"], told["drift"]["drifted"]) == ("absent", True)
    assert (told["drift"]["missing"], told["drift"]["variables"]) == (["numpy: not installed"], ["LEVEL"])


@pytest.mark.usefixtures("with_pip")
def test_files_that_are_gone_are_drift_when_they_are_looked_for(lab: Path) -> None:
    (lab / "conda-meta/blas-1.0-0.json").write_text(json.dumps(record("blas", files=("lib/libblas.so",))))
    options = {
        **NOTHING,
        "prefix": str(lab),
        "dependencies": ["numpy"],
        "pip": ["humanize"],
        "variables": {"PASSWORD": "hunter2"},
    }
    assert not one_environment(options)["drift"]["drifted"]
    told = one_environment({**options, "verify_files": True})
    assert told["missing_files"] == {"blas": ["lib/libblas.so"]}
    assert told["drift"]["drifted"]


@pytest.mark.parametrize(("text", "message"), [("", ""), ('{"message": "ask Ann"}', "ask Ann")])
def test_a_frozen_environment_says_why(lab: Path, tell: Tell, text: str, message: str) -> None:
    assert tell()["frozen"] is False
    (lab / "conda-meta/frozen").write_text(text)
    assert (tell()["frozen"], tell()["frozen_message"]) == (True, message)


def test_an_environment_that_is_not_there_is_an_answer(tmp_path: Path) -> None:
    told = one_environment({**NOTHING, "prefix": str(tmp_path / "none"), "dependencies": ["six"]})
    assert (told["state"], told["problem"]) == ("absent", "")
    assert "packages" not in told


def test_a_name_without_a_root_prefix_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ChangeError, match="root_prefix"):
        one_environment({**NOTHING, "name": "lab"})


def test_a_damaged_environment_says_so_and_hides_no_other(lab: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(lab))
    make(lab.parent / "whole", record("six"))
    (lab / "conda-meta/python-3.12.1-0.json").write_text('{"name": "pyth')
    told = list_environments({**NOTHING, "root_prefix": str(lab.parents[1])})
    problems = {entry["name"]: entry["problem"] for entry in told if entry["prefix"].startswith(str(lab.parents[1]))}
    assert problems.pop("whole") == ""
    assert "python-3.12.1-0.json is no JSON" in problems.pop("lab")
    assert problems == {}
    assert "is no JSON" in one_environment({**NOTHING, "prefix": str(lab)})["problem"]


def test_a_description_without_an_environment_is_refused() -> None:
    with pytest.raises(EnvironmentFileError, match="'name' or 'prefix'"):
        list_environments({**NOTHING, "dependencies": ["six"]})


def test_environments_are_found_where_conda_finds_them(tmp_path: Path) -> None:
    root, home = tmp_path / "root", tmp_path / "home"
    for path in (root, root / "envs/b", root / "envs/a", root / "envs/.releases", tmp_path / "noted"):
        make(path)
    (root / "envs/plain").mkdir()
    (home / ".conda").mkdir(parents=True)
    lines = [str(tmp_path / "noted"), str(root / "envs/a") + "/", "", "relative", str(tmp_path / "gone")]
    (home / ".conda/environments.txt").write_text("\n".join(lines) + "\n")
    wanted = [str(path) for path in (root, root / "envs/a", root / "envs/b", tmp_path / "noted")]
    assert known_prefixes(str(root), [str(home), str(tmp_path / "nobody")]) == wanted
    assert known_prefixes(None, [str(home)]) == [wanted[3], wanted[1]]


@pytest.mark.parametrize(
    ("prefix", "name"),
    [("/opt/conda", "base"), ("/opt/conda/envs/lab", "lab"), ("/srv/envs/x", "x"), ("/srv/other", "")],
)
def test_an_environment_is_called_as_conda_calls_it(prefix: str, name: str) -> None:
    assert environment_name(prefix, "/opt/conda") == name


def test_the_size_is_what_du_counts(tell: Tell, lab: Path) -> None:
    (lab / "big").write_bytes(os.urandom(100_000))
    os.link(lab / "big", lab / "lib/again")
    (lab / "link").symlink_to("/")
    counted = subprocess.run(["du", "--summarize", "--block-size=1", lab], capture_output=True, text=True, check=True)
    assert tell(size=True)["size"] == int(counted.stdout.split()[0])


def test_three_hundred_packages_are_told_quickly(tmp_path: Path) -> None:
    """About 20 ms where nothing else runs; the bound allows for a busy machine."""
    files = tuple(f"lib/python3.12/site-packages/some_package/module_number_{number}.py" for number in range(140))
    make(tmp_path / "big", *(record(f"package-{number}", files=files) for number in range(300)))
    options = {**NOTHING, "prefix": str(tmp_path / "big")}
    best = float("inf")
    for dummy in range(5):
        began = time.process_time()
        assert len(one_environment(options)["packages"]) == 300
        best = min(best, time.process_time() - began)
    assert best < 0.05 * 3
