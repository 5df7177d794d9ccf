"""What the worker makes of rattler's records: real files, and a real installation from a channel on disk."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.engines.rattler import RattlerSession


def add_file(archive: tarfile.TarFile, name: str, text: str = "", link: str = "") -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(text), 0o644
    if link:
        member.type, member.linkname = tarfile.SYMTYPE, link
    archive.addfile(member, io.BytesIO(text.encode()))


def build(channel: Path, name: str) -> None:
    """A package with a file and a link to it, in the older of conda's formats."""
    index = {"name": name, "version": "1.0", "build": "0", "build_number": 0, "depends": [], "subdir": "noarch"}
    text_sum, empty_sum = (hashlib.sha256(text).hexdigest() for text in (b"text", b""))
    paths = [
        {"_path": f"share/{name}", "path_type": "hardlink", "sha256": text_sum, "size_in_bytes": 4},
        {"_path": f"share/{name}.link", "path_type": "softlink", "sha256": empty_sum, "size_in_bytes": len(name)},
    ]
    package = channel / "noarch" / f"{name}-1.0-0.tar.bz2"
    with tarfile.open(package, "w:bz2") as archive:
        add_file(archive, "info/index.json", json.dumps(index))
        add_file(archive, "info/paths.json", json.dumps({"paths": paths, "paths_version": 1}))
        add_file(archive, f"share/{name}", "text")
        add_file(archive, f"share/{name}.link", link=name)
    repodata = channel / "noarch/repodata.json"
    known = json.loads(repodata.read_text()) if repodata.exists() else {"info": {"subdir": "noarch"}, "packages": {}}
    known["packages"][package.name] = {**index, "sha256": hashlib.sha256(package.read_bytes()).hexdigest()}
    repodata.write_text(json.dumps(known))


@pytest.fixture
def channel(tmp_path: Path) -> Path:
    (tmp_path / "channel/noarch").mkdir(parents=True)
    for name in ("demo", "other"):
        build(tmp_path / "channel", name)
    return tmp_path / "channel"


@pytest.fixture
def install(tmp_path: Path, channel: Path) -> Any:
    """``install(requested, kept)`` makes the prefix hold these packages; returns its records by name."""

    def make(requested: list[str], kept: list[str], url: str = channel.as_uri()) -> dict[str, Any]:
        prefix = tmp_path / "prefix"
        request = {
            "prefix": str(prefix),
            "cache_dir": str(tmp_path / "pkgs"),
            "channels": [url],
            "channel_priority": "strict",
            "specs": requested + kept,
            "requested": requested,
        }
        with RattlerSession(request) as session:
            session.solve()
            session.install()
        return {path.name.split("-")[0]: json.loads(path.read_text()) for path in prefix.glob("conda-meta/*.json")}

    return make


@pytest.fixture
def private_channel(channel: Path) -> Iterator[str]:
    """The channel over HTTP, at a URL with a password, which this server does not ask for."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=str(channel)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://lab:secret@127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_everybody_may_read_a_record_and_finds_no_password_in_it(
    install: Any, private_channel: str, tmp_path: Path
) -> None:
    record = install(["demo"], [], private_channel)["demo"]
    assert record["url"] == private_channel.replace("lab:secret@", "") + "/noarch/demo-1.0-0.tar.bz2"
    for path in tmp_path.glob("prefix/conda-meta/*.json"):
        assert path.stat().st_mode & 0o777 == 0o644
        assert "secret" not in path.read_text()
    # The cache has to know the channel with its password.
    assert (tmp_path / "pkgs/repodata").stat().st_mode & 0o777 == 0o700
    # What is installed is not fetched again for another package's sake.
    assert set(install(["other"], ["demo"], private_channel)) == {"demo", "other"}


def test_a_local_directory_has_no_token(install: Any, channel: Path, tmp_path: Path) -> None:
    place = tmp_path / "t/lab/channel"
    place.parent.mkdir(parents=True)
    channel.rename(place)
    assert install(["demo"], [], place.as_uri())["demo"]["url"].startswith(place.as_uri())


def test_what_is_installed_need_not_be_in_the_channel_any_more(install: Any, channel: Path) -> None:
    install(["demo"], [])
    (channel / "noarch/demo-1.0-0.tar.bz2").unlink()
    assert set(install(["other"], ["demo"])) == {"demo", "other"}


def test_a_link_has_no_sum_that_conda_would_compare_with_the_file(install: Any, tmp_path: Path) -> None:
    entries = install(["demo"], [])["demo"]["paths_data"]["paths"]
    assert [entry["_path"] for entry in entries] == ["share/demo", "share/demo.link"]
    for entry in entries:
        installed = (tmp_path / "prefix" / entry["_path"]).read_bytes()
        assert entry.get("sha256_in_prefix") in (None, hashlib.sha256(installed).hexdigest())


@pytest.mark.parametrize("key", ["requested_specs", "requested_spec"])
def test_what_was_asked_for_before_stays_asked_for(install: Any, tmp_path: Path, key: str) -> None:
    record = install(["demo >=1"], [])["demo"]
    # as a newer and an older conda note it
    del record["requested_specs"]
    record[key] = ["demo[version='>=1']"] if key.endswith("s") else "demo[version='>=1']"
    (tmp_path / "prefix/conda-meta/demo-1.0-0.json").write_text(json.dumps(record))
    records = install(["other"], ["demo"])
    assert {name: found["requested_specs"] for name, found in records.items()} == {
        "demo": ["demo >=1"],
        "other": ["other"],
    }


def test_a_mere_dependency_of_an_older_conda_is_not_asked_for(install: Any, tmp_path: Path) -> None:
    record = install([], ["demo"])["demo"]
    (tmp_path / "prefix/conda-meta/demo-1.0-0.json").write_text(json.dumps({**record, "requested_spec": "None"}))
    assert install(["other"], ["demo"])["demo"]["requested_specs"] == []
