# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module as Ansible runs it, with a real engine and a channel on this disk."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.tiny_channel import TinyChannel

Call = Callable[..., dict[str, Any]]


@pytest.fixture
def channel(tmp_path: Path) -> TinyChannel:
    channel = TinyChannel(tmp_path / "lab")
    channel.add("six", "1.0")
    channel.add("six", "2.0")
    channel.add("python", "3.12", depends=["pip"])
    channel.add("pip", "25.0", depends=["python"])
    return channel


@pytest.fixture
def conda_env(run_module: Call, tmp_path: Path, channel: TinyChannel) -> Call:
    defaults = {"root_prefix": str(tmp_path / "root"), "name": "lab", "channels": [channel.url], "engine": "rattler"}

    def call(check: bool = False, **options: Any) -> dict[str, Any]:
        given = {**defaults, **options}
        return run_module("conda_env", check, **{key: given[key] for key in given if given[key] is not None})

    return call


@pytest.fixture
def prefix(tmp_path: Path) -> Path:
    return tmp_path / "root/envs/lab"


def specs(prefix: Path) -> dict[str, list[str]]:
    records = [json.loads(path.read_text()) for path in (prefix / "conda-meta").glob("*.json")]
    return {record["name"]: record["requested_specs"] for record in records}


def test_it_comes_as_check_mode_says_and_goes(conda_env: Call, prefix: Path) -> None:
    wanted = {"dependencies": ["six=1"], "variables": {"LEVEL": 3}}
    predicted = conda_env(check=True, **wanted)
    assert not prefix.exists()
    did = conda_env(**wanted)
    assert {**did, "diff": predicted["diff"], "invocation": 0} == {**predicted, "invocation": 0}
    assert (did["changed"], did["link"], did["variables"]) == (True, ["six 1.0 0"], ["LEVEL"])
    assert specs(prefix) == {"six": ["six=1"]}
    assert [conda_env(check=check, **wanted)["changed"] for check in (True, False)] == [False, False]
    assert [conda_env(check=check, state="absent")["changed"] for check in (True, False, True)] == [True, True, False]
    assert not prefix.exists()


def test_nobody_asked_for_python_and_it_stays_when_something_comes(
    conda_env: Call, prefix: Path, channel: TinyChannel
) -> None:
    """Of a lock, python and pip need each other; then a solver is asked for six alone."""
    lock = [{"url": f"{channel.url}/noarch/{file}-0.conda"} for file in ("python-3.12", "pip-25.0")]
    assert conda_env(packages=lock)["link"] == ["pip 25.0 0", "python 3.12 0"]
    assert conda_env(dependencies=["six"])["link"] == ["six 2.0 0"]
    assert sorted(specs(prefix)) == ["pip", "python", "six"]


def test_a_package_of_the_same_build_comes_from_the_channel_that_is_asked_for(
    conda_env: Call, prefix: Path, tmp_path: Path
) -> None:
    other = TinyChannel(tmp_path / "forge")
    other.add("six", "2.0", files={"share/forge": b"forge"})
    conda_env(dependencies=["six"])
    wanted = {"dependencies": [f"{other.url}::six"], "channels": [other.url]}
    predicted = conda_env(check=True, **wanted)
    assert (predicted["changed"], predicted["repair"]) == (True, ["six 2.0 0"])
    assert conda_env(**wanted)["repair"] == ["six 2.0 0"]
    assert (prefix / "share/forge").exists()
    assert not conda_env(**wanted)["changed"]


def test_another_digest_is_linked_again_and_what_is_not_the_locked_file_is_refused(
    conda_env: Call, prefix: Path, channel: TinyChannel, tmp_path: Path
) -> None:
    other = TinyChannel(tmp_path / "forge").add("six", "2.0", files={"share/forge": b"forge"})
    conda_env(dependencies=["six"])
    answer = conda_env(packages=[{"url": other["url"], "sha256": "0" * 64}])
    assert answer["failed"]
    assert "six-2.0-0.conda" in answer["msg"]
    assert not (prefix / "share/forge").exists()
    assert conda_env(packages=[{"url": other["url"], "sha256": other["sha256"].upper()}])["repair"] == ["six 2.0 0"]
    assert (prefix / "share/forge").exists()


@pytest.mark.parametrize("latest", [False, True])
def test_what_is_pinned_binds(conda_env: Call, prefix: Path, latest: bool) -> None:
    conda_env(dependencies=["six=1"])
    (prefix / "conda-meta/pinned").write_text("six 1.*\n")
    state = "latest" if latest else "present"
    assert not conda_env(dependencies=["six"], state=state)["changed"]
    answer = conda_env(dependencies=["six=2"], state=state)
    assert answer["failed"]
    assert "six" in answer["msg"]
    assert list(specs(prefix)) == ["six"]


def test_a_clone_holds_the_same(conda_env: Call, prefix: Path) -> None:
    conda_env(dependencies=["six=1", "python"], variables={"LEVEL": 3})
    clone = {"name": "trial", "clone_from": "lab", "channels": [], "state": "exact"}
    assert conda_env(**clone)["link"] == ["pip 25.0 0", "python 3.12 0", "six 1.0 0"]
    assert not conda_env(**clone)["changed"]
    assert sorted(specs(prefix.with_name("trial"))) == sorted(specs(prefix))


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"dependencies": ["six"], "channels": []}, "no channel to take packages from"),
        ({"dependencies": ["six >>1"]}, "dependencies: [0]: 'six >>1' is not a match spec"),
        ({"dependencies": ["six=9"]}, "no channel has six=9; there are 2.0, 1.0"),
        ({"dependencies": ["absent"]}, "no channel has a package 'absent'"),
        ({"packages": [{"url": "https://x/y"}]}, "packages: [0]: 'https://x/y' is no address of a package"),
        ({"variables": {"PATH": "/"}}, "variables: PATH: "),
        ({"name": "../lab"}, "is no name for an environment"),
        ({"name": None, "prefix": "lab"}, "is no place for environments"),
        ({"name": None, "prefix": "/srv/../lab"}, "is no place for environments"),
        ({"name": None, "file": "environment.yml"}, "which environment is meant is not said"),
        ({"clone_from": "absent"}, "to clone (absent); check 'clone_from'"),
        ({"channels": ["defaults"]}, "Anaconda's licensed channel"),
        ({"dependencies": ["six"], "clone_from": "x"}, "mutually exclusive"),
    ],
)
@pytest.mark.parametrize("check", [False, True])
def test_what_is_wrong_is_told_and_nothing_is_made(
    conda_env: Call, prefix: Path, options: dict[str, Any], told: str, check: bool
) -> None:
    answer = conda_env(check, **options)
    assert answer["failed"]
    assert told in answer["msg"]
    assert "Traceback" not in json.dumps(answer)
    assert not prefix.exists()


def test_a_damaged_environment_is_told_and_can_be_made_again(conda_env: Call, prefix: Path) -> None:
    conda_env(dependencies=["six"])
    (prefix / "conda-meta/six-2.0-0.json").write_text("{")
    answer = conda_env(dependencies=["six"])
    assert answer["msg"].endswith("the environment is damaged; remove it and create it again")
    assert conda_env(state="absent")["unlink"] == ["six 2.0 0"]
    assert conda_env(dependencies=["six"])["changed"]


def test_base_by_a_link_or_of_another_root_is_not_removed(conda_env: Call, tmp_path: Path) -> None:
    base = tmp_path / "conda"
    (base / "conda-meta").mkdir(parents=True)
    (base / "conda-meta/history").write_text("==> 2026-01-01 00:00:00 <==\n")
    (base / "pkgs").mkdir()
    (tmp_path / "link").symlink_to(base)
    for path in (base, tmp_path / "link"):
        for allow in ([], ["base"]):
            answer = conda_env(name=None, prefix=str(path), state="absent", allow=allow)
            assert "base environment" in answer["msg"]
    assert (base / "conda-meta/history").exists()


def test_no_password_is_answered(conda_env: Call, tmp_path: Path) -> None:
    answer = conda_env(dependencies=["six"], channels=[f"https://me:secret@127.0.0.1:9/{os.getpid()}"])
    assert answer["failed"]
    assert "secret" not in json.dumps(answer)
