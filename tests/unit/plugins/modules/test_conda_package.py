# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module as Ansible runs it, with a real engine and a channel on this disk."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.tiny_channel import TinyChannel

Call = Callable[..., dict[str, Any]]


@pytest.fixture
def channel(tmp_path: Path) -> TinyChannel:
    channel = TinyChannel(tmp_path / "channel")
    channel.add("lib", "1.0")
    channel.add("app", "1.0", depends=["lib"])
    channel.add("tool", "1.0")
    channel.add("python", "3.12", depends=["pip"])
    channel.add("pip", "25.0", depends=["python"])
    return channel


@pytest.fixture
def conda_package(run_module: Call, tmp_path: Path, channel: TinyChannel) -> Call:
    defaults = {"root_prefix": str(tmp_path / "root"), "name": "lab", "channels": [channel.url], "engine": "rattler"}

    def call(packages: list[str], check: bool = False, **options: Any) -> dict[str, Any]:
        """Predicts first, and sees that the prediction holds."""
        given = {**defaults, "packages": packages, **options}
        given = {key: given[key] for key in given if given[key] is not None}
        predicted = run_module("conda_package", True, **given)
        if check:
            return predicted
        did = run_module("conda_package", False, **given)
        parts = ("changed", "link", "unlink", "repair", "diff", "msg")
        assert {part: did.get(part) for part in parts} == {part: predicted.get(part) for part in parts}
        return did

    return call


@pytest.fixture
def prefix(tmp_path: Path) -> Path:
    return tmp_path / "root/envs/lab"


def installed(prefix: Path) -> list[str]:
    return sorted(path.name for path in (prefix / "conda-meta").glob("*.json"))


def test_packages_come_and_go_with_what_only_they_needed(conda_package: Call, prefix: Path) -> None:
    assert conda_package(["app", "tool"])["link"] == ["app 1.0 0", "lib 1.0 0", "tool 1.0 0"]
    assert not conda_package(["app", "lib"])["changed"]
    gone = conda_package(["app"], state="absent", channels=[])
    assert gone["unlink"] == ["app 1.0 0", "lib 1.0 0"]
    assert installed(prefix) == ["tool-1.0-0.json"]
    assert not conda_package(["app"], state="absent")["changed"]


def test_what_was_asked_for_stays_when_its_user_goes(conda_package: Call, prefix: Path) -> None:
    conda_package(["lib"])
    conda_package(["app"])
    conda_package(["app"], state="absent")
    assert installed(prefix) == ["lib-1.0-0.json"]


def test_latest_is_only_for_what_is_named(conda_package: Call, channel: TinyChannel) -> None:
    conda_package(["app", "tool"])
    channel.add("tool", "2.0")
    channel.add("app", "2.0", depends=["lib"])
    channel.add("lib", "2.0")
    assert not conda_package(["app"])["changed"]
    newer = conda_package(["app"], state="latest")
    assert (newer["link"], newer["unlink"]) == (["app 2.0 0", "lib 2.0 0"], ["app 1.0 0", "lib 1.0 0"])
    assert not conda_package(["app"], state="latest")["changed"]


def test_what_is_needed_is_not_removed(conda_package: Call, prefix: Path) -> None:
    conda_package(["app", "python"])
    for name, needs in (("lib", "app 1.0 needs 'lib'"), ("pip", "python 3.12 needs 'pip'")):
        assert f"{name} cannot be removed: {needs}" in conda_package([name], state="absent")["msg"]
    assert len(installed(prefix)) == 4


@pytest.mark.parametrize("state", ["present", "latest", "absent"])
def test_an_empty_list_asks_for_nothing(conda_package: Call, prefix: Path, state: str) -> None:
    assert not conda_package([], state=state)["changed"]
    assert not prefix.exists()


def test_an_environment_is_not_made_to_remove_from_it(conda_package: Call, tmp_path: Path) -> None:
    answer = conda_package(["app"], state="absent")
    assert (answer["changed"], answer.get("failed", False)) == (False, False)
    assert not (tmp_path / "root").exists()


@pytest.mark.parametrize(
    ("packages", "options", "told"),
    [
        (["app", "a b c!"], {}, "packages: [1]: "),
        (["app.conda"], {"state": "absent"}, "packages: [0]: "),
        (["app"], {"name": None}, "one of the following is required: name, prefix"),
        (["app"], {"prefix": "/srv/lab"}, "mutually exclusive"),
        (["app"], {"channels": []}, "no channel to take packages from"),
        (["app"], {"name": "lab/"}, "is no name for an environment"),
    ],
)
def test_what_is_wrong_is_told(
    conda_package: Call, prefix: Path, packages: list[str], options: dict[str, Any], told: str
) -> None:
    answer = conda_package(packages, **options)
    assert answer["failed"]
    assert told in answer["msg"]
    assert "Traceback" not in json.dumps(answer)
    assert not prefix.exists()
