"""What is an environment's alone gets its owner, group and mode; what it shares with others stays as it is."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.changes.guards import ChangeError
from ansible_collections.benchwright.python.plugins.module_utils._conda.changes.rights import (
    Rights,
    check_known,
    difference,
    give,
    inherited,
    rights_of,
)

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
SOMEBODY = 54321


def rights(**options: str) -> Rights:
    return rights_of(options)


@pytest.fixture
def release(tmp_path: Path, install_packages: Any, make_package: Any) -> Path:
    """An environment with a program, a text, a link, and a file that the package cache has as well."""
    release, cache = tmp_path / "release", tmp_path / "cache"
    install_packages(release, make_package("six", files=["bin/tool", "lib/text"]))
    (release / "bin/tool").chmod(0o755)
    (release / "lib/text").chmod(0o644)
    (release / "lib/link").symlink_to("text")
    cache.write_text("shared")
    cache.chmod(0o644)
    os.link(cache, release / "lib/shared")
    return release


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def bring(release: Path, wanted: Rights) -> None:
    assert difference(release, wanted)
    give(release, wanted)
    assert not difference(release, wanted)


def test_directories_get_the_mode_and_files_what_is_sensible_of_it(release: Path) -> None:
    bring(release, rights(mode="2770"))
    assert [mode(release / path) for path in ("", "lib", "conda-meta")] == [0o2770] * 3
    assert [mode(release / path) for path in ("bin/tool", "lib/text", "lib/shared")] == [0o770, 0o660, 0o644]


@as_root
def test_the_owner_gets_all_but_what_is_shared(release: Path, tmp_path: Path) -> None:
    bring(release, rights(owner=str(SOMEBODY), group=str(SOMEBODY)))
    strangers = [path for path in release.rglob("*") if path.lstat().st_uid != SOMEBODY]
    assert strangers == [release / "lib/shared"]
    assert (tmp_path / "cache").stat().st_uid == 0
    assert {path.lstat().st_gid for path in release.rglob("*") if path not in strangers} == {SOMEBODY}


@as_root
def test_a_link_to_elsewhere_gives_nothing_away(release: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/secret").touch()
    (release / "directory").symlink_to(tmp_path / "elsewhere")
    bring(release, rights(owner=str(SOMEBODY), mode="0700"))
    assert [(tmp_path / path).stat().st_uid for path in ("elsewhere", "elsewhere/secret")] == [0, 0]
    assert mode(tmp_path / "elsewhere") != 0o700


def test_what_is_as_wanted_is_not_touched(release: Path) -> None:
    give(release, rights(mode="0750"))
    before = {path: path.lstat().st_ctime_ns for path in (release, *release.rglob("*"))}
    give(release, rights(mode="0750"))
    assert {path: path.lstat().st_ctime_ns for path in before} == before


@pytest.mark.parametrize("path", ["", "lib", "conda-meta", "conda-meta/history"])
def test_what_somebody_changed_is_noticed(release: Path, path: str) -> None:
    give(release, rights(mode="0750"))
    (release / path).chmod(0o700)
    assert difference(release, rights(mode="0750"))


def test_what_a_killed_run_left_is_noticed(release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment's own directory is the last."""
    seen: list[Path] = []
    chmod = os.chmod
    monkeypatch.setattr(os, "chmod", lambda path, bits: (seen.append(Path(os.readlink(path))), chmod(path, bits)))
    give(release, rights(mode="0750"))
    assert seen[-1] == release


def test_the_difference_is_told_in_the_words_of_the_options(release: Path) -> None:
    release.chmod(0o755)
    assert difference(release, rights(mode="0750")) == (("mode 0755", "mode 0750"),)
    release.chmod(0o750)
    assert difference(release, rights(mode="750")) == (("mode 0750 (not everywhere)", "mode 0750"),)
    assert difference(release.with_name("new"), rights(mode="0750")) == (("", "mode 0750"),)
    assert difference(release, rights()) == ()


@pytest.mark.parametrize("wrong", ["488", "0650", "u=rwx", "9", "077777", "0o750"])
def test_what_is_no_mode_is_refused(wrong: str) -> None:
    """488 is what YAML makes of 0750 without quotation marks."""
    with pytest.raises(ChangeError, match="give octal digits in quotation marks"):
        rights(mode=wrong)


def test_every_mode_that_yaml_took_for_a_number_is_refused() -> None:
    for bits in (*range(0o700, 0o1000), *range(0o2700, 0o3000)):
        with pytest.raises(ChangeError):
            rights(mode=str(bits))


@as_root
def test_who_has_no_account_yet_is_a_difference_and_is_refused_by_a_run(release: Path) -> None:
    wanted = rights(owner="nobody-has-this-name", group="nor-this")
    assert difference(release, wanted)
    with pytest.raises(ChangeError, match="no user nobody-has-this-name and no group nor-this on this host"):
        check_known(wanted)


@pytest.mark.parametrize(("option", "told"), [("owner", "only root can give"), ("group", "only root, and who is in")])
def test_an_ordinary_user_gives_nothing_away(monkeypatch: pytest.MonkeyPatch, option: str, told: str) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: SOMEBODY)
    with pytest.raises(ChangeError, match=told):
        rights(**{option: "12345"})
    assert rights(owner=str(SOMEBODY)).uid == SOMEBODY


def test_a_new_release_has_the_rights_of_the_one_before(release: Path, tmp_path: Path) -> None:
    new = tmp_path / "new"
    new.mkdir(mode=0o755)
    release.chmod(0o755)
    assert not inherited(rights(), release, new)
    release.chmod(0o2750)
    assert inherited(rights(), release, new).mode == 0o2750
    assert inherited(rights(mode="0700"), release, new).mode == 0o700
    assert not inherited(rights(), tmp_path / "none", new)
