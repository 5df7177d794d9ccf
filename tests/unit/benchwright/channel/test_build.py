"""Decisions of the build that need neither apt nor pip: what is finished, what is refused."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from benchwright.channel import assembly, build, marker
from benchwright.channel.build import build_channel
from benchwright.channel.errors import ChannelError
from benchwright.channel.marker import Inputs, Marker


def refuse(*arguments: object) -> None:
    pytest.fail("a finished channel was built again")


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def assembled(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Stands in for the work of a build: one package file, and the channels it was called for."""
    calls = []

    def assemble(source: Path, channel: Path, inputs: Inputs, progress: Callable[[str], None]) -> tuple[Marker, bool]:
        calls.append(channel)
        (channel / "noarch").mkdir(exist_ok=True)
        (channel / "noarch" / "demo.conda").write_bytes(b"demo")
        finished = Marker(inputs, "3.11.2", {}, 1, marker.describe(channel, ["noarch/demo.conda"]))
        marker.write(channel, finished)
        return finished, False

    monkeypatch.setattr(assembly, "assemble", assemble)
    return calls


@pytest.fixture
def requirements(tmp_path: Path) -> Path:
    path = tmp_path / "tools.txt"
    path.write_text("demo==1.0\n")
    return path


def test_the_second_build_does_nothing(requirements: Path, tmp_path: Path, assembled: list[Path]) -> None:
    first = build_channel(requirements, tmp_path / "out", progress=print)
    second = build_channel(requirements, tmp_path / "out", progress=refuse)

    assert (first.unchanged, second.unchanged, len(assembled)) == (False, True, 1)
    assert (second.path, second.url, second.packages) == (tmp_path / "out", f"file://{tmp_path}/out", 1)


def test_a_copied_channel_is_finished_too(requirements: Path, tmp_path: Path, assembled: list[Path]) -> None:
    build_channel(requirements, tmp_path / "out", progress=print)
    os.utime(tmp_path / "out" / "noarch" / "demo.conda", (1, 1))

    assert build_channel(requirements, tmp_path / "out", progress=refuse).unchanged


def change_requirements(requirements: Path, out: Path) -> None:
    requirements.write_text("demo==1.1\n")


def truncate(requirements: Path, out: Path) -> None:
    (out / "noarch" / "demo.conda").write_bytes(b"dem")


def corrupt(requirements: Path, out: Path) -> None:
    (out / "noarch" / "demo.conda").write_bytes(b"dEmo")
    os.utime(out / "noarch" / "demo.conda", (1, 1))


def remove(requirements: Path, out: Path) -> None:
    (out / "noarch" / "demo.conda").unlink()


def remove_marker(requirements: Path, out: Path) -> None:
    (out / marker.NAME).unlink()


def spoil_marker(requirements: Path, out: Path) -> None:
    (out / marker.NAME).write_text('{"inputs": []')


@pytest.mark.parametrize(
    "event",
    [change_requirements, truncate, corrupt, remove, remove_marker, spoil_marker],
    ids=lambda event: event.__name__,
)
def test_it_is_built_again_after(
    event: Callable[[Path, Path], None], requirements: Path, tmp_path: Path, assembled: list[Path]
) -> None:
    build_channel(requirements, tmp_path / "out", progress=print)
    event(requirements, tmp_path / "out")

    assert not build_channel(requirements, tmp_path / "out", progress=print).unchanged
    assert build_channel(requirements, tmp_path / "out", progress=refuse).unchanged


def test_other_source_of_this_package_builds_again(
    requirements: Path, tmp_path: Path, assembled: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    build_channel(requirements, tmp_path / "out", progress=print)
    monkeypatch.setattr(marker, "sources_digest", lambda: "other")

    assert not build_channel(requirements, tmp_path / "out", progress=print).unchanged


def test_refresh_asks_again(requirements: Path, tmp_path: Path, assembled: list[Path]) -> None:
    build_channel(requirements, tmp_path / "out", progress=print)
    build_channel(requirements, tmp_path / "out", progress=print, refresh=True)

    assert len(assembled) == 2


def test_each_requirements_file_has_its_place_in_the_cache(requirements: Path, cache: Path) -> None:
    places = {build.default_output(path) for path in (build.SHIPPED, requirements, requirements.parent / "other.txt")}

    assert len(places) == 3
    assert build.default_output(build.SHIPPED) == cache / "benchwright" / "channel" / "default"
    assert all(place.parent == cache / "benchwright" / "channel" for place in places)


def test_a_directory_of_someone_else_is_refused(requirements: Path, tmp_path: Path, assembled: list[Path]) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("mine")

    with pytest.raises(ChannelError, match="out is not empty and was not made by this command"):
        build_channel(requirements, tmp_path / "out", progress=print)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["thesis.txt"]


def test_missing_requirements_are_named(tmp_path: Path) -> None:
    with pytest.raises(ChannelError, match=r"cannot read the requirements file .*none.txt: No such file"):
        build_channel(tmp_path / "none.txt", tmp_path / "out", progress=print)


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (
            OSError(errno.ENOSPC, "No space left on device", "/full/x.conda"),
            "no space is left for /full/x.conda: make room",
        ),
        (
            OSError(errno.EACCES, "Permission denied", "/closed"),
            "cannot build the channel .*: /closed: Permission denied",
        ),
    ],
)
def test_errors_of_the_file_system_name_the_path(
    error: OSError, message: str, requirements: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: object) -> None:
        raise error

    monkeypatch.setattr(assembly, "assemble", fail)
    with pytest.raises(ChannelError, match=message):
        build_channel(requirements, tmp_path / "out", progress=print)
