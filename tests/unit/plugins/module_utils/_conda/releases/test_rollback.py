"""An earlier release is current again by one rename; one that is damaged is not."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.changes.change import Target
from ansible_collections.benchwright.python.plugins.module_utils._conda.changes.guards import ChangeError
from ansible_collections.benchwright.python.plugins.module_utils._conda.changes.states import Outcome
from ansible_collections.benchwright.python.plugins.module_utils._conda.releases.rollback import ensure_rolled_back
from ansible_collections.benchwright.python.plugins.module_utils._conda.releases.store import Store
from ansible_collections.benchwright.python.plugins.module_utils._conda.releases.switch import switch

OLDEST, MIDDLE, NEWEST = "cccccccccccc", "ab0000000000", "abc000000000"


@pytest.fixture
def lab(store: Store, make_release: Callable[..., Path], make_package: Any) -> Store:
    """Three releases with six 1.0, 2.0 and 3.0, which is current."""
    for digest, version in ((OLDEST, "1.0"), (MIDDLE, "2.0"), (NEWEST, "3.0")):
        make_release(digest, make_package("six", version, files=[f"lib/six{version}.py"]), current=True)
    return store


@pytest.fixture
def roll_back(store: Store, target: Target) -> Callable[..., Outcome]:
    """Checks first: what it says is what is done."""

    def roll_back(digest: str = "", target: Target = target) -> Outcome:
        before = store.link.is_symlink(), store.current
        predicted = ensure_rolled_back(target, digest, check_mode=True)
        assert (store.link.is_symlink(), store.current) == before
        outcome = ensure_rolled_back(target, digest, check_mode=False)
        assert predicted == outcome
        assert (predicted.plan.before, predicted.plan.after) == (outcome.plan.before, outcome.plan.after)
        assert store.current == outcome.release
        return outcome

    return roll_back


def test_step_by_step_to_the_oldest(lab: Store, roll_back: Callable[..., Outcome]) -> None:
    outcome = roll_back()
    assert (outcome.changed, outcome.release) == (True, MIDDLE)
    assert (outcome.plan.link, outcome.plan.unlink) == (("six 2.0 0",), ("six 3.0 0",))
    assert roll_back().release == OLDEST
    with pytest.raises(ChangeError, match=rf"no release older.*; there are {OLDEST} \(current\), {MIDDLE}, {NEWEST}$"):
        roll_back()
    assert len(lab.releases()) == 3


@pytest.mark.parametrize(("digest", "release"), [(OLDEST, OLDEST), ("c", OLDEST), ("ab0", MIDDLE)])
def test_to_the_one_that_is_named_or_its_beginning(
    lab: Store, roll_back: Callable[..., Outcome], digest: str, release: str
) -> None:
    assert roll_back(digest).release == release
    again = roll_back(digest)
    assert (again.changed, again.plan.link, again.plan.before == again.plan.after) == (False, (), True)


def test_to_a_newer_one_too(lab: Store, roll_back: Callable[..., Outcome]) -> None:
    roll_back(OLDEST)
    assert roll_back(NEWEST).plan.link == ("six 3.0 0",)


@pytest.mark.parametrize(
    ("digest", "told"), [("ab", "more than one release is called ab"), ("f", "no release of .* is")]
)
def test_a_name_of_more_than_one_or_of_none_is_refused(lab: Store, target: Target, digest: str, told: str) -> None:
    with pytest.raises(ChangeError, match=rf"{told}.*; there are {OLDEST}, {MIDDLE}, {NEWEST} \(current\)"):
        ensure_rolled_back(target, digest, check_mode=False)
    assert lab.current == NEWEST


@pytest.mark.parametrize("check_mode", [True, False])
def test_where_no_releases_are_nothing_can_be_gone_back_to(store: Store, target: Target, check_mode: bool) -> None:
    with pytest.raises(ChangeError, match="there are none: it does not exist, or is not deployed as releases"):
        ensure_rolled_back(target, "", check_mode)
    assert not store.link.exists()


def test_a_damaged_one_is_passed_over_and_refused_by_name(lab: Store, roll_back: Callable[..., Outcome]) -> None:
    (lab.path(MIDDLE) / "lib/six2.0.py").unlink()
    with pytest.raises(ChangeError, match=rf"{MIDDLE} is not whole any more \(file removed by hand: lib/six2.0.py"):
        roll_back(MIDDLE)
    assert roll_back().release == OLDEST


def test_what_was_added_to_one_is_told_and_is_no_damage(
    lab: Store, roll_back: Callable[..., Outcome], make_dist_info: Any
) -> None:
    (lab.path(MIDDLE) / "conda-meta/state").write_text('{"env_vars": {"LEVEL": "3"}}')
    outcome = roll_back()
    assert (outcome.release, outcome.drift) == (MIDDLE, ("added by hand: variable: LEVEL",))


@pytest.mark.parametrize("dangling", [False, True])
def test_a_link_that_is_gone_or_leads_nowhere_is_mended(
    lab: Store, roll_back: Callable[..., Outcome], dangling: bool
) -> None:
    if dangling:
        switch(lab, "0" * 12)
    else:
        lab.link.unlink()
    outcome = roll_back()
    assert (outcome.release, outcome.plan.link, outcome.plan.before) == (NEWEST, ("six 3.0 0",), ())


def test_a_plain_directory_in_its_place_is_kept_as_a_release(
    lab: Store, roll_back: Callable[..., Outcome], install_packages: Any, make_package: Any
) -> None:
    """Somebody removed the link and made an environment with conda."""
    lab.link.unlink()
    install_packages(lab.link, make_package("idna"))
    outcome = roll_back()
    assert (outcome.release, outcome.plan.unlink) == (NEWEST, ("idna 1.0 0",))
    [adopted] = [release for release in lab.releases() if release.marker.adopted]
    assert adopted.marker.contents == ("idna 1.0 0",)
    assert adopted.path.stat().st_ino


def test_a_frozen_environment_stays_unless_it_is_allowed(
    lab: Store, target: Target, roll_back: Callable[..., Outcome]
) -> None:
    (lab.path(NEWEST) / "conda-meta/frozen").write_text("{}")
    with pytest.raises(ChangeError, match="is frozen"):
        roll_back()
    assert roll_back(target=dataclasses.replace(target, allow=frozenset({"frozen"}))).release == MIDDLE


def test_somebody_elses_link_is_left_alone(lab: Store, target: Target, tmp_path: Path) -> None:
    lab.link.unlink()
    lab.link.symlink_to(tmp_path)
    with pytest.raises(ChangeError, match="which is none of its releases"):
        ensure_rolled_back(target, "", check_mode=False)
