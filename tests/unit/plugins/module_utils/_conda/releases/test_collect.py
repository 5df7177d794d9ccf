"""What nobody needs goes; what is current, what is used and what is to be kept stays."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.releases.collect import (
    remove,
    surplus,
    unregister,
    unused,
)
from ansible_collections.benchwright.python.plugins.module_utils._conda.releases.marker import MARKER
from ansible_collections.benchwright.python.plugins.module_utils._conda.releases.store import Store
from ansible_collections.benchwright.python.plugins.module_utils._conda.releases.switch import switch

DIGESTS = [letter * 12 for letter in "dcba"]  # the oldest first, which is not the order of their names
MakeRelease = Callable[..., Path]


@pytest.fixture
def four(store: Store, make_release: MakeRelease) -> Store:
    """Four releases, the newest of which is current."""
    for digest in DIGESTS:
        make_release(digest, current=True)
    return store


def letters(paths: list[Path]) -> str:
    return "".join(path.name[-1] for path in paths)


@pytest.mark.parametrize(("keep", "gone"), [(1, "dcb"), (2, "dc"), (3, "d"), (4, ""), (9, ""), (sys.maxsize, "")])
def test_the_oldest_go_until_so_many_are_left(four: Store, keep: int, gone: str) -> None:
    assert letters(surplus(four, keep)) == gone


@pytest.mark.parametrize(("keep", "gone"), [(1, "cba"), (2, "cb"), (3, "c"), (4, "")])
def test_the_current_one_stays_however_old_it_is(four: Store, keep: int, gone: str) -> None:
    switch(four, DIGESTS[0])
    assert letters(surplus(four, keep)) == gone


@pytest.mark.parametrize(("coming", "gone"), [("e" * 12, "dc"), (DIGESTS[0], "c"), (DIGESTS[2], "d")])
def test_what_is_about_to_be_current_counts_already(four: Store, coming: str, gone: str) -> None:
    assert letters(surplus(four, 3, coming)) == gone


def test_what_a_process_uses_stays_and_takes_nobodys_place(four: Store) -> None:
    with subprocess.Popen(["sleep", "60"], cwd=four.path(DIGESTS[1])) as process:
        assert letters(surplus(four, 1)) == "db"
        assert letters(unused(four, four.paths())) == "abd"
        process.kill()
    assert letters(surplus(four, 1)) == "dcb"


def test_what_is_removed_is_gone_with_its_directory_at_last(four: Store) -> None:
    remove(four, surplus(four, 3))
    assert letters(four.paths()) == "abc"
    four.link.unlink()
    remove(four, four.paths())
    assert not four.directory.exists()


def test_the_directory_stays_while_another_environment_has_releases_there(four: Store) -> None:
    (four.directory / "other-0123456789ab").mkdir()
    remove(four, four.paths())
    assert [path.name for path in four.directory.iterdir()] == ["other-0123456789ab"]


def test_one_that_is_half_removed_is_no_release_any_more(four: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(path: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("shutil.rmtree", killed)
    with pytest.raises(KeyboardInterrupt):
        remove(four, [four.path(DIGESTS[0])])
    assert not (four.path(DIGESTS[0]) / MARKER).exists()
    assert letters(four.unfinished()) == "d"
    assert letters([release.path for release in four.releases()]) == "cba"


def test_a_link_goes_and_what_it_leads_to_stays(four: Store, tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs/file").touch()
    link = four.path("e" * 12)
    link.symlink_to(tmp_path / "theirs")
    remove(four, [link])
    assert not link.is_symlink()
    assert (tmp_path / "theirs/file").exists()


def test_condas_list_loses_the_release_and_keeps_the_rest(four: Store, home: Path) -> None:
    release = four.path(DIGESTS[0])
    listed = home / ".conda/environments.txt"
    listed.parent.mkdir(parents=True)
    listed.write_text(f"/opt/conda\n{release}\n{release}x\n  {four.link}\n")
    listed.chmod(0o600)
    remove(four, [release])
    assert listed.read_text() == f"/opt/conda\n{release}x\n  {four.link}\n"
    assert listed.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("listed", [None, "/opt/conda\n"])
def test_a_list_without_it_is_not_touched(four: Store, home: Path, listed: str | None) -> None:
    path = home / ".conda/environments.txt"
    if listed is not None:
        path.parent.mkdir(parents=True)
        path.write_text(listed)
    before = path.stat().st_mtime_ns if listed is not None else 0
    unregister(four.path(DIGESTS[0]))
    assert (path.stat().st_mtime_ns if path.exists() else 0) == before
