# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module as a host runs it, with the real engine and a tiny channel."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support.module_call import RUNNER
from support.tiny_channel import TinyChannel


@pytest.fixture
def channel(tmp_path: Path) -> TinyChannel:
    made = TinyChannel(tmp_path / "channel")
    made.add("demo", "9.0")
    made.add("demo", "10.0", depends=["base-lib >=1"], constrains=["other <3"], license="MIT")
    made.add("demo", "10.0", build="h_1", build_number=1, subdir="linux-64")
    made.add("base-lib", "1.5")
    return made


@pytest.fixture
def search(run_module: Any, channel: TinyChannel) -> Any:
    """`search(*packages, **options)` returns the module's result."""

    def run(*packages: str, check: bool = False, **options: Any) -> dict[str, Any]:
        arguments = {"packages": packages, "channels": [channel.url], "engine": "rattler", **options}
        return run_module("conda_package_info", check=check, **arguments)

    return run


def lines(result: dict[str, Any]) -> list[str]:
    assert "packages" in result, result
    return ["{name} {version} {build}".format(**found) for found in result["packages"]]


@pytest.mark.parametrize("check", [False, True])
def test_offers_come_newest_first_and_check_mode_answers_the_same(search: Any, check: bool) -> None:
    result = search("demo", "base-lib", "nothing >=1", check=check)
    assert lines(result) == ["base-lib 1.5 0", "demo 10.0 h_1", "demo 10.0 0", "demo 9.0 0"]
    assert (result["changed"], result["missing"]) == (False, ["nothing >=1"])


def test_only_the_newest_if_asked(search: Any) -> None:
    assert lines(search("demo", latest=True)) == ["demo 10.0 h_1", "demo 10.0 0"]
    assert lines(search("demo <10", latest=True)) == ["demo 9.0 0"]


def test_a_package_is_described_as_the_channel_does(search: Any, channel: TinyChannel) -> None:
    described = search("demo=10=0")["packages"]
    package = channel.path / "noarch/demo-10.0-0.conda"
    assert described == [
        {
            "name": "demo",
            "version": "10.0",
            "build": "0",
            "build_number": 0,
            "channel": channel.url,
            "subdir": "noarch",
            "depends": ["base-lib >=1"],
            "constrains": ["other <3"],
            "license": "MIT",
            "size": package.stat().st_size,
            "timestamp": "2023-11-14T22:13:20Z",
            "md5": hashlib.md5(package.read_bytes(), usedforsecurity=False).hexdigest(),
            "sha256": hashlib.sha256(package.read_bytes()).hexdigest(),
            "url": channel.url + "/noarch/demo-10.0-0.conda",
        }
    ]


def test_credentials_are_used_and_not_returned(search: Any, channel: TinyChannel) -> None:
    with channel.serve("lab", "secret") as served:
        result = search("base-lib", channels=[served.url])
    assert not served.refused
    assert result["packages"][0]["url"] == served.public_url + "/noarch/base-lib-1.5-0.conda"
    assert "secret" not in json.dumps(result["packages"])


def test_the_cache_is_kept_only_where_a_root_prefix_is_given(search: Any, channel: TinyChannel, tmp_path: Path) -> None:
    with channel.serve() as served:
        search("demo", channels=[served.url])
        assert not list(tmp_path.glob("ansible-tmp/**/pkgs"))
        search("demo", channels=[served.url], root_prefix=str(tmp_path / "root"))
    assert list(tmp_path.glob("root/pkgs/repodata/*"))


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"channels": []}, "channels: no channel to search; name one, for example conda-forge"),
        ({"channels": ["defaults"]}, "'defaults' is Anaconda's licensed channel"),
        ({"packages": ["demo >=>1"]}, "packages: [0]: "),
        ({"channels": ["file:///nowhere/lab"]}, "check the channel's path and who may read it"),
        ({"engine": "auto", "executable": "/nowhere/conda"}, "/nowhere/conda"),
        ({"engine_wheel": "/nowhere/rattler.whl"}, "/nowhere/rattler.whl cannot be unpacked"),
    ],
)
def test_what_cannot_be_searched_is_told(search: Any, options: dict[str, Any], told: str) -> None:
    result = search("demo", **options)
    assert result["failed"]
    assert told in result["msg"]
    assert "Traceback" not in json.dumps(result)


def test_a_host_without_an_engine_says_which_machine_it_is(channel: TinyChannel, tmp_path: Path) -> None:
    (tmp_path / "shadow").mkdir()
    # An older py-rattler than the collection can use is as good as none.
    (tmp_path / "shadow/py_rattler-0.1.dist-info").mkdir()
    (tmp_path / "shadow/py_rattler-0.1.dist-info/METADATA").write_text("Name: py-rattler\nVersion: 0.1\n")
    arguments = {"packages": ["demo"], "channels": [channel.url], "_ansible_remote_tmp": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", RUNNER, "conda_package_info"],
        input=json.dumps(arguments),
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "shadow"), "PATH": "/nowhere"},
    )
    result = json.loads(done.stdout)
    assert (result["changed"], result["engine_needed"], result["machine"]) == (False, True, os.uname().machine)
