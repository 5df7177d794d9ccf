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


@pytest.fixture(autouse=True)
def etc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "etc/apt").mkdir(parents=True)
    os.utime(tmp_path / "etc/apt", (0, 0))
    monkeypatch.setattr(apt_module, "ETC", str(tmp_path / "etc"))
    return tmp_path / "etc"


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


def test_with_a_scratch_directory_lists_are_fetched_into_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apt_module, "LISTS", str(tmp_path / "host"))
    apt_get = AptGetStandIn()
    apt = Apt(apt_get, scratch=str(tmp_path))
    apt.refresh(valid_for=1e9)
    assert (tmp_path / "lists/partial").is_dir()
    assert not (tmp_path / "host").exists()
    scratch = ["-o", f"Dir::Cache={tmp_path}", "-o", f"Dir::State::Lists={tmp_path}/lists"]
    assert apt_get.asked == [[*HEAD, *WAITING, *scratch, "update", "--error-on=any"]]
    Apt(apt_get).install(["git"])
    assert scratch[1] not in apt_get.asked[1]  # one's own directory is not remembered for the next


def test_young_lists_of_the_host_do_for_a_scratch_directory_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apt_module, "LISTS", str(tmp_path / "host"))
    (tmp_path / "host").mkdir()
    (tmp_path / "host/a_Packages").touch()
    apt_get = AptGetStandIn()
    Apt(apt_get, scratch=str(tmp_path)).refresh(valid_for=100)
    assert apt_get.asked == []


def test_a_site_that_is_not_set_up_yet_is_asked_with_its_own_sources_and_its_secrets_stay_out_of_argv(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apt_module, "LISTS", str(tmp_path / "host"))
    (tmp_path / "host").mkdir()
    (tmp_path / "host/a_Packages").touch()
    apt_get = AptGetStandIn()
    proxy = 'Acquire::http::Proxy "http://me:secret@proxy.example.org";'
    Apt(apt_get, str(tmp_path), (proxy, "Types: deb\nURIs: file:///mirror\n")).refresh(valid_for=1e9)
    [asked] = apt_get.asked
    configuration = Path(asked[asked.index("-c") + 1])
    assert configuration.stat().st_mode & 0o777 == 0o600
    assert proxy in configuration.read_text()
    assert f'Dir::Etc::SourceParts "{tmp_path}/sources";' in configuration.read_text()
    assert (tmp_path / "sources/site.sources").read_text().startswith("Types: deb")
    assert "secret" not in " ".join(asked)


def test_a_dpkg_that_was_killed_is_brought_to_its_end_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apt_module, "JOURNAL", str(tmp_path / "updates"))
    (tmp_path / "updates").mkdir()
    apt_get = AptGetStandIn()
    Apt(apt_get).install(["git"])
    (tmp_path / "updates/0001").touch()
    Apt(apt_get).install(["git"])
    assert [argv[0] for argv in apt_get.asked] == ["apt-get", "dpkg", "apt-get"]


@pytest.mark.parametrize(
    "source", ["sources.list", "sources.list.d/mine.sources", "benchwright.sources.d/site.sources"]
)
def test_lists_that_are_older_than_their_sources_are_fetched_anew(
    tmp_path: Path, etc: Path, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    monkeypatch.setattr(apt_module, "LISTS", str(tmp_path / "lists"))
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists/a_Packages").touch()
    os.utime(tmp_path / "lists/a_Packages", (time.time() - 5,) * 2)
    (etc / "apt" / source).parent.mkdir(exist_ok=True)
    (etc / "apt" / source).touch()
    apt_get = AptGetStandIn()
    Apt(apt_get).refresh(valid_for=1000)
    assert "update" in apt_get.asked[0]
