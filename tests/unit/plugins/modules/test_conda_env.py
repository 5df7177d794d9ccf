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


# --- owner and mode, kernel, local facts ------------------------------------------------------------------------------


@pytest.fixture
def registered(conda_env: Call, tmp_path: Path, channel: TinyChannel) -> Call:
    """The module with a kernel, a mode and facts; it looks, does it, and looks twice again."""
    channel.add("ipykernel", "7.0", depends=["python"])
    places = {"kernels_directory": str(tmp_path / "kernels"), "facts_directory": str(tmp_path / "facts")}
    defaults = {**places, "dependencies": ["ipykernel"], "kernel": True, "mode": "0750"}

    def steps(**options: Any) -> dict[str, Any]:
        answers = [conda_env(check, **{**defaults, **options}) for check in (True, False, True, False)]
        assert not any(answer.get("failed") for answer in answers), answers
        assert [answer["changed"] for answer in answers] == [True, True, False, False]
        assert answers[0]["diff"] == answers[1]["diff"]
        return answers[1]

    return steps


def test_the_host_is_told_of_the_environment_and_forgets_it(registered: Call, prefix: Path, tmp_path: Path) -> None:
    did = registered()
    spec = json.loads((tmp_path / "kernels/lab/kernel.json").read_text())
    assert spec["argv"][0] == f"{prefix}/bin/python"
    [entry] = json.loads((tmp_path / "facts/benchwright.fact").read_text())["environments"].values()
    assert (entry["release"], entry["kernel"]) == (did["release"], "lab")
    assert entry["versions"] == {"ipykernel": "7.0", "python": "3.12"}
    assert prefix.stat().st_mode & 0o7777 == 0o750
    registered(state="absent")
    assert not (tmp_path / "kernels").exists()
    assert not (tmp_path / "facts").exists()


@pytest.mark.parametrize(
    "damage",
    [
        lambda tmp_path, prefix: (tmp_path / "kernels/lab/kernel.json").unlink(),
        lambda tmp_path, prefix: (tmp_path / "facts/benchwright.fact").write_text("{"),
        lambda tmp_path, prefix: prefix.chmod(0o777),
    ],
    ids=["kernel", "facts", "mode"],
)
def test_what_somebody_damaged_is_mended_without_a_new_release(
    registered: Call, prefix: Path, tmp_path: Path, damage: Callable[[Path, Path], object]
) -> None:
    release = registered()["release"]
    damage(tmp_path, prefix)
    assert registered()["release"] == release


def test_a_release_that_is_gone_back_to_is_recorded_and_keeps_the_kernel(
    registered: Call, conda_env: Call, tmp_path: Path
) -> None:
    first = registered()["release"]
    registered(dependencies=["ipykernel", "six"])
    places = {"kernels_directory": str(tmp_path / "kernels"), "facts_directory": str(tmp_path / "facts")}
    answers = [conda_env(check, state="rolled_back", release=first, **places) for check in (True, False, True)]
    assert [answer["changed"] for answer in answers] == [True, True, False]
    [entry] = json.loads((tmp_path / "facts/benchwright.fact").read_text())["environments"].values()
    assert (entry["release"], entry["description"]) == (first, "")
    assert (tmp_path / "kernels/lab/kernel.json").exists()


@pytest.mark.parametrize("check", [False, True])
@pytest.mark.parametrize("deploy", ["release", "in_place"])
@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"kernel": True}, "does not have ipykernel"),
        ({"kernel_name": "x"}, "no kernel is asked for"),
        ({"mode": "488"}, "'mode' is '488'"),
        ({"lock_timeout": -1}, "'lock_timeout' is -1"),
        ({"name": "base", "mode": "0755"}, "is given to nobody"),
    ],
)
def test_what_cannot_be_is_told_before_anything_is_made(
    conda_env: Call, tmp_path: Path, options: dict[str, Any], told: str, deploy: str, check: bool
) -> None:
    places = {"kernels_directory": str(tmp_path / "kernels"), "facts_directory": str(tmp_path / "facts")}
    answer = conda_env(check, **{**places, "dependencies": ["six"], "deploy": deploy, **options})
    assert answer["failed"]
    assert told in answer["msg"]
    assert not any((tmp_path / name).exists() for name in ("kernels", "facts", "root/envs/lab"))


def test_in_place_all_of_it_is_the_same(registered: Call, prefix: Path, tmp_path: Path) -> None:
    registered(deploy="in_place")
    assert not prefix.is_symlink()
    assert prefix.stat().st_mode & 0o7777 == 0o750
    prefix.chmod(0o700)
    registered(deploy="in_place")
    registered(deploy="in_place", state="absent")
    assert not (tmp_path / "facts").exists()
