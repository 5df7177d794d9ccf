"""Ensured and absent: what is locked, what is left, and what is not touched. The engine is a stand-in, files are real."""

from __future__ import annotations

import dataclasses
import os
import threading
import time
from pathlib import Path
from typing import Any, NoReturn

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.changes import states
from ansible_collections.benchwright.python.plugins.module_utils._conda.changes.change import ChangeError, Target
from ansible_collections.benchwright.python.plugins.module_utils._conda.changes.difference import Policy
from ansible_collections.benchwright.python.plugins.module_utils._conda.changes.states import (
    Outcome,
    ensure,
    ensure_absent,
)
from ansible_collections.benchwright.python.plugins.module_utils._conda.descriptions.environment import Environment
from ansible_collections.benchwright.python.plugins.module_utils._conda.engines.interface import (
    EngineError,
    EngineNeeded,
)
from ansible_collections.benchwright.python.plugins.module_utils._conda.installed.files import NOTE
from ansible_collections.benchwright.python.plugins.module_utils._conda.installed.prefix import PrefixError
from ansible_collections.benchwright.python.plugins.module_utils._files import locked

SIX = Environment(channels=("lab",), dependencies=("six",))
PRESENT = Policy()


@pytest.fixture
def lab(install_packages: Any, make_package: Any, target: Target, prefix: Path) -> Path:
    """An environment with six, and a package cache."""
    install_packages(prefix, make_package("six", files=["lib/six.py"]))
    (Path(target.package_cache) / "six-1.0-0/info").mkdir(parents=True)
    (Path(target.package_cache) / "six-1.0-0/info/index.json").touch()
    return prefix


@pytest.fixture
def present(engine: Any, target: Target) -> Any:
    def present(wanted: Environment = SIX, check_mode: bool = False, policy: Policy = PRESENT) -> Outcome:
        return ensure(wanted, target, policy, engine.find, check_mode)

    return present


def tree(directory: Path) -> dict[str, tuple[int, int]]:
    """Every path below, with its inode and the time of its last change."""
    return {str(path): (path.lstat().st_ino, path.lstat().st_mtime_ns) for path in [directory, *directory.rglob("*")]}


# --- ensured ----------------------------------------------------------------------------------------------------------


def test_check_then_run_then_check_then_run(engine: Any, make_package: Any, target: Target, present: Any) -> None:
    engine.solution = [make_package("six", "1.17")]
    predicted = present(check_mode=True)
    assert not Path(target.root_prefix).exists()
    did = present()
    assert predicted == did
    assert (did.changed, did.plan.link, did.why) == (True, ("six 1.17 0",), ("six",))
    assert [present(check_mode=check).changed for check in (True, False)] == [False, False]
    assert engine.calls.count("install") == 1
    assert len(engine.requests) == 2


@pytest.mark.parametrize(
    "policy", [PRESENT, Policy(exact=True), Policy(latest=True), Policy(without=("six",)), Policy(without=("absent",))]
)
def test_check_mode_changes_nothing_and_makes_nothing(
    lab: Path, engine: Any, make_package: Any, tmp_path: Path, present: Any, policy: Policy
) -> None:
    (lab / "lib/six.py").unlink()
    engine.solution = [make_package("six", "2.0")]
    before = tree(tmp_path)
    present(Environment(channels=("lab",)), check_mode=True, policy=policy)
    assert tree(tmp_path) == before


def test_a_converged_environment_is_noted_to_be_whole_and_not_otherwise_touched(lab: Path, present: Any) -> None:
    for directory in (lab, *lab.rglob("*/"), lab.parent, lab.parent.parent):
        os.utime(directory, (1, 1))
    before = tree(lab.parent.parent)
    assert not present().changed
    assert set(tree(lab.parent.parent)) - set(before) == {str(lab / "conda-meta" / NOTE)}


def test_the_engine_inherits_the_lock_and_works_under_it(
    engine: Any, make_package: Any, prefix: Path, present: Any
) -> None:
    engine.solution = [make_package("six")]
    present()
    [inherited] = engine.inherited
    assert len(inherited) == 1
    assert (prefix.parent / ".lab.lock").exists()


def test_two_runs_at_once_install_once(engine: Any, make_package: Any, prefix: Path, present: Any) -> None:
    engine.solution = [make_package("six")]
    outcomes: list[Outcome] = []
    prefix.parent.mkdir(parents=True)
    runs = [threading.Thread(target=lambda: outcomes.append(present())) for dummy in range(2)]
    with locked(prefix.parent / ".lab.lock"):
        for one in runs:
            one.start()
        time.sleep(0.3)
        assert engine.calls == []
    for one in runs:
        one.join(120)
    assert sorted(outcome.changed for outcome in outcomes) == [False, True]
    assert engine.calls.count("install") == 1


def no_engine() -> NoReturn:
    raise EngineNeeded


@pytest.mark.parametrize("check", [True, False])
def test_a_run_without_an_engine_changes_nothing(target: Target, prefix: Path, check: bool) -> None:
    with pytest.raises(EngineNeeded):
        ensure(SIX, target, PRESENT, no_engine, check)
    assert not prefix.exists()


@pytest.mark.parametrize("check", [True, False])
def test_removing_from_an_environment_that_is_not_there_changes_nothing(
    target: Target, prefix: Path, present: Any, check: bool
) -> None:
    assert present(Environment(), check, Policy(without=("six",))) == Outcome(False, states.Plan())
    assert not Path(target.root_prefix).exists()


@pytest.mark.parametrize("check", [True, False])
def test_a_frozen_environment_is_refused_in_check_mode_as_in_a_run(lab: Path, present: Any, check: bool) -> None:
    (lab / "conda-meta/frozen").touch()
    before = tree(lab)
    with pytest.raises(ChangeError, match="is frozen"):
        present(Environment(variables={"LEVEL": "3"}), check)
    assert tree(lab) == before
    assert not present(SIX, check).changed


@pytest.mark.parametrize("check", [True, False])
def test_a_damaged_record_is_told_with_what_to_do(lab: Path, present: Any, check: bool) -> None:
    (lab / "conda-meta/six-1.0-0.json").write_text('{"name": ')
    with pytest.raises(PrefixError, match=r"six-1.0-0.json is no JSON .*; remove it and create it again"):
        present(SIX, check)


def test_a_place_that_cannot_be_written_is_told(
    target: Target, tmp_path: Path, present: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(ChangeError, match=rf"^{tmp_path} cannot be written by user .*run as its owner"):
        present()
    assert not Path(target.root_prefix).exists()


def test_a_place_where_nothing_can_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ChangeError, match="nothing can be made in"):
        states._in_directory(tmp_path / "file/envs/.lab.lock")


def test_a_failed_run_leaves_the_environment_and_the_next_one_finishes(
    lab: Path, engine: Any, make_package: Any, present: Any
) -> None:
    engine.solution, engine.install_error = [make_package("six", "2.0")], EngineError("no network")
    wanted = dataclasses.replace(SIX, dependencies=("six>=2",))
    before = tree(lab)
    with pytest.raises(ChangeError, match="no network"):
        present(wanted)
    assert tree(lab) == before
    engine.install_error = None
    assert present(wanted).changed
    assert not present(wanted).changed


def test_base_is_locked_inside_itself(lab: Path, engine: Any, make_package: Any) -> None:
    engine.solution = [make_package("six", "2.0"), make_package("python")]
    base = Target(str(lab), str(lab))
    wanted = dataclasses.replace(SIX, dependencies=("six>=2",))
    assert ensure(wanted, base, PRESENT, engine.find, False).changed
    assert (lab / "conda-meta/.lock").exists()
    assert not (lab.parent / ".lab.lock").exists()


# --- absent -----------------------------------------------------------------------------------------------------------


def test_absent_check_then_run_then_check_then_run(lab: Path, target: Target) -> None:
    predicted = ensure_absent(target, check_mode=True)
    assert lab.exists()
    did = ensure_absent(target, check_mode=False)
    assert predicted == did
    assert (did.changed, did.plan.unlink, did.plan.before) == (True, ("six 1.0 0",), ("six 1.0 0",))
    assert not Path(target.root_prefix).exists()
    assert [ensure_absent(target, check_mode=check).changed for check in (True, False)] == [False, False]


@pytest.mark.parametrize("text", ["", "{", "7", '{"name": "six"}'])
@pytest.mark.parametrize("file", ["conda-meta/six-1.0-0.json", "conda-meta/state"])
def test_a_damaged_environment_can_be_removed(lab: Path, target: Target, file: str, text: str) -> None:
    """It is what the error about the damage asks for."""
    (lab / file).write_text(text)
    assert ensure_absent(target, check_mode=True).plan.unlink == ("six 1.0 0",)
    assert ensure_absent(target, check_mode=False).changed
    assert not lab.exists()


def test_half_of_an_environment_is_removed(lab: Path, target: Target) -> None:
    (lab / "conda-meta/history").unlink()
    assert ensure_absent(target, check_mode=False).changed
    assert not lab.exists()


@pytest.mark.parametrize("check", [True, False])
def test_a_frozen_environment_is_removed_only_if_that_is_meant(lab: Path, target: Target, check: bool) -> None:
    (lab / "conda-meta/frozen").touch()
    with pytest.raises(ChangeError, match=r"is frozen .*, so it is not removed; add 'frozen' to 'allow'"):
        ensure_absent(target, check)
    assert lab.exists()
    assert ensure_absent(dataclasses.replace(target, allow=frozenset({"frozen"})), check).changed


@pytest.mark.parametrize("kind", ["itself", "link", "another root"])
def test_base_is_never_removed(lab: Path, tmp_path: Path, kind: str) -> None:
    (lab / "pkgs").mkdir()
    (tmp_path / "link").symlink_to(lab)
    places = {"itself": (lab, lab), "link": (tmp_path / "link", lab), "another root": (lab, tmp_path / "other")}
    prefix, root = places[kind]
    base = Target(str(prefix), str(root), allow=frozenset({"base", "foreign", "frozen"}))
    with pytest.raises(ChangeError, match="is conda's base environment"):
        ensure_absent(base, check_mode=False)
    assert (lab / "conda-meta/history").exists()


def test_the_cache_stays_while_another_environment_uses_it(lab: Path, target: Target) -> None:
    (lab.parent / "other").mkdir()
    ensure_absent(target, check_mode=False)
    assert Path(target.package_cache).is_dir()
    assert sorted(path.name for path in lab.parent.iterdir()) == ["other"]


def test_the_cache_of_a_conda_stays(lab: Path, target: Target) -> None:
    Path(target.root_prefix, "conda-meta").mkdir()
    ensure_absent(target, check_mode=False)
    assert Path(target.package_cache).is_dir()


def test_somebodys_directory_that_is_called_like_a_cache_stays(lab: Path, target: Target) -> None:
    cache = Path(target.package_cache)
    for path in (cache / "six-1.0-0/info/index.json", cache / "six-1.0-0/info", cache / "six-1.0-0"):
        path.unlink() if path.is_file() else path.rmdir()
    (cache / "thesis.tex").write_text("mine")
    ensure_absent(target, check_mode=False)
    assert [ensure_absent(target, check).changed for check in (True, False)] == [False, False]
    assert (cache / "thesis.tex").exists()


def test_a_cache_that_is_a_link_stays_and_is_no_error(lab: Path, target: Target, tmp_path: Path) -> None:
    cache = Path(target.package_cache)
    cache.rename(tmp_path / "disk")
    cache.symlink_to(tmp_path / "disk")
    assert ensure_absent(target, check_mode=False).changed
    assert [ensure_absent(target, check).changed for check in (True, False)] == [False, False]
    assert (tmp_path / "disk/six-1.0-0").is_dir()


def test_a_cache_that_a_killed_removal_left_goes_with_the_next(lab: Path, target: Target, tmp_path: Path) -> None:
    lab.rename(tmp_path / "elsewhere")
    assert ensure_absent(target, check_mode=True).changed
    assert ensure_absent(target, check_mode=False).changed
    assert not Path(target.package_cache).exists()


def test_files_of_somebody_else_below_the_root_stay(lab: Path, target: Target) -> None:
    (Path(target.root_prefix) / "notes.txt").write_text("mine")
    ensure_absent(target, check_mode=False)
    assert [path.name for path in Path(target.root_prefix).iterdir()] == ["notes.txt"]


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("allow", [(), ("foreign",)])
def test_a_directory_that_is_no_environment_is_not_removed(
    prefix: Path, target: Target, check: bool, allow: tuple[str, ...]
) -> None:
    prefix.mkdir(parents=True)
    (prefix / "thesis.tex").touch()
    with pytest.raises(ChangeError, match=r"is no conda environment .*, so it is not removed"):
        ensure_absent(dataclasses.replace(target, allow=frozenset(allow)), check)
    assert (prefix / "thesis.tex").exists()


def test_a_link_to_an_environment_goes_and_the_environment_stays(lab: Path, target: Target, tmp_path: Path) -> None:
    lab.rename(tmp_path / "real")
    lab.symlink_to(tmp_path / "real")
    assert ensure_absent(target, check_mode=False).changed
    assert not os.path.lexists(lab)
    assert list((tmp_path / "real/conda-meta").glob("six-*.json"))


def test_what_a_killed_removal_left_goes_and_that_of_another_environment_stays(
    engine: Any, make_package: Any, prefix: Path, present: Any
) -> None:
    for name in ("lab-77", "lab-2-77", "lab-2", "lab-x"):
        (prefix.parent / f"{states.REMOVED}{name}/bin").mkdir(parents=True)
    engine.solution = [make_package("six")]
    present()
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
    waiting.join(120)
    assert isinstance(outcomes[0], Outcome), outcomes
