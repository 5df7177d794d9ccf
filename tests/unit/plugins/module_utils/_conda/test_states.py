"""Present and absent: what is locked, what is left, and what is not touched. The engine is a stand-in, files are real."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda import states
from ansible_collections.benchwright.python.plugins.module_utils._conda.change import ChangeError, EngineNeeded, Target
from ansible_collections.benchwright.python.plugins.module_utils._conda.environment import Environment
from ansible_collections.benchwright.python.plugins.module_utils._conda.states import (
    Outcome,
    ensure_absent,
    ensure_present,
)
from ansible_collections.benchwright.python.plugins.module_utils._files import locked

SIX = Environment(channels=("lab",), dependencies=("six",))


@pytest.fixture
def target(tmp_path: Path) -> Target:
    return Target(str(tmp_path / "root/envs/lab"), str(tmp_path / "root"))


@pytest.fixture
def prefix(target: Target) -> Path:
    return Path(target.prefix)


@pytest.fixture
def lab(install_packages: Any, make_package: Any, target: Target, prefix: Path) -> Path:
    """An environment with six, and a package cache."""
    install_packages(prefix, make_package("six"))
    Path(target.package_cache).mkdir()
    return prefix


def present(target: Target, wanted: Environment = SIX, check_mode: bool = False) -> Outcome:
    return ensure_present(wanted, target, "strict", [], check_mode)


def test_check_then_run_then_check_then_run(engine: Any, make_package: Any, target: Target, prefix: Path) -> None:
    engine.solution = [make_package("six", "1.17")]
    predicted = present(target, check_mode=True)
    assert not Path(target.root_prefix).exists()
    did = present(target)
    assert predicted == did
    assert (did.changed, did.plan.link, did.why) == (True, ("six 1.17 0",), ("six",))
    assert [present(target, check_mode=check).changed for check in (True, False)] == [False, False]
    assert engine.calls.count("install") == 1
    assert len(engine.requests) == 2


def test_the_engine_inherits_the_lock_and_works_under_it(
    engine: Any, make_package: Any, target: Target, prefix: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.solution = [make_package("six")]
    present(target)
    [inherited] = engine.inherited
    assert len(inherited) == 1
    assert (prefix.parent / ".lab.lock").exists()


def test_two_runs_at_once_install_once(engine: Any, make_package: Any, target: Target, prefix: Path) -> None:
    engine.solution = [make_package("six")]
    outcomes: list[Outcome] = []
    prefix.parent.mkdir(parents=True)
    runs = [threading.Thread(target=lambda: outcomes.append(present(target))) for dummy in range(2)]
    with locked(prefix.parent / ".lab.lock"):
        for one in runs:
            one.start()
        time.sleep(0.3)
        assert engine.calls == []
    for one in runs:
        one.join(10)
    assert sorted(outcome.changed for outcome in outcomes) == [False, True]
    assert engine.calls.count("install") == 1


def test_a_run_without_an_engine_locks_and_makes_nothing(target: Target) -> None:
    with pytest.raises(EngineNeeded):
        ensure_present(SIX, target, "strict", None, check_mode=True)
    assert not Path(target.root_prefix).exists()


def test_a_place_that_cannot_be_written_is_told(
    engine: Any, target: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(ChangeError, match=rf"^{tmp_path} cannot be written by user .*run as its owner"):
        present(target)
    assert not Path(target.root_prefix).exists()


def test_a_place_where_nothing_can_be_made_is_told(engine: Any, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ChangeError, match="nothing can be made in"):
        states._in_directory(tmp_path / "file/envs/.lab.lock")


def test_absent_check_then_run_then_check_then_run(lab: Path, target: Target) -> None:
    predicted = ensure_absent(target, check_mode=True)
    assert lab.exists()
    did = ensure_absent(target, check_mode=False)
    assert predicted == did
    assert (did.changed, did.plan.unlink, did.plan.before) == (True, ("six 1.0 0",), ("six 1.0 0",))
    assert not Path(target.root_prefix).exists()
    assert [ensure_absent(target, check_mode=check).changed for check in (True, False)] == [False, False]


def test_the_cache_stays_while_another_environment_uses_it(lab: Path, target: Target) -> None:
    (lab.parent / "other").mkdir()
    ensure_absent(target, check_mode=False)
    assert Path(target.package_cache).is_dir()
    assert sorted(path.name for path in lab.parent.iterdir()) == ["other"]


def test_a_cache_that_a_killed_removal_left_goes_with_the_next(lab: Path, target: Target) -> None:
    lab.rename(lab.parent / "elsewhere")
    (lab.parent / "elsewhere").rename(lab.parent.parent.parent / "elsewhere")
    assert ensure_absent(target, check_mode=True).changed
    assert ensure_absent(target, check_mode=False).changed
    assert not Path(target.package_cache).exists()


def test_files_of_somebody_else_below_the_root_stay(lab: Path, target: Target) -> None:
    (Path(target.root_prefix) / "notes.txt").write_text("mine")
    ensure_absent(target, check_mode=False)
    assert [path.name for path in Path(target.root_prefix).iterdir()] == ["notes.txt"]


@pytest.mark.parametrize("check", [True, False])
def test_a_directory_that_is_no_environment_is_not_removed(prefix: Path, target: Target, check: bool) -> None:
    prefix.mkdir(parents=True)
    (prefix / "thesis.tex").touch()
    with pytest.raises(ChangeError, match=r"is no conda environment .*, so it is not removed"):
        ensure_absent(target, check)
    assert (prefix / "thesis.tex").exists()


def test_a_link_to_an_environment_goes_and_the_environment_stays(lab: Path, target: Target, tmp_path: Path) -> None:
    lab.rename(tmp_path / "real")
    lab.symlink_to(tmp_path / "real")
    assert ensure_absent(target, check_mode=False).changed
    assert not os.path.lexists(lab)
    assert list((tmp_path / "real/conda-meta").glob("six-*.json"))


def test_what_a_killed_removal_left_goes_and_that_of_another_environment_stays(
    engine: Any, make_package: Any, target: Target, prefix: Path
) -> None:
    for name in ("lab-77", "lab-2-77", "lab-2", "lab-x"):
        (prefix.parent / f"{states.REMOVED}{name}/bin").mkdir(parents=True)
    engine.solution = [make_package("six")]
    present(target)
    left = sorted(path.name[len(states.REMOVED) :] for path in prefix.parent.glob(states.REMOVED + "*"))
    assert left == ["lab-2-77", "lab-x"]


def test_removing_what_another_run_removed_meanwhile_is_no_error(lab: Path, target: Target) -> None:
    (lab.parent / "other").mkdir()
    outcomes: list[object] = []

    def remove() -> None:
        try:
            outcomes.append(ensure_absent(target, check_mode=False))
        except Exception as error:
            outcomes.append(error)

    waiting = threading.Thread(target=remove)
    with locked(lab.parent / ".lab.lock"):
        waiting.start()
        time.sleep(0.3)  # it has looked, and waits for the lock
        lab.rename(lab.parent / "moved")
    waiting.join(10)
    assert isinstance(outcomes[0], Outcome), outcomes
