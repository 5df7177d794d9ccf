"""A lock's packages, installed by the rattler engine without solving."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.engines.interface import EngineError
from ansible_collections.benchwright.python.plugins.module_utils._conda.installed.dependencies import (
    unsatisfied_dependencies,
)
from ansible_collections.benchwright.python.plugins.module_utils._conda.installed.prefix import Prefix
from support.channel_server import Served
from support.rattler_prefix import RattlerPrefix, locked
from support.tiny_channel import Extension, TinyChannel

KEPT = ("depends", "constrains", "license", "timestamp", "noarch", "subdir", "build_number")


@pytest.fixture
def prefix(tmp_path: Path) -> RattlerPrefix:
    return RattlerPrefix(tmp_path, TinyChannel(tmp_path / "channel"))


@pytest.fixture
def demo(prefix: RattlerPrefix) -> dict[str, Any]:
    prefix.channel.add("base-lib", "1.5")
    return prefix.channel.add(
        "demo", build="h1_3", build_number=3, depends=["base-lib >=1"], constrains=["other <2"], license="MIT"
    )


@pytest.fixture
def served(prefix: RattlerPrefix) -> Iterator[Served]:
    with prefix.channel.serve("lab", "secret") as server:
        yield server


@pytest.mark.parametrize("extension", [".conda", ".tar.bz2"])
@pytest.mark.parametrize("over_http", [False, True])
@pytest.mark.parametrize("digest", ["sha256", "md5"])
def test_a_lock_leaves_the_same_records_as_a_solve(
    prefix: RattlerPrefix, served: Served, extension: Extension, over_http: bool, digest: str
) -> None:
    base = prefix.channel.add("base-lib", "1.5", extension=extension)
    demo = prefix.channel.add("demo", depends=["base-lib >=1"], constrains=["o <2"], license="MIT", extension=extension)
    prefix.install("demo")
    wanted = prefix.records()
    prefix.forget()
    shutil.rmtree(prefix.cache)
    server = served.url if over_http else ""
    packages = tuple(locked(record, server, **{digest: record[digest]}) for record in (demo, base))
    solution = prefix.install(packages=packages, channels=())
    assert [record["name"] for record in solution] == ["base-lib", "demo"]
    found = prefix.records()
    assert {name: {key: record.get(key) for key in KEPT} for name, record in found.items()} == {
        name: {key: record.get(key) for key in KEPT} for name, record in wanted.items()
    }
    public = served.public_url if over_http else prefix.channel.url
    assert found["demo"]["url"].replace("lab:secret@", "") == f"{public}/noarch/{demo['fn']}"
    assert found["demo"]["channel"].replace("lab:secret@", "").rstrip("/") == public
    assert found["demo"]["sha256"] == demo["sha256"]
    assert unsatisfied_dependencies(Prefix(prefix.path).records()) == []
    assert [path.name for path in prefix.cache.iterdir() if path.name.startswith(".locked-")] == []


def test_a_package_in_the_cache_is_not_downloaded_again(
    prefix: RattlerPrefix, demo: dict[str, Any], served: Served
) -> None:
    packages = (locked(demo, served.url),)
    prefix.install(packages=packages, channels=())
    prefix.forget()
    served.requests.clear()
    prefix.install(packages=packages, channels=())
    assert not served.requests
    assert prefix.records()["demo"]["depends"] == ["base-lib >=1"]


def test_what_is_installed_exactly_so_is_not_linked_again(prefix: RattlerPrefix, demo: dict[str, Any]) -> None:
    prefix.install(packages=(locked(demo),))
    record = next(prefix.path.glob("conda-meta/demo-*.json"))
    before = record.stat().st_mtime_ns
    prefix.channel.destroy()
    prefix.install(packages=(locked(demo),))
    assert record.stat().st_mtime_ns == before


def test_another_file_of_the_same_name_is_linked_anew(prefix: RattlerPrefix, demo: dict[str, Any]) -> None:
    prefix.install(packages=(locked(demo),))
    prefix.channel.replace_package("demo", {"share/demo/version.txt": b"rebuilt\n"})
    content = prefix.channel.package_file("demo").read_bytes()
    prefix.install(packages=(locked(demo, sha256=hashlib.sha256(content).hexdigest()),))
    assert prefix.version_file("demo") == "rebuilt\n"


def test_packages_beside_the_lock_stay_only_if_they_are_preferred(prefix: RattlerPrefix, demo: dict[str, Any]) -> None:
    for name in ("mine", "gone"):
        prefix.channel.add(name)
    prefix.install("mine", "gone")
    prefix.install(packages=(locked(demo),), prefer=("mine",))
    assert set(prefix.records()) == {"mine", "demo"}


@pytest.mark.parametrize("over_http", [False, True])
@pytest.mark.parametrize("digest", ["sha256", "md5"])
@pytest.mark.parametrize("cached", [False, True])
def test_a_wrong_digest_is_told_and_nothing_is_linked(
    prefix: RattlerPrefix, demo: dict[str, Any], served: Served, over_http: bool, digest: str, cached: bool
) -> None:
    base = served.url if over_http else ""
    if cached:
        prefix.install(packages=(locked(demo, base),))
        prefix.forget()
    wrong = locked(demo, base, **{digest: "1" * len(demo[digest])})
    with pytest.raises(EngineError) as raised:
        prefix.install(packages=(wrong,))
    told = f"{demo['fn']} is damaged: its {digest} is {demo[digest]}, the lock says 111"
    assert told in str(raised.value)
    assert "secret" not in str(raised.value)
    assert prefix.version_file("demo") == ""


def test_a_file_that_is_another_package_inside_is_refused(prefix: RattlerPrefix, demo: dict[str, Any]) -> None:
    other = prefix.channel.package_file("base-lib")
    shutil.copy(other, prefix.channel.path / "noarch" / demo["fn"])
    with pytest.raises(
        EngineError, match=r"is base-lib-1\.5-0 inside, and the lock calls it demo-1\.0-h1_3; make the lock"
    ):
        prefix.install(packages=(locked(demo, md5=""),))


@pytest.mark.parametrize("content", [b"", b"no archive"])
def test_a_file_that_is_no_package_is_refused(prefix: RattlerPrefix, demo: dict[str, Any], content: bytes) -> None:
    prefix.channel.package_file("demo").write_bytes(content)
    with pytest.raises(EngineError, match=r"demo-1\.0-h1_3\.conda is no conda package"):
        prefix.install(packages=(locked(demo, md5=""),))
    assert prefix.records() == {}


def test_what_cannot_be_downloaded_is_told_without_credentials(
    prefix: RattlerPrefix, demo: dict[str, Any], served: Served
) -> None:
    prefix.channel.package_file("demo").unlink()
    with pytest.raises(
        EngineError, match=r"^http://\*\*\*127.0.0.1.* cannot be downloaded \(.*404.*\); mend the network"
    ):
        prefix.install(packages=(locked(demo, served.url),))


@pytest.mark.parametrize("victim", ["share/demo/version.txt", "info/index.json"])
def test_a_package_that_was_changed_in_the_cache_is_made_anew(
    prefix: RattlerPrefix, demo: dict[str, Any], victim: str
) -> None:
    prefix.install(packages=(locked(demo),))
    prefix.forget()
    path = prefix.cache / "demo-1.0-h1_3" / victim
    path.unlink()
    path.write_text("evil")
    prefix.install(packages=(locked(demo),))
    assert prefix.version_file("demo") == "demo 1.0\n"
    assert prefix.records()["demo"]["depends"] == ["base-lib >=1"]


def test_what_killed_runs_left_in_the_cache_is_swept(prefix: RattlerPrefix, demo: dict[str, Any]) -> None:
    (prefix.cache / ".locked-left/half").mkdir(parents=True)
    prefix.install(packages=(locked(demo),))
    assert not (prefix.cache / ".locked-left").exists()


def test_one_bad_package_among_many_is_named(prefix: RattlerPrefix, served: Served) -> None:
    records = [prefix.channel.add(f"p{number}") for number in range(20)]
    prefix.channel.corrupt_package("p7")
    with pytest.raises(EngineError, match=r"/p7-1\.0-0\.conda is damaged: its sha256 is"):
        prefix.install(packages=tuple(locked(record, served.url) for record in records))
    assert prefix.records() == {}
