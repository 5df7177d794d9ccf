"""What the rattler engine makes of a prefix: real solves and installations from a tiny channel, and damage of all kinds."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.engines.interface import EngineError
from ansible_collections.benchwright.python.plugins.module_utils._conda.installed.dependencies import (
    unsatisfied_dependencies,
)
from ansible_collections.benchwright.python.plugins.module_utils._conda.installed.prefix import Prefix
from support.rattler_prefix import RattlerPrefix
from support.tiny_channel import TinyChannel


@pytest.fixture
def prefix(tmp_path: Path) -> RattlerPrefix:
    channel = TinyChannel(tmp_path / "channel")
    channel.add("demo", "1.0")
    channel.add("other", "1.0", depends=["base-lib >=1"])
    channel.add("base-lib", "1.5")
    return RattlerPrefix(tmp_path, channel)


def test_what_is_solved_is_what_is_installed_then(prefix: RattlerPrefix) -> None:
    solution = prefix.install("demo", "other")
    assert sorted(record["name"] for record in solution) == ["base-lib", "demo", "other"]
    installed = Prefix(prefix.path).records()
    assert {(package.name, package.version, package.build, package.sha256) for package in installed} == {
        (record["name"], record["version"], record["build"], record["sha256"]) for record in solution
    }
    assert unsatisfied_dependencies(installed) == []


def test_preferred_packages_stay_and_the_others_follow_the_channel(prefix: RattlerPrefix) -> None:
    prefix.install("demo", "other")
    for name in ("demo", "other", "base-lib"):
        prefix.channel.add(name, "2.0")
    prefix.install("demo", "other", prefer=("demo", "other", "base-lib"))
    assert {record["version"] for record in prefix.records().values()} == {"1.0", "1.5"}
    prefix.install("demo", "other", prefer=("other", "base-lib"))
    assert {name: record["version"] for name, record in prefix.records().items()} == {
        "demo": "2.0",
        "other": "1.0",
        "base-lib": "1.5",
    }


def test_a_constraint_holds_back_what_it_names_and_brings_nothing(prefix: RattlerPrefix) -> None:
    prefix.channel.add("base-lib", "2.0")
    prefix.install("other", constraints=("base-lib <2", "demo >=1"))
    assert {name: record["version"] for name, record in prefix.records().items()} == {"other": "1.0", "base-lib": "1.5"}


def test_a_package_to_be_linked_again_gets_its_files_back(prefix: RattlerPrefix) -> None:
    prefix.install("demo")
    shutil.rmtree(prefix.path / "share")
    prefix.install("demo", prefer=("demo",))
    assert prefix.version_file("demo") == ""
    prefix.install("demo", prefer=("demo",), reinstall=("demo",))
    assert prefix.version_file("demo") == "demo 1.0\n"


def test_what_conda_installed_goes_with_all_its_files(prefix: RattlerPrefix) -> None:
    """conda's records of pure Python packages say where files are in the package, and elsewhere where they went."""
    module, script, compiled = (
        "lib/python3.12/site-packages/pure.py",
        "bin/pure",
        "lib/python3.12/site-packages/pure.pyc",
    )
    prefix.channel.add("pure", files=dict.fromkeys((module, script, compiled), b"pass"))
    prefix.install("pure", "demo")
    [path] = (prefix.path / "conda-meta").glob("pure-*.json")
    record = json.loads(path.read_text())
    paths = {entry["_path"]: entry for entry in record["paths_data"]["paths"] if entry["_path"] != compiled}
    paths[module]["_path"], paths[script]["_path"] = "site-packages/pure.py", "python-scripts/pure"
    path.write_text(json.dumps({**record, "paths_data": {"paths_version": 1, "paths": list(paths.values())}}))
    prefix.install(prefer=("demo",))
    assert set(prefix.records()) == {"demo"}
    assert not (prefix.path / "lib").exists()
    assert not (prefix.path / script).exists()


def test_without_specs_only_what_is_preferred_stays(prefix: RattlerPrefix) -> None:
    prefix.install("demo", "other")
    prefix.channel.destroy()
    solution = prefix.install(prefer=("demo",), channels=())
    assert [record["name"] for record in solution] == ["demo"]
    assert set(prefix.records()) == {"demo"}
    assert not (prefix.path / "share/other").exists()


def test_what_is_installed_need_not_be_in_the_channel_any_more(prefix: RattlerPrefix) -> None:
    prefix.install("demo")
    prefix.channel.remove("demo")
    prefix.install("demo", "other", prefer=("demo",))
    assert set(prefix.records()) == {"demo", "other", "base-lib"}


def test_records_of_packages_that_stay_are_not_touched(prefix: RattlerPrefix) -> None:
    prefix.install("demo")
    record = next(prefix.path.glob("conda-meta/demo-*.json"))
    record.write_text(record.read_text().replace('"requested_specs": []', '"requested_specs": ["demo >=1"]'))
    before = record.stat().st_mtime_ns
    prefix.install("demo", "other", prefer=("demo",))
    assert record.stat().st_mtime_ns == before
    assert prefix.records()["demo"]["requested_specs"] == ["demo >=1"]


def damage(channel: TinyChannel) -> None:
    channel.corrupt_package("demo")


def swap(channel: TinyChannel) -> None:
    channel.replace_package("demo", {"share/demo/version.txt": b"evil"})


@pytest.mark.parametrize("spoil", [damage, swap, lambda channel: channel.truncate_package("demo")])
@pytest.mark.parametrize("over_http", [False, True])
def test_a_package_that_is_not_what_the_channel_lists_is_not_linked(
    prefix: RattlerPrefix, spoil: Callable[[TinyChannel], None], over_http: bool
) -> None:
    spoil(prefix.channel)
    told = (
        "failed to fetch demo-1.0-0.conda: .*; the channel does not send what it lists: try again"
        if over_http
        else "is damaged: its sha256 is"
    )
    with prefix.channel.serve() as served, pytest.raises(EngineError, match=told):
        prefix.install("demo", channels=(served.url if over_http else prefix.channel.url,))
    assert prefix.records() == {}
    assert prefix.version_file("demo") == ""


def test_a_rebuilt_package_of_the_same_name_is_checked_too(prefix: RattlerPrefix) -> None:
    prefix.install("demo")
    prefix.channel.remove("demo")
    prefix.channel.add("demo", "1.0", files={"share/demo/new": b"new"})
    prefix.channel.corrupt_package("demo")
    with pytest.raises(EngineError, match=r"demo-1\.0-0\.conda is damaged"):
        prefix.install("demo")
    assert prefix.version_file("demo") == "demo 1.0\n"


@pytest.mark.parametrize("victim", ["share/demo/version.txt", "info/index.json", "info/paths.json"])
@pytest.mark.parametrize("content", ["evil 1.0\n", "", None])
def test_a_package_that_was_changed_in_the_cache_is_made_anew(
    prefix: RattlerPrefix, victim: str, content: str | None
) -> None:
    prefix.install("demo")
    prefix.forget()
    path = prefix.cache / "demo-1.0-0" / victim
    path.unlink()
    if content is not None:
        path.write_text(content)
    prefix.install("demo")
    assert prefix.version_file("demo") == "demo 1.0\n"


def test_a_changed_package_in_the_cache_that_cannot_be_had_again_is_not_linked(prefix: RattlerPrefix) -> None:
    prefix.install("demo")
    prefix.forget()
    (prefix.cache / "demo-1.0-0/share/demo/version.txt").write_text("evil 1.0\n")
    prefix.channel.package_file("demo").unlink()
    with pytest.raises(EngineError, match=r"failed to fetch demo-1\.0-0\.conda: .*No such file"):
        prefix.install("demo")
    assert prefix.version_file("demo") == ""


def test_a_package_that_is_whole_in_the_cache_need_not_be_in_the_channel(prefix: RattlerPrefix) -> None:
    prefix.install("demo")
    prefix.channel.package_file("demo").unlink()
    shutil.rmtree(prefix.path / "share")
    prefix.install(prefer=("demo",), reinstall=("demo",))
    assert prefix.version_file("demo") == "demo 1.0\n"


def test_a_package_that_is_listed_and_not_there_is_told(prefix: RattlerPrefix) -> None:
    prefix.channel.package_file("demo").unlink()
    with pytest.raises(EngineError, match=r"the channel lists .*/demo-1\.0-0\.conda, which cannot be read"):
        prefix.install("demo")


@pytest.mark.parametrize("over_http", [False, True])
def test_a_truncated_index_is_told(prefix: RattlerPrefix, over_http: bool) -> None:
    prefix.channel.truncate_repodata()
    with (
        prefix.channel.serve() as served,
        pytest.raises(EngineError, match=r"failed to parse repodata\.json: .*; mend"),
    ):
        prefix.install("demo", channels=(served.url if over_http else prefix.channel.url,))


def test_a_truncated_index_in_the_cache_is_fetched_again(prefix: RattlerPrefix) -> None:
    with prefix.channel.serve() as served:
        prefix.install("demo", channels=(served.url,))
        indexes = [path for path in prefix.cache.glob("repodata/*.json") if ".info" not in path.name]
        assert indexes
        for path in indexes:
            path.write_bytes(path.read_bytes()[:50])
        prefix.forget()
        assert prefix.install("demo", channels=(served.url,))
    assert prefix.version_file("demo") == "demo 1.0\n"


@pytest.mark.parametrize("secret", [{"user": "lab", "password": "secret"}, {"token": "secret"}])
def test_credentials_are_used_and_the_cache_that_knows_them_is_closed(
    prefix: RattlerPrefix, secret: dict[str, str]
) -> None:
    with prefix.channel.serve(**secret) as served:
        prefix.install("demo", channels=(served.url,))
        assert not served.refused
    assert (prefix.cache / "repodata").stat().st_mode & 0o777 == 0o700
    files = [path for path in prefix.cache.rglob("*") if path.is_file() and "repodata" not in path.parts]
    assert not [path for path in files if b"secret" in path.read_bytes()]


@pytest.mark.parametrize("secret", [{"user": "lab", "password": "secret"}, {"token": "secret"}])
def test_what_is_linked_again_from_a_private_channel_is_fetched_with_its_credentials(
    prefix: RattlerPrefix, secret: dict[str, str]
) -> None:
    with prefix.channel.serve(**secret) as served:
        prefix.install("demo", channels=(served.url,))
        record = next(prefix.path.glob("conda-meta/demo-*.json"))
        record.write_text(record.read_text().replace(served.url, served.public_url))
        shutil.rmtree(prefix.cache)
        shutil.rmtree(prefix.path / "share")
        prefix.install(prefer=("demo",), reinstall=("demo",), channels=(served.url,))
        assert not served.refused
    assert prefix.version_file("demo") == "demo 1.0\n"


def test_only_the_named_channels_are_asked_whatever_they_say_of_others(prefix: RattlerPrefix, tmp_path: Path) -> None:
    base = TinyChannel(tmp_path / "base")
    base.add("elsewhere")
    for subdir in ("noarch", "linux-64"):
        index = prefix.channel.path / subdir / "repodata.json"
        related = '"info": {"channel_relations": {"base": "../base"}, '
        index.write_text(index.read_text().replace('"info": {', related))
    with pytest.raises(EngineError, match="no channel has a package 'elsewhere'"):
        prefix.install("elsewhere")


def test_a_link_has_no_sum_that_conda_would_compare_with_the_file(prefix: RattlerPrefix) -> None:
    add_package_with_link(prefix.channel)
    prefix.install("linked")
    entries = prefix.records()["linked"]["paths_data"]["paths"]
    assert [entry["path_type"] for entry in entries] == ["hardlink", "softlink"]
    for entry in entries:
        installed = (prefix.path / entry["_path"]).read_bytes()
        assert entry.get("sha256_in_prefix") in (None, hashlib.sha256(installed).hexdigest())


def add_package_with_link(channel: TinyChannel) -> None:
    """A package that no tiny channel makes: with a symbolic link."""
    import io
    import json
    import tarfile

    fields = {"name": "linked", "version": "1.0", "build": "0", "build_number": 0, "depends": [], "subdir": "noarch"}
    sums = [hashlib.sha256(text).hexdigest() for text in (b"text", b"")]
    paths = [
        {"_path": "share/linked", "path_type": "hardlink", "sha256": sums[0], "size_in_bytes": 4},
        {"_path": "share/linked.link", "path_type": "softlink", "sha256": sums[1], "size_in_bytes": 6},
    ]
    texts = {
        "info/index.json": json.dumps(fields),
        "info/paths.json": json.dumps({"paths": paths, "paths_version": 1}),
        "share/linked": "text",
    }
    package = channel.path / "noarch/linked-1.0-0.tar.bz2"
    with tarfile.open(package, "w:bz2") as archive:
        for name, text in texts.items():
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(text), 0o644
            archive.addfile(member, io.BytesIO(text.encode()))
        link = tarfile.TarInfo("share/linked.link")
        link.type, link.linkname = tarfile.SYMTYPE, "linked"
        archive.addfile(link)
    index = channel.path / "noarch/repodata.json"
    content = json.loads(index.read_text())
    content["packages"][package.name] = {**fields, "sha256": hashlib.sha256(package.read_bytes()).hexdigest()}
    index.write_text(json.dumps(content))
