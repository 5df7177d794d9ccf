"""An environment goes with all its releases, the link first; what is somebody else's stays."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.changes.change import Target
from ansible_collections.benchwright.python.plugins.module_utils._conda.changes.guards import ChangeError
from ansible_collections.benchwright.python.plugins.module_utils._conda.changes.states import Outcome
from ansible_collections.benchwright.python.plugins.module_utils._conda.releases import removal
from ansible_collections.benchwright.python.plugins.module_utils._conda.releases.removal import ensure_all_absent
from ansible_collections.benchwright.python.plugins.module_utils._conda.releases.store import Store
from ansible_collections.benchwright.python.plugins.module_utils._conda.releases.switch import switch

OLD, NEW = "0123456789ab", "ba9876543210"
BOTH = (f"lab-{OLD}", f"lab-{NEW}")


@pytest.fixture
def lab(store: Store, make_release: Callable[..., Path], make_package: Any) -> Store:
    """Two releases, and a third directory that a killed run left."""
    make_release(OLD, make_package("idna"))
    make_release(NEW, make_package("six", "2.0"), current=True)
    return store


@pytest.fixture
def remove(store: Store, target: Target) -> Callable[..., Outcome]:
    """Checks first: what it says is what is done, and then nothing is left to do."""

    def remove(target: Target = target) -> Outcome:
        before = os.path.lexists(store.link), store.paths()
        predicted = ensure_all_absent(target, check_mode=True)
        assert (os.path.lexists(store.link), store.paths()) == before
        outcome = ensure_all_absent(target, check_mode=False)
        assert predicted == outcome
        for check_mode in (True, False):
            assert not ensure_all_absent(target, check_mode).changed
        assert (os.path.lexists(store.link), store.paths()) == (False, [])
        assert not store.link.with_name(".lab.lock").exists()
        return outcome

    return remove


def test_the_link_goes_with_all_releases(lab: Store, remove: Callable[..., Outcome]) -> None:
    (lab.directory / f"lab-{'c' * 12}/lib").mkdir(parents=True)
    outcome = remove()
    assert outcome.changed
    assert outcome.plan.unlink == ("six 2.0 0",)
    assert outcome.releases_removed == (*BOTH, f"lab-{'c' * 12}")
    assert not lab.directory.exists()


def test_the_link_goes_first(lab: Store, target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*dummy: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(removal, "remove", killed)
    with pytest.raises(KeyboardInterrupt):
        ensure_all_absent(target, check_mode=False)
    assert not os.path.lexists(lab.link)
    assert len(lab.releases()) == 2


def test_what_a_killed_removal_left_goes_with_the_next(lab: Store, remove: Callable[..., Outcome]) -> None:
    lab.link.unlink()
    outcome = remove()
    assert (outcome.changed, outcome.plan.unlink, outcome.releases_removed) == (True, (), BOTH)


@pytest.mark.parametrize("others", [True, False])
def test_a_link_that_leads_nowhere_goes(lab: Store, remove: Callable[..., Outcome], others: bool) -> None:
    switch(lab, "c" * 12)
    if not others:
        removal.remove(lab, lab.paths())
    outcome = remove()
    assert (outcome.changed, outcome.plan.unlink) == (True, ())
    assert outcome.releases_removed == (BOTH if others else ())


def test_a_plain_directory_goes_with_older_releases(
    lab: Store, remove: Callable[..., Outcome], install_packages: Any, make_package: Any
) -> None:
    lab.link.unlink()
    install_packages(lab.link, make_package("tool"))
    outcome = remove()
    assert (outcome.plan.unlink, outcome.releases_removed) == (("tool 1.0 0",), BOTH)


def test_a_plain_directory_without_releases_goes(
    store: Store, remove: Callable[..., Outcome], install_packages: Any, make_package: Any
) -> None:
    install_packages(store.link, make_package("tool"))
    assert remove().plan.unlink == ("tool 1.0 0",)


def test_a_directory_that_is_no_environment_stays_and_so_do_releases(lab: Store, target: Target) -> None:
    lab.link.unlink()
    lab.link.mkdir()
    (lab.link / "thesis.tex").touch()
    for check_mode in (True, False):
        with pytest.raises(ChangeError, match="no conda environment"):
            ensure_all_absent(target, check_mode)
    assert (lab.link / "thesis.tex").exists()
    assert len(lab.releases()) == 2


def test_of_a_link_to_elsewhere_only_the_link_goes(
    lab: Store, remove: Callable[..., Outcome], tmp_path: Path, install_packages: Any, make_package: Any
) -> None:
    install_packages(tmp_path / "theirs", make_package("tool"))
    lab.link.unlink()
    lab.link.symlink_to(tmp_path / "theirs")
    remove()
    assert (tmp_path / "theirs/conda-meta/tool-1.0-0.json").exists()


def test_a_frozen_one_stays_unless_it_is_allowed(lab: Store, target: Target, remove: Callable[..., Outcome]) -> None:
    (lab.path(NEW) / "conda-meta/frozen").write_text("{}")
    with pytest.raises(ChangeError, match="is frozen"):
        ensure_all_absent(target, check_mode=False)
    assert lab.current == NEW
    remove(dataclasses.replace(target, allow=frozenset({"frozen"})))


def test_another_environments_releases_stay(lab: Store, target: Target, tmp_path: Path) -> None:
    other = Store(str(lab.link.with_name("lab2")))
    other.path(OLD).mkdir(parents=True)
    switch(other, OLD)
    ensure_all_absent(target, check_mode=False)
    assert other.link.is_dir()


def test_a_damaged_one_can_be_removed(lab: Store, remove: Callable[..., Outcome]) -> None:
    (lab.path(NEW) / "conda-meta/six-2.0-0.json").write_text("{")
    assert remove().plan.unlink == ("six 2.0 0",)


def test_with_the_last_one_goes_the_package_cache(lab: Store, target: Target, remove: Callable[..., Outcome]) -> None:
    (Path(target.package_cache) / "six-2.0-0/info").mkdir(parents=True)
    (Path(target.package_cache) / "six-2.0-0/info/index.json").touch()
    remove()
    assert not Path(target.root_prefix).exists()
