"""An environment that is deployed as releases comes to its description; what is in use is never changed."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.changes import in_place
from ansible_collections.benchwright.python.plugins.module_utils._conda.changes.change import Target
from ansible_collections.benchwright.python.plugins.module_utils._conda.changes.difference import Policy
from ansible_collections.benchwright.python.plugins.module_utils._conda.changes.guards import ChangeError
from ansible_collections.benchwright.python.plugins.module_utils._conda.changes.states import Outcome
from ansible_collections.benchwright.python.plugins.module_utils._conda.descriptions.environment import Environment
from ansible_collections.benchwright.python.plugins.module_utils._conda.engines.interface import (
    EngineError,
    EngineNeeded,
)
from ansible_collections.benchwright.python.plugins.module_utils._conda.installed.prefix import Prefix
from ansible_collections.benchwright.python.plugins.module_utils._conda.releases import adopt, build, deployment
from ansible_collections.benchwright.python.plugins.module_utils._conda.releases.deployment import (
    Deployment,
    ensure_release,
)
from ansible_collections.benchwright.python.plugins.module_utils._conda.releases.rollback import ensure_rolled_back
from ansible_collections.benchwright.python.plugins.module_utils._conda.releases.store import Store
from ansible_collections.benchwright.python.plugins.module_utils._conda.releases.switch import switch

SIX = Environment(channels=("lab",), dependencies=("six>=1",))
LEFT = "0123456789ab"
Deploy = Callable[..., Outcome]


def no_engine() -> NoReturn:
    """Finds none, as on a fresh host."""
    raise EngineNeeded


@pytest.fixture
def run(engine: Any, target: Target) -> Deploy:
    """One run, or one check."""

    def run(wanted: Environment = SIX, check: bool = False, policy: Policy | None = None, **options: Any) -> Outcome:
        fields = {key: options.pop(key) for key in ("keep", "checks", "rebuild") if key in options}
        goal, find = options.get("target", target), options.get("find", engine.find)
        return ensure_release(wanted, goal, policy or Policy(), find, check, Deployment(**fields))

    return run


@pytest.fixture
def deploy(run: Deploy, store: Store) -> Deploy:
    """Check, run, check, run: what check mode says is what the run does, and then nothing is left to do."""

    def deploy(wanted: Environment = SIX, **options: Any) -> Outcome:
        before = store.current, store.paths()
        predicted = run(wanted, check=True, **options)
        assert (store.current, store.paths()) == before
        did = run(wanted, **options)
        # Warnings are of checks, which only a run makes.
        assert dataclasses.replace(predicted, warnings=()) == dataclasses.replace(did, warnings=())
        assert (predicted.plan.before, predicted.plan.after) == (did.plan.before, did.plan.after)
        for check in (True, False):
            again = run(wanted, check=check, **options)
            assert (again.changed, again.release, again.releases_removed) == (False, store.current, ())
        return did

    return deploy


@pytest.fixture
def lab(engine: Any, make_package: Any, deploy: Deploy, store: Store) -> Store:
    """An environment with six 1.0, as its first release."""
    engine.solution = [make_package("six", files=["lib/six.py"])]
    deploy()
    engine.solution = [make_package("six", "2.0", files=["lib/six.py"])]
    return store


NEWER = dataclasses.replace(SIX, dependencies=("six>=2",))


def version(store: Store) -> str:
    return {package.name: package.version for package in Prefix(store.link).records()}["six"]


# --- from one release to the next -------------------------------------------------------------------------------------


def test_a_fresh_environment_is_a_link_to_its_first_release(
    engine: Any, make_package: Any, deploy: Deploy, store: Store
) -> None:
    engine.solution = [make_package("six")]
    outcome = deploy(dataclasses.replace(SIX, variables={"LEVEL": "3"}))
    assert (outcome.plan.link, outcome.why) == (("six 1.0 0",), ("six>=1", "LEVEL"))
    assert os.readlink(store.link) == f"../.releases/lab-{outcome.release}"
    assert json.loads((store.link / "conda-meta/state").read_text()) == {"env_vars": {"LEVEL": "3"}}
    assert store.marker
    assert store.marker.contents == ("six 1.0 0", "variable: LEVEL")
    assert sorted(os.listdir(store.link.parent)) == [".lab.lock", "lab"]


def test_a_change_is_a_new_release_and_the_old_one_is_as_it_was(lab: Store, deploy: Deploy) -> None:
    old = lab.link.resolve()
    before = {path: path.lstat().st_mtime_ns for path in old.rglob("*")}
    outcome = deploy(NEWER)
    assert (outcome.plan.link, outcome.plan.unlink) == (("six 2.0 0",), ("six 1.0 0",))
    assert {path: path.lstat().st_mtime_ns for path in old.rglob("*")} == before
    assert (version(lab), len(lab.releases())) == ("2.0", 2)
    history = (lab.link / "conda-meta/history").read_text()
    assert history.startswith((old / "conda-meta/history").read_text())
    assert history.rstrip().endswith('# update specs: ["six>=2"]')


def test_what_is_met_needs_no_engine_and_no_lock(lab: Store, run: Deploy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deployment, "locked_environment", lambda *dummy: pytest.fail("a lock is taken"))
    for check in (True, False):
        outcome = run(find=no_engine, check=check)
        assert (outcome.changed, outcome.release) == (False, lab.current)


def test_going_back_to_an_earlier_description_builds_nothing(
    lab: Store, deploy: Deploy, engine: Any, make_package: Any
) -> None:
    first = lab.current
    deploy(NEWER)
    engine.calls.clear()
    engine.solution = [make_package("six", files=["lib/six.py"])]
    outcome = deploy(dataclasses.replace(SIX, dependencies=("six=1",)))
    assert (outcome.release, outcome.plan.link) == (first, ("six 1.0 0",))
    assert "install" not in engine.calls
    assert [release.digest for release in lab.releases()][-1] == first  # collected last


def test_going_back_undoes_nothing_in_somebodys_own_files(
    lab: Store, deploy: Deploy, engine: Any, make_package: Any
) -> None:
    (lab.link / "mine.txt").write_text("old")
    (lab.link / "gone.txt").write_text("gone")
    deploy(NEWER)
    (lab.link / "mine.txt").write_text("new")
    (lab.link / "gone.txt").unlink()
    engine.solution = [make_package("six", files=["lib/six.py"])]
    deploy(dataclasses.replace(SIX, dependencies=("six=1",)))
    assert (lab.link / "mine.txt").read_text() == "new"
    assert not (lab.link / "gone.txt").exists()


def test_what_was_rolled_back_to_is_kept_by_the_next_change(
    lab: Store, deploy: Deploy, target: Target, engine: Any, make_package: Any
) -> None:
    good = lab.current
    bad = deploy(NEWER, keep=2).release
    ensure_rolled_back(target, "", check_mode=False)
    engine.solution = [make_package("six", "3.0", files=["lib/six.py"])]
    assert deploy(dataclasses.replace(SIX, dependencies=("six>=3",)), keep=2).releases_removed == (f"lab-{bad}",)
    assert ensure_rolled_back(target, "", check_mode=False).release == good


def test_so_many_are_kept(lab: Store, deploy: Deploy, engine: Any, make_package: Any) -> None:
    for number in (2, 3, 4):
        engine.solution = [make_package("six", f"{number}.0")]
        outcome = deploy(dataclasses.replace(SIX, dependencies=(f"six={number}",)), keep=2)
        assert len(outcome.releases_removed) == (number > 2)
        assert len(lab.releases()) == 2
    assert len(deploy(dataclasses.replace(SIX, dependencies=("six=4",)), keep=1).releases_removed) == 1
    assert [release.digest for release in lab.releases()] == [lab.current]


def test_what_is_used_stays_and_is_collected_later(lab: Store, deploy: Deploy) -> None:
    old = lab.link.resolve()
    with subprocess.Popen(["sleep", "60"], cwd=old) as process:
        assert deploy(NEWER, keep=1).releases_removed == ()
        process.kill()
    assert deploy(NEWER, keep=1).releases_removed == (old.name,)


@pytest.mark.parametrize("used", [False, True])
def test_what_a_killed_run_left_goes_unless_it_is_used(lab: Store, deploy: Deploy, used: bool) -> None:
    (lab.path(LEFT) / "lib").mkdir(parents=True)
    with subprocess.Popen(["sleep", "60"], cwd=lab.path(LEFT) if used else "/") as process:
        outcome = deploy()
        process.kill()
    assert (outcome.changed, outcome.releases_removed) == ((False, ()) if used else (True, (f"lab-{LEFT}",)))
    assert lab.path(LEFT).exists() is used


def test_two_runs_at_once_build_one_release(lab: Store, run: Deploy, engine: Any) -> None:
    engine.calls.clear()
    outcomes: list[Outcome] = []
    threads = [threading.Thread(target=lambda: outcomes.append(run(NEWER))) for dummy in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcome.changed for outcome in outcomes) == [False, False, True]
    assert engine.calls.count("install") == 1
    assert {outcome.release for outcome in outcomes} == {lab.current}


# --- what comes along -------------------------------------------------------------------------------------------------


def test_what_somebody_put_there_and_set_comes_along(lab: Store, deploy: Deploy) -> None:
    (lab.link / "mine.txt").write_text(str(lab.link.resolve()))
    (lab.link / "conda-meta/state").write_text('{"env_vars": {"PLACE": "here"}}')
    (lab.link / "conda-meta/pinned").write_text("idna >=1\n")
    outcome = deploy(NEWER)
    assert outcome.drift == ("added by hand: variable: PLACE",)
    assert (lab.link / "mine.txt").read_text() == str(lab.link.resolve())
    assert Prefix(lab.link).variables() == {"PLACE": "here"}
    assert (lab.link / "conda-meta/pinned").read_text() == "idna >=1\n"


class PipStandIn:
    """An environment's pip: notes what it is asked to install, and writes its metadata."""

    def __init__(self, make_dist_info: Any) -> None:
        self.make_dist_info, self.lines = make_dist_info, []

    def install(self, prefix: str, lines: tuple[str, ...], *dummy: Any, **options: Any) -> None:
        self.lines.append((lines, options.get("complete", False)))
        for line in lines:
            name, dummy, wanted = line.partition("==")
            for path in Path(prefix).glob(f"lib/python*/site-packages/{name}-*"):
                path.rename(path.with_name("~" + path.name))
            self.make_dist_info(Path(prefix), name, wanted)


@pytest.fixture
def pip(make_dist_info: Any, monkeypatch: pytest.MonkeyPatch) -> PipStandIn:
    pip = PipStandIn(make_dist_info)
    for module in (build, in_place):
        monkeypatch.setattr(module, "pip", pip)
    return pip


def test_what_pip_installed_is_installed_again_by_pip(
    engine: Any, make_package: Any, store: Store, deploy: Deploy, pip: PipStandIn, make_dist_info: Any
) -> None:
    engine.solution = [make_package("python", "3.12.1"), make_package("pip")]
    wanted = Environment(channels=("lab",), dependencies=("python", "pip"), pip=("humanize==4",))
    options: dict[str, Any] = {"checks": ()}
    deploy(wanted, **options)
    make_dist_info(store.link, "rich", "13")
    assert "added by hand: pip: rich==13" in deploy(dataclasses.replace(wanted, pip=("humanize==5",)), **options).drift
    assert pip.lines == [(("humanize==4",), False), (("rich==13",), True), (("humanize==5",), False)]
    assert [package.name for package in Prefix(store.link).python_packages()] == ["humanize", "rich"]
    exact = Policy(exact=True)
    assert deploy(dataclasses.replace(wanted, pip=("humanize==5",)), policy=exact, **options).plan.pip_removed == (
        "rich",
    )


# --- changed by hand --------------------------------------------------------------------------------------------------


def test_a_deleted_file_is_a_new_release(lab: Store, deploy: Deploy) -> None:
    old = lab.link.resolve()
    (old / "lib/six.py").unlink()
    outcome = deploy()
    assert outcome.plan.repair == ("six 1.0 0",)
    assert outcome.drift == ("file removed by hand: lib/six.py (six)",)
    assert (lab.link / "lib/six.py").exists()
    assert not (old / "lib/six.py").exists()


def add_by_hand(lab: Store, record: Any) -> None:
    (lab.link / "conda-meta/tool-1.0-0.json").write_text(json.dumps(record))


@pytest.mark.parametrize(
    ("options", "changed", "stays"),
    [({}, False, True), ({"rebuild": True}, True, False), ({"policy": Policy(exact=True)}, True, False)],
)
def test_a_package_added_by_hand(
    lab: Store, run: Deploy, make_package: Any, options: dict[str, Any], changed: bool, stays: bool
) -> None:
    add_by_hand(lab, make_package("tool"))
    predicted, did = (run(check=check, **options) for check in (True, False))
    assert predicted == did
    assert (did.changed, did.drift) == (changed, ("added by hand: tool 1.0 0",))
    assert (lab.link / "conda-meta/tool-1.0-0.json").exists() is stays
    assert run(**options).changed is False
    assert run(**options).drift == (did.drift if stays else ())


def test_rebuilt_is_what_the_release_held_and_the_description_does_not_name(
    lab: Store, deploy: Deploy, engine: Any, make_package: Any
) -> None:
    """What another task added with conda_package is no drift."""
    engine.solution = [make_package("six", files=["lib/six.py"]), make_package("gear")]
    deploy(dataclasses.replace(SIX, dependencies=("six", "gear")))
    (lab.link / "lib/six.py").unlink()
    add_by_hand(lab, make_package("tool"))
    outcome = deploy(rebuild=True)
    assert (outcome.plan.unlink, outcome.plan.repair) == (("tool 1.0 0",), ("six 1.0 0",))
    assert [package.name for package in Prefix(lab.link).records()] == ["gear", "six"]


@pytest.mark.parametrize(("rebuild", "there"), [(False, {"six"}), (True, {"six", "gear"})])
def test_a_package_removed_by_hand_is_told_and_comes_back_when_it_is_rebuilt(
    lab: Store, deploy: Deploy, run: Deploy, engine: Any, make_package: Any, rebuild: bool, there: set[str]
) -> None:
    engine.solution = [make_package("six", files=["lib/six.py"]), make_package("gear")]
    deploy(dataclasses.replace(SIX, dependencies=("six", "gear")))
    (lab.link / "conda-meta/gear-1.0-0.json").unlink()
    outcome = run(rebuild=rebuild)
    assert (outcome.changed, outcome.drift) == (rebuild, ("removed by hand: gear 1.0 0",))
    assert {package.name for package in Prefix(lab.link).records()} == there


def test_a_variable_set_by_hand_goes_when_it_is_rebuilt(lab: Store, deploy: Deploy) -> None:
    (lab.link / "conda-meta/state").write_text('{"env_vars": {"PLACE": "here"}}')
    outcome = deploy(rebuild=True)
    assert outcome.plan.variables_removed == ("PLACE",)
    assert Prefix(lab.link).variables() == {}


@pytest.mark.parametrize("policy", [Policy(), Policy(exact=True)])
def test_a_package_that_does_not_say_that_it_is_condas_is_no_drift(
    engine: Any, make_package: Any, deploy: Deploy, store: Store, policy: Policy
) -> None:
    metadata = "lib/python3.12/site-packages/torch-1.0.dist-info/METADATA"
    engine.solution = [make_package("python", "3.12.1"), make_package("torch", files=[metadata])]
    wanted = Environment(channels=("lab",), dependencies=("python", "torch"))
    deploy(wanted, policy=Policy(exact=not policy.exact))
    assert deploy(wanted, policy=policy).drift == ()


# --- a plain directory ------------------------------------------------------------------------------------------------


@pytest.fixture
def plain(install_packages: Any, make_package: Any, engine: Any, store: Store) -> Path:
    """An environment that conda made."""
    install_packages(store.link, make_package("six", files=["lib/six.py"]))
    engine.solution = [make_package("six", "2.0", files=["lib/six.py"])]
    return store.link


def test_a_plain_directory_becomes_a_release_as_it_is(plain: Path, deploy: Deploy, store: Store, engine: Any) -> None:
    inode = plain.stat().st_ino
    outcome = deploy(find=no_engine)
    assert (outcome.changed, bool(outcome.plan)) == (True, False)
    assert outcome.why == ("the environment is a plain directory, and becomes a release",)
    assert store.link.is_symlink()
    assert store.link.stat().st_ino == inode
    assert store.marker
    assert store.marker.adopted


@pytest.mark.parametrize("keep", [1, 2, 3])
def test_what_is_missing_then_is_the_next_release(plain: Path, deploy: Deploy, store: Store, keep: int) -> None:
    outcome = deploy(NEWER, keep=keep)
    assert outcome.plan.link == ("six 2.0 0",)
    assert [release.marker.adopted for release in store.releases()] == ([False] if keep == 1 else [True, False])


@pytest.mark.parametrize("keep", [1, 2])
def test_a_plain_directory_counts_among_older_releases(
    plain: Path, deploy: Deploy, store: Store, make_release: Callable[..., Path], keep: int
) -> None:
    make_release(LEFT)
    assert deploy(NEWER, keep=keep).releases_removed[0] == f"lab-{LEFT}"
    assert len(store.releases()) == keep


def test_a_plain_directory_that_is_used_stays(plain: Path, deploy: Deploy, store: Store) -> None:
    with subprocess.Popen(["sleep", "60"], cwd=plain) as process:
        outcome = deploy(NEWER, keep=1)
        process.kill()
    assert outcome.releases_removed == ()
    assert f"{process.pid} (sleep 60)" in outcome.warnings[0]  # it is pinned to no release
    assert [release.marker.adopted for release in store.releases()] == [True, False]


@pytest.mark.parametrize("kind", ["empty", "interrupted"])
def test_an_empty_or_half_made_directory_gives_way(
    deploy: Deploy, store: Store, engine: Any, make_package: Any, kind: str
) -> None:
    engine.solution = [make_package("six")]
    (store.link / "conda-meta" if kind == "interrupted" else store.link).mkdir(parents=True)
    deploy()
    assert (store.link.is_symlink(), version(store)) == (True, "1.0")


def test_a_run_that_was_killed_between_adoption_and_marker_is_finished(
    plain: Path, deploy: Deploy, store: Store, monkeypatch: pytest.MonkeyPatch, run: Deploy
) -> None:
    def killed(*dummy: object, **options: object) -> NoReturn:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(adopt, "mark", killed)
        with pytest.raises(KeyboardInterrupt):
            run()
    assert store.link.is_symlink()
    assert store.releases() == []
    assert version(store) == "1.0"
    run(NEWER)
    assert [(release.marker.adopted, release.marker.contents) for release in store.releases()] == [
        (True, ("six 1.0 0",)),
        (False, ("six 2.0 0",)),
    ]


def test_without_an_engine_nothing_is_touched(plain: Path, run: Deploy, store: Store) -> None:
    with pytest.raises(EngineNeeded):
        run(NEWER, find=no_engine)
    assert not store.link.is_symlink()


# --- refused ----------------------------------------------------------------------------------------------------------


def refused(run: Deploy, told: str, **options: Any) -> None:
    for check in (True, False):
        with pytest.raises(ChangeError, match=told):
            run(check=check, **options)


def test_a_link_that_leads_elsewhere_is_left_alone(run: Deploy, store: Store, tmp_path: Path) -> None:
    store.link.parent.mkdir(parents=True)
    for elsewhere in (tmp_path, Path("nowhere")):
        store.link.symlink_to(elsewhere)
        refused(run, rf"{store.link} is a link to .*, which is none of its releases")
        assert store.link.readlink() == elsewhere
        store.link.unlink()


def test_somebodys_directory_is_left_alone(run: Deploy, store: Store, target: Target) -> None:
    store.link.mkdir(parents=True)
    (store.link / "thesis.tex").write_text("mine")
    refused(run, "exists and is no conda environment")
    refused(run, "say 'deploy: in_place'", target=dataclasses.replace(target, allow=frozenset({"foreign"})))
    assert (store.link / "thesis.tex").read_text() == "mine"
    assert store.paths() == []


def test_a_mount_point_is_left_alone(plain: Path, run: Deploy, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os.path, "ismount", lambda path: str(path) == str(plain))
    refused(run, f"{plain} is a mount point, which no link can take the place of; say 'deploy: in_place'")
    assert not store.link.is_symlink()


def test_a_release_itself_is_left_alone(lab: Store, run: Deploy, target: Target) -> None:
    release = dataclasses.replace(target, prefix=str(lab.link.resolve()))
    refused(run, "is a release, which never changes", target=release)


def test_a_frozen_environment_is_left_alone(lab: Store, run: Deploy, target: Target) -> None:
    (lab.link / "conda-meta/frozen").write_text("{}")
    current = lab.current
    assert not run().changed
    refused(run, "is frozen", wanted=NEWER)
    assert lab.current == current
    run(NEWER, target=dataclasses.replace(target, allow=frozenset({"frozen"})))
    assert (version(lab), Prefix(lab.link).frozen()) == ("2.0", "")


def test_a_frozen_directory_stays_one(plain: Path, run: Deploy, store: Store, target: Target) -> None:
    (plain / "conda-meta/frozen").write_text("{}")
    for check in (True, False):
        assert not run(check=check).changed
        with pytest.raises(ChangeError, match="is frozen"):
            run(NEWER, check=check)
    assert not store.link.is_symlink()
    assert run(target=dataclasses.replace(target, allow=frozenset({"frozen"}))).changed
    assert store.link.is_symlink()


# --- failed -----------------------------------------------------------------------------------------------------------


def test_a_dangling_link_is_mended_by_another_release(
    lab: Store, deploy: Deploy, engine: Any, make_package: Any
) -> None:
    """It leads nowhere until that is whole."""
    gone = lab.current
    engine.solution = [make_package("six", files=["lib/six.py"])]
    lab.link.resolve().rename(lab.directory / "trash")
    outcome = deploy()
    assert (outcome.changed, outcome.plan.link) == (True, ("six 1.0 0",))
    assert lab.current != gone
    assert version(lab) == "1.0"


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (EngineError("failed to link: x"), "^failed to link: x; {link} is as it was$"),
        (OSError(28, "No space left on device"), "is full .*; {link} is as it was$"),
    ],
)
def test_a_failed_installation_leaves_all_as_it_was(
    lab: Store, run: Deploy, engine: Any, error: Exception, told: str
) -> None:
    before = lab.current, lab.paths()
    engine.install_error = error
    with pytest.raises(ChangeError, match=told.format(link=lab.link)) as caught:
        run(NEWER)
    assert not caught.value.changed
    assert (lab.current, lab.paths()) == before
    engine.install_error = None
    assert run(NEWER).changed


def test_a_first_release_that_fails_leaves_nothing(run: Deploy, store: Store, engine: Any, make_package: Any) -> None:
    engine.solution, engine.install_error = [make_package("six")], EngineError("failed to link: x")
    with pytest.raises(ChangeError, match="failed to link"):
        run()
    assert not os.path.lexists(store.link)
    assert store.paths() == []


def test_what_was_not_installed_is_not_switched_to(lab: Store, run: Deploy, engine: Any) -> None:
    before = lab.current
    engine.forgets = "six"
    with pytest.raises(ChangeError, match="still not as described"):
        run(NEWER)
    assert (lab.current, len(lab.paths())) == (before, 1)


def test_what_does_not_pass_a_check_is_not_switched_to(lab: Store, run: Deploy, engine: Any, make_package: Any) -> None:
    paths = [{"_path": "lib/six.py", "path_type": "hardlink", "sha256": "0" * 64}]
    engine.solution = [make_package("six", "2.0", files=["lib/six.py"], paths_data={"paths": paths})]
    before = lab.current
    with pytest.raises(ChangeError, match=rf"lib/six.py of package six is not what .*; {lab.link} is as it was"):
        run(NEWER)
    assert (lab.current, len(lab.paths())) == (before, 1)
    assert run(NEWER, checks=("pip", "imports")).changed


def test_a_run_that_is_killed_while_it_builds_is_followed_by_a_whole_one(
    lab: Store, run: Deploy, engine: Any, deploy: Deploy
) -> None:
    switch(lab, lab.current)
    lab.path(LEFT).mkdir()
    (lab.path(LEFT) / "conda-meta").mkdir()
    lab.next_link.symlink_to(lab.target(LEFT))
    outcome = run(NEWER)
    assert outcome.releases_removed == (f"lab-{LEFT}", ".lab.next")
    assert (version(lab), os.path.lexists(lab.next_link)) == ("2.0", False)
