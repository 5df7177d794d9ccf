"""Room on the disk: what an environment takes, and what linking a package from the cache would."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.installed import disk_usage
from ansible_collections.benchwright.python.plugins.module_utils._conda.installed.disk_usage import (
    BLOCK,
    size_on_disk,
    unshared_bytes,
)


def blocks(*paths: Path) -> int:
    return sum(path.stat().st_blocks * 512 for path in paths)


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    prefix = tmp_path / "lab"
    (prefix / "lib").mkdir(parents=True)
    for name in ("one", "two"):
        (prefix / "lib" / name).write_bytes(b"x" * 10_000)
    return prefix


def test_it_is_what_du_counts(lab: Path) -> None:
    os.link(lab / "lib/one", lab / "again")  # counts once
    (lab / "link").symlink_to("lib")
    assert size_on_disk(str(lab)) == blocks(lab, lab / "lib", lab / "lib/one", lab / "lib/two")


def test_what_is_shared_with_a_cache_counts_in_full(lab: Path, tmp_path: Path) -> None:
    before = size_on_disk(str(lab))
    os.link(lab / "lib/one", tmp_path / "cached")
    assert size_on_disk(str(lab)) == before


def test_a_directory_can_be_passed_over(lab: Path) -> None:
    whole = size_on_disk(str(lab))
    without = size_on_disk(str(lab), (str(lab / "lib"),))
    assert without == whole - blocks(lab / "lib/one", lab / "lib/two")


def test_what_does_not_exist_has_no_size(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        size_on_disk(str(tmp_path / "nowhere"))


@pytest.fixture
def cached(tmp_path: Path) -> Path:
    """A package in the cache: three files in two directories, one of which the prefix is written into."""
    extracted = tmp_path / "pkgs/six-1.0-0"
    (extracted / "info").mkdir(parents=True)
    paths: list[dict[str, Any]] = [
        {"_path": "lib/six.py", "size_in_bytes": 3 * BLOCK},
        {"_path": "bin/six", "size_in_bytes": BLOCK + 1, "prefix_placeholder": "/placeholder"},
        {"_path": "lib/data", "size_in_bytes": 1},
    ]
    (extracted / "info/paths.json").write_text(json.dumps({"paths": paths, "paths_version": 1}))
    return extracted


def test_on_one_file_system_only_rewritten_files_and_directories_take_room(cached: Path, tmp_path: Path) -> None:
    assert unshared_bytes(str(cached), str(tmp_path)) == BLOCK * (2 + 2)


def test_on_another_file_system_everything_does(cached: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there = os.stat
    monkeypatch.setattr(
        disk_usage.os,
        "stat",
        lambda path, *rest, **more: os.stat_result((0, 0, 7, *[0] * 7)) if str(path) == "/data" else there(path),
    )
    assert unshared_bytes(str(cached), "/data") == BLOCK * (3 + 2 + 1 + 2)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"paths": 7}', '{"paths": null}'])
def test_a_package_that_cannot_be_read_counts_nothing(cached: Path, tmp_path: Path, text: str) -> None:
    (cached / "info/paths.json").write_text(text)
    assert unshared_bytes(str(cached), str(tmp_path)) == 0
