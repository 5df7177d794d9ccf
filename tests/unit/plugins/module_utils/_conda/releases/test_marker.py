"""A release is known by a marker that is its own, and whole."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.descriptions.environment import LockedPackage
from ansible_collections.benchwright.python.plugins.module_utils._conda.releases.marker import (
    MARKER,
    Marker,
    read_marker,
    remove_marker,
    write_marker,
)

SIX = LockedPackage("https://conda.example.org/lab/noarch/six-1.0-0.conda", "ab" * 32)
WHOLE = Marker(
    name="lab-0123456789ab",
    inputs="cd" * 32,
    order=3,
    created=1700000000.5,
    contents=("six 1.0 0", "pip: humanize==4"),
    packages=(SIX,),
    pip=("humanize==4",),
    adopted=True,
)


@pytest.fixture
def release(tmp_path: Path) -> Path:
    path = tmp_path / WHOLE.name
    (path / "conda-meta").mkdir(parents=True)
    write_marker(path, WHOLE)
    return path


def test_what_is_written_is_read(release: Path) -> None:
    assert read_marker(release) == WHOLE


def test_conda_does_not_take_it_for_a_package(release: Path) -> None:
    assert list((release / "conda-meta").glob("*.json")) == []


def test_without_one_it_is_no_release(release: Path) -> None:
    remove_marker(release)
    assert read_marker(release) is None
    assert read_marker(release / "nowhere") is None


@pytest.mark.parametrize("part", [0, 1, 20, -1])
def test_a_truncated_one_is_none(release: Path, part: int) -> None:
    (release / MARKER).write_bytes((release / MARKER).read_bytes()[:part])
    assert read_marker(release) is None


@pytest.mark.parametrize("text", ["[]", "7", "null", '"lab"', "{}", "[" * 100_000, '{"packages": 1}', "\0\xff"])
def test_nonsense_is_none(release: Path, text: str) -> None:
    (release / MARKER).write_text(text)
    assert read_marker(release) is None


@pytest.mark.parametrize("change", [{"stranger": 1}, {"packages": [{"path": "x"}]}, {"packages": ["six"]}, {"pip": 1}])
def test_what_another_program_wrote_is_none(release: Path, change: dict[str, object]) -> None:
    (release / MARKER).write_text(json.dumps({**json.loads((release / MARKER).read_text()), **change}))
    assert read_marker(release) is None


def test_a_copy_under_another_name_is_no_release(release: Path) -> None:
    copy = release.with_name("lab-ba9876543210")
    shutil.copytree(release, copy)
    assert read_marker(copy) is None
    assert read_marker(release) == WHOLE
