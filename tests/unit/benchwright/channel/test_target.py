from __future__ import annotations

import platform

import pytest
from packaging.tags import Tag

from benchwright.channel.errors import ChannelError
from benchwright.channel.target import Target, machine_subdir


def test_everything_follows_from_the_version(target: Target) -> None:
    assert (target.python, target.abi, target.site_packages) == ("3.11", "cp311", "lib/python3.11/site-packages")
    assert target.python_range == "python >=3.11,<3.12.0a0"
    assert target.markers["python_full_version"] == "3.11.2"


def test_platforms_end_at_the_glibc_of_the_release(target: Target) -> None:
    assert target.platforms[0] == "manylinux_2_36_x86_64"
    assert target.platforms[-5:] == [
        "manylinux_2_7_x86_64",
        "manylinux_2_6_x86_64",
        "manylinux_2_5_x86_64",
        "manylinux1_x86_64",
        "linux_x86_64",
    ]
    assert "manylinux2014_x86_64" in target.platforms


def test_tags_are_ranked_as_pip_ranks_them(target: Target) -> None:
    best_first = [
        Tag("cp311", "cp311", "manylinux_2_28_x86_64"),
        Tag("cp311", "cp311", "manylinux2014_x86_64"),
        Tag("cp311", "abi3", "manylinux2014_x86_64"),
        Tag("cp38", "abi3", "manylinux2014_x86_64"),
        Tag("py3", "none", "any"),
    ]
    ranks = [target.ranks[tag] for tag in best_first]

    assert ranks == sorted(ranks)
    assert Tag("cp312", "cp312", "manylinux2014_x86_64") not in target.ranks
    assert Tag("cp311", "cp311", "manylinux_2_37_x86_64") not in target.ranks
    assert Tag("cp311", "cp311", "manylinux2014_aarch64") not in target.ranks


def test_other_machines_have_other_subdirs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "aarch64")
    assert machine_subdir() == ("aarch64", "linux-aarch64")

    arm = Target("aarch64", "linux-aarch64", "3.13.5", 41)
    assert arm.platforms[-2:] == ["manylinux2014_aarch64", "linux_aarch64"]


def test_a_machine_without_such_packages_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    with pytest.raises(ChannelError, match="x86_64 or aarch64, and this is Linux on riscv64"):
        machine_subdir()
