"""A directory becomes a tar stream that tells what is in it, and not whose it was nor when it was made."""

from __future__ import annotations

import io
import os
import tarfile
from pathlib import Path

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._docker.engine import DockerError
from ansible_collections.benchwright.python.plugins.module_utils._docker.layer import BLOCK, tar_stream

LONG = "a" * 120 + "/" + "b" * 120


def made(directory: Path, names: list[str], mode: int, time: int) -> Path:
    """Files with their names as contents, made in this order."""
    for name in names:
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
        path.chmod(mode)
        os.utime(path, (time, time))
    (directory / "bin").mkdir(mode=0o700, exist_ok=True)
    (directory / "bin/program").write_bytes(bytes(BLOCK + 1))
    (directory / "bin/program").chmod(mode | 0o100)
    (directory / "bin/link").symlink_to("/opt/elsewhere")
    (directory / "lib").symlink_to("bin")
    return directory


NAMES = ["b", "a/z", "a/b", "a-1", "ä", LONG]


def test_the_same_files_are_the_same_bytes(tmp_path: Path) -> None:
    one = made(tmp_path / "one", NAMES, 0o664, 1_000_000_000)
    other = made(tmp_path / "two", NAMES[::-1], 0o600, 1_700_000_000)
    assert b"".join(tar_stream(str(one))) == b"".join(tar_stream(str(other)))
    (other / "b").write_text("c")
    assert b"".join(tar_stream(str(one))) != b"".join(tar_stream(str(other)))


def test_what_is_in_it(tmp_path: Path) -> None:
    stream = b"".join(tar_stream(str(made(tmp_path, NAMES, 0o664, 1_000_000_000))))
    with tarfile.open(fileobj=io.BytesIO(stream)) as archive:
        members = archive.getmembers()
        files = {member.name: archive.extractfile(member).read() for member in members if member.isfile()}  # type: ignore[union-attr]
    assert {name: name.encode() for name in NAMES} == {name: files[name] for name in NAMES}
    assert files["bin/program"] == bytes(BLOCK + 1)
    by_name = {member.name: member for member in members}
    assert {name: oct(by_name[name].mode) for name in ("b", "bin", "bin/program")} == {
        "b": "0o644",
        "bin": "0o755",
        "bin/program": "0o755",
    }
    assert (by_name["lib"].linkname, by_name["bin/link"].linkname) == ("bin", "/opt/elsewhere")
    assert {(member.uid, member.gid, member.uname, member.mtime) for member in members} == {(0, 0, "", 315532800)}
    assert list(by_name) == sorted(by_name, key=lambda name: os.fsencode(name).split(b"/"))


def test_what_no_image_can_hold_is_named(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "queue")
    with pytest.raises(DockerError, match="queue is neither a file nor a directory nor a link"):
        list(tar_stream(str(tmp_path)))


def test_a_file_that_shrinks_meanwhile_spoils_no_archive(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(bytes(3 * BLOCK))
    stream = tar_stream(str(tmp_path))
    next(stream)
    os.truncate(tmp_path / "a", BLOCK)
    with pytest.raises(DockerError, match="a became shorter"):
        list(stream)
