"""The tiny channel is a real one: rattler, conda's stand-in, and conda where there is one, solve and install from it."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
import rattler
from rattler.exceptions import GatewayError, SolverError
from support.conda_stand_in import install_stand_in
from support.tiny_channel import Extension, TinyChannel

from benchwright.channel.package import PLACEHOLDER

EXTENSIONS: tuple[Extension, ...] = (".conda", ".tar.bz2")
STAND_IN = "stand-in"
# Executables of real conda, separated by commas: only machines that have one can answer for it.
CONDAS = [STAND_IN, *filter(None, os.environ.get("BENCHWRIGHT_TEST_CONDA", "").split(","))]


@pytest.fixture
def channel(tmp_path: Path) -> TinyChannel:
    return TinyChannel(tmp_path / "channel")


def solve(url: str, *specs: str) -> list[rattler.RepoDataRecord]:
    async def ask() -> list[rattler.RepoDataRecord]:
        platforms = [rattler.Platform("linux-64"), rattler.Platform("noarch")]
        gateway = rattler.Gateway(cache_dir=None)
        return await rattler.solve([url], list(specs), gateway=gateway, platforms=platforms)

    return asyncio.run(ask())


def install(url: str, prefix: Path, *specs: str) -> None:
    records = solve(url, *specs)
    asyncio.run(rattler.install(records, prefix, cache_dir=prefix.with_name("cache"), show_progress=False))


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_rattler_installs_a_package_with_its_dependency(
    channel: TinyChannel, tmp_path: Path, extension: Extension
) -> None:
    channel.add("tinya", "1.0", extension=extension)
    channel.add("tinya", "2.0", extension=extension)
    channel.add("tinyb", depends=["tinya >=1,<2"], extension=extension)
    install(channel.url, tmp_path / "env", "tinyb")
    assert (tmp_path / "env/share/tinya/version.txt").read_text() == "tinya 1.0\n"
    assert (tmp_path / "env/share/tinyb/version.txt").read_text() == "tinyb 1.0\n"


@pytest.mark.parametrize("extension", EXTENSIONS)
@pytest.mark.parametrize("conda", CONDAS)
def test_conda_installs_from_it(channel: TinyChannel, tmp_path: Path, conda: str, extension: Extension) -> None:
    executable = install_stand_in(tmp_path / "root") if conda == STAND_IN else conda
    channel.add("tinya", files={"bin/hello": f"#!{PLACEHOLDER}/bin/sh\n".encode()}, extension=extension)
    channel.add("tinyb", depends=["tinya"], subdir="linux-64", extension=extension)
    prefix = tmp_path / "env"
    subprocess.run(
        [executable, "create", "-p", prefix, "-y", "-q", "--override-channels", "-c", channel.url, "tinyb"],
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "CONDA_PKGS_DIRS": str(tmp_path / "pkgs")},
        check=True,
    )
    assert (prefix / "share/tinyb/version.txt").exists()
    assert (prefix / "bin/hello").read_text() == f"#!{prefix}/bin/sh\n"


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_the_record_is_true_of_the_file(channel: TinyChannel, extension: Extension) -> None:
    record = channel.add("tinya", build="h1_3", build_number=3, extension=extension)
    content = channel.package_file("tinya").read_bytes()
    assert record["url"] == f"{channel.url}/noarch/tinya-1.0-h1_3{extension}"
    assert record["sha256"] == hashlib.sha256(content).hexdigest()
    assert record["size"] == len(content)
    assert record["build_number"] == 3


def test_the_same_package_is_the_same_bytes(tmp_path: Path) -> None:
    first, second = (TinyChannel(tmp_path / name).add("tinya", license="MIT") for name in ("one", "two"))
    assert first["sha256"] == second["sha256"]


def test_files_and_platform_reach_the_prefix(channel: TinyChannel, tmp_path: Path) -> None:
    channel.add("tool", subdir="linux-64", files={"bin/tool": f"#!/bin/sh\necho {PLACEHOLDER}\n".encode()})
    install(channel.url, tmp_path / "env", "tool")
    assert subprocess.check_output([tmp_path / "env/bin/tool"], text=True).strip() == str(tmp_path / "env")


def test_constrains_are_obeyed(channel: TinyChannel) -> None:
    channel.add("tinya")
    channel.add("tinyb", constrains=["tinya >=2"])
    with pytest.raises(SolverError):
        solve(channel.url, "tinya", "tinyb")


def test_an_opened_channel_keeps_what_it_had(channel: TinyChannel) -> None:
    channel.add("tinya")
    TinyChannel(channel.path).add("tinyb")
    assert {record.name.normalized for record in solve(channel.url, "tinya", "tinyb")} == {"tinya", "tinyb"}


def test_a_removed_version_is_gone(channel: TinyChannel) -> None:
    channel.add("tinya", "1.0")
    channel.add("tinya", "2.0")
    assert channel.remove("tinya", "2.0") == ["tinya-2.0-0.conda"]
    assert [str(record.version) for record in solve(channel.url, "tinya")] == ["1.0"]
    assert not (channel.path / "noarch/tinya-2.0-0.conda").exists()


def test_a_truncated_index_is_an_error(channel: TinyChannel) -> None:
    channel.add("tinya")
    channel.truncate_repodata()
    with pytest.raises(GatewayError):
        solve(channel.url, "tinya")


@pytest.mark.parametrize("spoil", [TinyChannel.corrupt_package, TinyChannel.truncate_package])
def test_a_spoiled_package_does_not_match_the_index(
    channel: TinyChannel, spoil: Callable[[TinyChannel, str], Path]
) -> None:
    record = channel.add("tinya")
    path = spoil(channel, "tinya")
    assert hashlib.sha256(path.read_bytes()).hexdigest() != record["sha256"]
    assert [found.sha256.hex() for found in solve(channel.url, "tinya")] == [record["sha256"]]


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_a_replaced_package_can_be_installed_and_is_not_what_the_index_says(
    channel: TinyChannel, tmp_path: Path, extension: Extension
) -> None:
    record = channel.add("tinya", extension=extension)
    path = channel.replace_package("tinya", {"share/tinya/evil.txt": b"evil"})
    index = json.loads((channel.path / "noarch/repodata.json").read_bytes())
    entry = {**index["packages"], **index["packages.conda"]}[path.name]
    assert entry["sha256"] == record["sha256"] != hashlib.sha256(path.read_bytes()).hexdigest()
    install(channel.url, tmp_path / "env", "tinya")
    assert (tmp_path / "env/share/tinya/evil.txt").exists()


def test_a_package_that_is_not_there_cannot_be_spoiled(channel: TinyChannel) -> None:
    with pytest.raises(LookupError, match="0 packages tinya"):
        channel.corrupt_package("tinya")


def test_it_is_served_and_counts_requests(channel: TinyChannel) -> None:
    channel.add("tinya")
    with channel.serve() as served:
        urllib.request.urlopen(served.url + "/noarch/repodata.json").read()
        urllib.request.urlopen(served.url + "/noarch/tinya-1.0-0.conda").read()
        assert served.requests == {"/noarch/repodata.json": 1, "/noarch/tinya-1.0-0.conda": 1}


@pytest.mark.parametrize("credentials", [{"user": "quant", "password": "swordfish"}, {"token": "tk-123"}])
def test_credentials_are_asked_for(channel: TinyChannel, tmp_path: Path, credentials: dict[str, str]) -> None:
    channel.add("tinya")
    with channel.serve(**credentials) as served:
        with pytest.raises(urllib.error.HTTPError, match="401"):
            urllib.request.urlopen(served.public_url + "/noarch/repodata.json")
        assert served.refused == ["/noarch/repodata.json"]
        install(served.url, tmp_path / "env", "tinya")
        assert served.requests["/noarch/tinya-1.0-0.conda"] >= 1
    assert (tmp_path / "env/share/tinya/version.txt").exists()


def test_a_broken_path_gets_its_status(channel: TinyChannel) -> None:
    channel.add("tinya")
    with channel.serve() as served:
        served.broken["tinya-1.0-0.conda"] = 503
        with pytest.raises(urllib.error.HTTPError, match="503"):
            urllib.request.urlopen(served.url + "/noarch/tinya-1.0-0.conda")
        assert urllib.request.urlopen(served.url + "/noarch/repodata.json").status == 200
