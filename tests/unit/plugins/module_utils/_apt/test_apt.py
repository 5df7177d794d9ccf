"""What is asked of apt-get, to the word, and how its refusals are told."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._apt import apt as apt_module
from ansible_collections.benchwright.python.plugins.module_utils._apt.apt import Apt, AptError

HEAD = ["apt-get", "--yes", "--quiet"]
WAITING = ["-o", "DPkg::Lock::Timeout=300", "-o", "APT::Sandbox::User=root", "-o", "Dpkg::Options::=--force-confold"]


class AptGetStandIn:
    """Remembers what it was asked, and answers as told."""

    def __init__(self, code: int = 0, out: str = "", err: str = "") -> None:
        self.answer, self.asked = (code, out, err), []

    def __call__(self, argv: Sequence[str]) -> tuple[int, str, str]:
        self.asked.append(list(argv))
        return self.answer


def test_what_is_asked() -> None:
    apt_get = AptGetStandIn(out="Inst git\n")
    apt = Apt(apt_get)
    assert apt.simulate("remove", ["git", "-evil"]) == "Inst git\n"
    apt.install(["git"])
    apt.remove(["git"])
    assert apt_get.asked == [
        [*HEAD, *WAITING, "--simulate", "remove", "--no-install-recommends", "--", "git", "-evil"],
        [*HEAD, *WAITING, "install", "--no-install-recommends", "--", "git"],
        [*HEAD, *WAITING, "remove", "--", "git"],
    ]


@pytest.mark.parametrize(
    ("err", "told"),
    [
        ("noise\nW: old list\nE: Unable to locate package gitt\n", "W: old list E: Unable to locate package gitt;"),
        ("1\n2\n3\n4\n5\n6\n", "failed: 2 3 4 5 6;"),
    ],
)
def test_a_refusal_is_told_in_apts_words_with_a_next_step(err: str, told: str) -> None:
    with pytest.raises(AptError) as raised:
        Apt(AptGetStandIn(100, "", err)).install(["gitt"])
    assert str(raised.value).startswith("apt-get install failed: ")
    assert told in str(raised.value)
    assert "noise" not in str(raised.value)
    assert "run again" in str(raised.value)


@pytest.mark.parametrize(
    ("name", "age", "fetched"),
    [
        ("mirror_dists_stable_main_Packages", 100, False),
        ("mirror_dists_stable_main_Packages.lz4", 100, False),
        ("mirror_dists_stable_main_Packages", 5000, True),
        ("mirror_dists_stable_InRelease", 100, True),
    ],
)
def test_lists_are_fetched_only_when_there_are_none_that_are_young(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, age: float, fetched: bool
) -> None:
    monkeypatch.setattr(apt_module, "LISTS", str(tmp_path))
    (tmp_path / name).touch()
    os.utime(tmp_path / name, (time.time() - age,) * 2)
    apt_get = AptGetStandIn()
    Apt(apt_get).refresh(valid_for=1000)
    assert apt_get.asked == ([[*HEAD, *WAITING, "update", "--error-on=any"]] if fetched else [])


def test_the_youngest_list_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apt_module, "LISTS", str(tmp_path))
    for name, age in (("a_Packages", 9000.0), ("b_Packages", 10.0)):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (time.time() - age,) * 2)
    apt_get = AptGetStandIn()
    Apt(apt_get).refresh(valid_for=1000)
    assert apt_get.asked == []


def test_with_a_scratch_directory_the_hosts_lists_are_neither_read_nor_written(tmp_path: Path) -> None:
    apt_get = AptGetStandIn()
    apt = Apt(apt_get, scratch=str(tmp_path))
    apt.refresh(valid_for=1e9)
    assert (tmp_path / "lists/partial").is_dir()
    scratch = ["-o", f"Dir::State::Lists={tmp_path}/lists", "-o", f"Dir::Cache={tmp_path}"]
    assert apt_get.asked == [[*HEAD, *WAITING, *scratch, "update", "--error-on=any"]]
    Apt(apt_get).install(["git"])
    assert scratch[1] not in apt_get.asked[1]  # one's own directory is not remembered for the next
