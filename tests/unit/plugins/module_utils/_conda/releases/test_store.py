"""Which releases are whose, which one is current, and what is left over."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.releases.marker import MARKER
from ansible_collections.benchwright.python.plugins.module_utils._conda.releases.store import Store
from ansible_collections.benchwright.python.plugins.module_utils._conda.releases.switch import switch

OLD, NEW, OTHER = "0123456789ab", "ba9876543210", "cccccccccccc"
MakeRelease = Callable[..., Path]


@pytest.mark.parametrize(
    ("prefix", "release", "held"),
    [
        ("root/envs/lab", f"root/.releases/lab-{OLD}", f"../.releases/lab-{OLD}"),
        ("srv/lab", f"srv/.lab.releases/lab-{OLD}", f".lab.releases/lab-{OLD}"),
        ("root/lab", f"root/.lab.releases/lab-{OLD}", f".lab.releases/lab-{OLD}"),
        ("root/envs/a.b+c", f"root/.releases/a.b+c-{OLD}", f"../.releases/a.b+c-{OLD}"),
    ],
)
def test_where_releases_lie(tmp_path: Path, prefix: str, release: str, held: str) -> None:
    store = Store(str(tmp_path / prefix))
    assert store.path(OLD) == tmp_path / release
    assert store.target(OLD) == held
    switch(store, OLD)
    assert (store.current, store.link.resolve()) == (OLD, tmp_path / release)


def test_nothing_is_there_before_the_first(store: Store) -> None:
    assert (store.current, store.marker, store.releases(), store.paths(), store.unfinished()) == ("", None, [], [], [])


def test_the_oldest_comes_first_whatever_it_is_called(store: Store, make_release: MakeRelease) -> None:
    make_release(OTHER)
    make_release(OLD, current=True)
    make_release(NEW)
    assert [release.digest for release in store.releases()] == [OTHER, OLD, NEW]
    assert store.current == OLD
    assert store.marker == store.releases()[1].marker


def test_names_that_begin_alike_share_nothing(tmp_path: Path) -> None:
    """``lab-0123456789ab`` is an environment here, and would be a release of ``lab``."""
    lab, alike, pattern = (Store(str(tmp_path / "envs" / name)) for name in ("lab", f"lab-{OLD}", "l.b"))
    for store in (lab, alike):
        store.path(NEW).mkdir(parents=True)
        switch(store, NEW)
    assert [path.name for path in lab.paths()] == [f"lab-{NEW}"]
    assert [path.name for path in alike.paths()] == [f"lab-{OLD}-{NEW}"]
    assert (lab.current, alike.current, pattern.paths()) == (NEW, NEW, [])


@pytest.mark.parametrize(
    "name", ["lab-0123", f"lab-{OLD}0", "lab-0123456789AB", "lab", f"lab-{OLD}.old", f"xlab-{OLD}"]
)
def test_what_is_called_otherwise_is_nobodys(store: Store, name: str) -> None:
    (store.directory / name).mkdir(parents=True)
    assert store.paths() == store.unfinished() == []


@pytest.mark.parametrize(
    "elsewhere", ["/srv/lab", "../.releases/other-0123456789ab", f"../trash/lab-{OLD}", "lab", "."]
)
def test_a_link_that_leads_elsewhere_is_not_ours(store: Store, elsewhere: str) -> None:
    store.link.parent.mkdir(parents=True)
    store.link.symlink_to(elsewhere)
    assert (store.current, store.marker) == ("", None)


@pytest.mark.parametrize("absolute", [False, True])
def test_a_dangling_link_still_says_what_was_current(store: Store, absolute: bool) -> None:
    store.link.parent.mkdir(parents=True)
    store.link.symlink_to(store.path(OLD) if absolute else store.target(OLD))
    assert (store.current, store.marker) == (OLD, None)


def test_an_environment_that_is_reached_through_a_link_is_the_same(tmp_path: Path, store: Store) -> None:
    store.path(OLD).mkdir(parents=True)
    switch(store, OLD)
    (tmp_path / "way").symlink_to(store.link.parent)
    assert Store(str(tmp_path / "way/lab")).current == OLD


def test_what_killed_runs_left(store: Store, make_release: MakeRelease) -> None:
    make_release(OLD)
    make_release(NEW, current=True)
    (store.path(NEW) / MARKER).unlink()  # current, so it stays whatever it is
    (store.path(OTHER) / "lib").mkdir(parents=True)
    (store.directory / f"other-{OTHER}").mkdir()
    store.path("d" * 12).symlink_to(store.target("d" * 12))  # leads to itself
    store.next_link.symlink_to(store.target(OTHER))
    assert {path.name for path in store.unfinished()} == {f"lab-{OTHER}", "lab-dddddddddddd", ".lab.next"}
    assert [release.digest for release in store.releases()] == [OLD]


def test_somebodys_copy_of_a_release_is_neither_one_nor_left_over(store: Store, make_release: MakeRelease) -> None:
    shutil.copytree(make_release(OLD), store.path(NEW))
    assert [release.digest for release in store.releases()] == [OLD]
    assert store.unfinished() == []
    assert os.path.lexists(store.path(NEW))
