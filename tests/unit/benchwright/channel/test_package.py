from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from conda_package_streaming.package_streaming import stream_conda_component

from benchwright.channel.package import PLACEHOLDER, File, Package, write

PACKAGE = Package(
    name="demo",
    version="1.0",
    build="h{hash}_0",
    subdir="linux-64",
    depends=("python >=3.11",),
    files=(
        File("lib/libdemo.so.1.2", b"\x7fELF"),
        File("bin/demo", f"#!{PLACEHOLDER}/bin/python\n".encode(), executable=True),
        File("lib/libdemo.so.1", link="libdemo.so.1.2"),
    ),
    timestamp=1_700_000_000,
    license="MIT",
    info={"licenses/COPYING": b"free"},
)


def members(path: Path, component: str) -> dict[str, tuple[tarfile.TarInfo, bytes]]:
    """A component's members, read by conda's own library."""
    found = {}
    for archive, member in stream_conda_component(path, component=component):
        stream = archive.extractfile(member) if member.isfile() else io.BytesIO()
        found[member.name] = (member, stream.read())
    return found


def info(path: Path, name: str) -> Any:
    return json.loads(members(path, "info")[f"info/{name}"][1])


def test_the_same_package_gives_the_same_bytes(tmp_path: Path) -> None:
    reordered = replace(PACKAGE, files=tuple(reversed(PACKAGE.files)))
    first, second = write(PACKAGE, tmp_path / "a", "x86_64"), write(reordered, tmp_path / "b", "x86_64")

    assert first == second
    paths = [tmp_path / name / "linux-64" / first.file_name for name in ("a", "b")]
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_other_content_gets_another_name(tmp_path: Path) -> None:
    other = replace(PACKAGE, files=(*PACKAGE.files[1:], File("lib/libdemo.so.1.2", b"\x7fELF2")))

    assert write(PACKAGE, tmp_path, "x86_64").file_name != write(other, tmp_path, "x86_64").file_name
    assert len(list((tmp_path / "linux-64").iterdir())) == 2


def test_what_conda_reads_back(tmp_path: Path) -> None:
    record = write(PACKAGE, tmp_path, "x86_64")
    path = tmp_path / "linux-64" / record.file_name
    files = members(path, "pkg")

    assert {name: content for name, (dummy, content) in files.items()} == {
        "bin/demo": f"#!{PLACEHOLDER}/bin/python\n".encode(),
        "lib/libdemo.so.1": b"",
        "lib/libdemo.so.1.2": b"\x7fELF",
    }
    assert files["bin/demo"][0].mode == 0o755
    assert files["lib/libdemo.so.1"][0].linkname == "libdemo.so.1.2"
    assert {member.mtime for member, dummy in files.values()} == {1_700_000_000}
    assert members(path, "info")["info/licenses/COPYING"][1] == b"free"


def test_paths_describe_every_member(tmp_path: Path) -> None:
    record = write(PACKAGE, tmp_path, "x86_64")
    paths = {entry["_path"]: entry for entry in info(tmp_path / "linux-64" / record.file_name, "paths.json")["paths"]}

    assert paths["lib/libdemo.so.1.2"] == {
        "_path": "lib/libdemo.so.1.2",
        "path_type": "hardlink",
        "sha256": hashlib.sha256(b"\x7fELF").hexdigest(),
        "size_in_bytes": 4,
    }
    assert paths["lib/libdemo.so.1"]["path_type"] == "softlink"
    assert (paths["bin/demo"]["file_mode"], paths["bin/demo"]["prefix_placeholder"]) == ("text", PLACEHOLDER)


def test_the_record_is_the_index_and_the_files_sums(tmp_path: Path) -> None:
    record = write(PACKAGE, tmp_path, "x86_64")
    path = tmp_path / "linux-64" / record.file_name
    content = path.read_bytes()
    sums = {
        "md5": hashlib.md5(content).hexdigest(),
        "sha256": hashlib.sha256(content).hexdigest(),
        "size": len(content),
    }

    assert record.entry == info(path, "index.json") | sums
    assert record.file_name == f"demo-1.0-{record.entry['build']}.conda"


def test_a_failed_write_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write(PACKAGE, tmp_path, "x86_64")
    assert not list((tmp_path / "linux-64").iterdir())
