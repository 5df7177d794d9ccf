"""One prefix on its way to what is wanted; the engine is a stand-in, files are real."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any, NoReturn

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.changes import change as planning
from ansible_collections.benchwright.python.plugins.module_utils._conda.changes import guards
from ansible_collections.benchwright.python.plugins.module_utils._conda.changes import in_place as applying
from ansible_collections.benchwright.python.plugins.module_utils._conda.changes.change import (
    Change,
    ChangeError,
    Target,
)
from ansible_collections.benchwright.python.plugins.module_utils._conda.changes.difference import Policy
from ansible_collections.benchwright.python.plugins.module_utils._conda.changes.in_place import apply_in_place
from ansible_collections.benchwright.python.plugins.module_utils._conda.descriptions.environment import (
    Environment,
    LockedPackage,
)
from ansible_collections.benchwright.python.plugins.module_utils._conda.engines.interface import (
    EngineError,
    EngineNeeded,
    Request,
)
from ansible_collections.benchwright.python.plugins.module_utils._conda.installed.prefix import Prefix
from ansible_collections.benchwright.python.plugins.module_utils._conda.installed.python_package import PythonPackage

SIX = Environment(channels=("lab",), dependencies=("six>=1",))
PRESENT = Policy()
METADATA = "lib/python3.12/site-packages/six-1.0.dist-info/METADATA"


def no_engine() -> NoReturn:
    """Finds none, as on a fresh host."""
    raise EngineNeeded


@pytest.fixture
def run(engine: Any, target: Target) -> Any:
    """Plan and apply, as a module would."""

    def run(wanted: Environment, policy: Policy = PRESENT) -> Change:
        with Change(wanted, target, policy, engine.find) as change:
            apply_in_place(change)
        return change

    return run


@pytest.fixture
def lab(install_packages: Any, make_package: Any, prefix: Path) -> Path:
    """An environment with six and idna."""
    install_packages(prefix, make_package("six", files=["lib/six.py"]), make_package("idna", depends=["six"]))
    return prefix


class PipStandIn:
    """An environment's pip: notes what it is asked, and writes metadata."""

    def __init__(self, make_dist_info: Any) -> None:
        self.make_dist_info, self.calls = make_dist_info, []
        self.newer: tuple[str, ...] = ()

    def install(
        self,
        prefix: str,
        lines: tuple[str, ...],
        packages: list[PythonPackage],
        upgrade: bool,
        complete: bool,
        inherit: tuple[int, ...],
    ) -> None:
        self.calls.append(("install", lines, [package.name for package in packages], upgrade, complete))
        for line in lines:
            self.make_dist_info(Path(prefix), *line.split("=="))

    def upgrades(
        self, prefix: str, lines: tuple[str, ...], packages: list[PythonPackage], complete: bool, **dummy: Any
    ) -> Any:
        self.calls.append(("upgrades", lines, complete))
        return self.newer

    def uninstall(self, prefix: str, names: tuple[str, ...], inherit: tuple[int, ...]) -> None:
        self.calls.append(("uninstall", names))
        for name in names:
            for path in Path(prefix).glob(f"lib/python*/site-packages/{name}-*.dist-info"):
                (path / "METADATA").unlink(missing_ok=True)


@pytest.fixture
def pip(make_dist_info: Any, monkeypatch: pytest.MonkeyPatch) -> PipStandIn:
    pip = PipStandIn(make_dist_info)
    for module in (planning, applying):
        monkeypatch.setattr(module, "pip", pip)
    return pip


# --- new, and added to ------------------------------------------------------------------------------------------------


def test_a_fresh_environment(engine: Any, make_package: Any, target: Target, prefix: Path, run: Any) -> None:
    engine.solution = [make_package("six", "1.17"), make_package("python", "3.12", depends=["six"])]
    change = run(Environment(channels=("lab",), dependencies=("six>=1", "python"), variables={"LEVEL": "3"}))
    assert change.plan.link == ("python 3.12 0", "six 1.17 0")
    assert change.why == ("six>=1", "python", "LEVEL")
    assert engine.calls == ["begin", "solve", "install", "end"]
    assert engine.requests == [
        Request(str(prefix), f"{target.root_prefix}/pkgs", ("lab",), "strict", specs=("six>=1", "python"))
    ]
    assert json.loads((prefix / "conda-meta/state").read_text()) == {"env_vars": {"LEVEL": "3"}}
    lines = (prefix / "conda-meta/history").read_text().splitlines()
    assert lines[0].startswith("==> 2")
    assert lines[1:] == [
        "# cmd: benchwright.python.conda_env",
        "+lab/noarch::python-3.12-0",
        "+lab/noarch::six-1.17-0",
        '# update specs: ["six>=1", "python"]',
    ]
    assert [package.requested_specs for package in Prefix(prefix).records()] == [["python"], ["six>=1"]]


def test_an_environment_of_nothing_needs_no_engine(target: Target, prefix: Path) -> None:
    with Change(Environment(), target, PRESENT, no_engine) as change:
        assert change.needed
        apply_in_place(change)
    assert Prefix(prefix).state.name == "ENVIRONMENT"


def test_what_satisfies_starts_no_engine(lab: Path, target: Target) -> None:
    with Change(SIX, target, PRESENT, no_engine) as change:
        assert not change.needed


def test_history_and_variables_are_added_to(engine: Any, make_package: Any, lab: Path, run: Any) -> None:
    (lab / "conda-meta/history").write_bytes(b"==> 2026-01-01 00:00:00 <==\n# cmd: conda \xff\n")
    (lab / "conda-meta/state").write_text('{"env_vars": {"KEPT": "1", "LEVEL": "2"}, "other": true}')
    engine.solution = [make_package("six", "1.17"), make_package("idna")]
    run(Environment(channels=("lab",), dependencies=("six>=1.1",), variables={"LEVEL": "3"}))
    assert engine.requests[0].specs == ("six>=1.1", "idna")
    history = (lab / "conda-meta/history").read_text()
    assert history.startswith("==> 2026-01-01 00:00:00 <==\n# cmd: conda ")
    # What no revision names was not linked by one; conda adds it to the next revision, too.
    assert "\n+lab/noarch::idna-1.0-0\n+lab/noarch::six-1.17-0\n# update specs" in history
    state = json.loads((lab / "conda-meta/state").read_text())
    assert state == {"env_vars": {"KEPT": "1", "LEVEL": "3"}, "other": True}


FORGE = "https://conda.example.org/conda-forge/"
MIRROR = "https://mirror.example/api/conda-forge"


def test_a_revision_takes_up_where_conda_left_off(
    engine: Any, make_package: Any, install_packages: Any, prefix: Path, run: Any
) -> None:
    """Lines of another conda, or of none, are kept and taken back as they were written."""
    install_packages(prefix, make_package("six", "0.9"), make_package("idna"), make_package("xz"))
    written = (
        "==> 2026-01-01 00:00:00 <==\n# cmd: conda create six idna xz\n# conda version: 26.7.1\n"
        "+defaults/noarch::six-0.9-0\n+idna-1.0-0\n+conda-forge/linux-64::xz-0.9-0\n# update specs: ['idna']\n"
        "==> 2026-01-02 00:00:00 <==\n-conda-forge/linux-64::xz-0.9-0\n+conda-forge/linux-64::xz-1.0-0\n"
    )
    (prefix / "conda-meta/history").write_text(written)
    engine.solution = [
        {**make_package("six", "1.17"), "channel": FORGE},
        {**make_package("toolz"), "channel": MIRROR + "/linux-64", "subdir": "linux-64"},
        make_package("idna"),
        make_package("xz"),
    ]
    run(dataclasses.replace(SIX, channels=("conda-forge", MIRROR)))
    history = (prefix / "conda-meta/history").read_text()
    assert history.startswith(written)
    assert history[len(written) :].splitlines()[2:] == [
        "-defaults/noarch::six-0.9-0",
        "+conda-forge/noarch::six-1.17-0",
        f"+{MIRROR}/linux-64::toolz-1.0-0",
        '# update specs: ["six>=1"]',
    ]


@pytest.mark.parametrize("wanted", [SIX, Environment(channels=("lab",))])
def test_an_interrupted_creation_is_finished(
    lab: Path, engine: Any, target: Target, wanted: Environment, run: Any
) -> None:
    (lab / "conda-meta/history").unlink()
    change = run(wanted)
    assert change.needed
    assert engine.calls == []
    # What the killed run had linked is in a revision, though this one links nothing.
    assert "\n+lab/noarch::six-1.0-0\n" in (lab / "conda-meta/history").read_text()
    with Change(wanted, target, PRESENT, no_engine) as again:
        assert not again.needed


def test_variables_alone_need_no_engine(lab: Path, target: Target) -> None:
    with Change(Environment(dependencies=("six",), variables={"LEVEL": "3"}), target, PRESENT, no_engine) as change:
        apply_in_place(change)
    assert json.loads((lab / "conda-meta/state").read_text()) == {"env_vars": {"LEVEL": "3"}}
    assert len((lab / "conda-meta/history").read_text().splitlines()) == 1


# --- repaired, locked, removed ----------------------------------------------------------------------------------------


def test_a_file_that_is_gone_comes_back_without_a_solve(lab: Path, engine: Any, run: Any) -> None:
    (lab / "lib/six.py").unlink()
    change = run(Environment())
    assert change.plan.repair == ("six 1.0 0",)
    assert change.why == ("six: lib/six.py is missing",)
    assert (engine.requests[0].specs, engine.requests[0].reinstall) == ((), ("six",))
    assert (lab / "lib/six.py").exists()


def test_without_looking_for_files_none_is_missed(lab: Path, target: Target) -> None:
    (lab / "lib/six.py").unlink()
    with Change(SIX, target, Policy(verify_files=False), no_engine) as change:
        assert not change.needed


def test_the_same_build_comes_from_the_channel_that_is_asked_for(
    lab: Path, engine: Any, make_package: Any, run: Any
) -> None:
    wanted = Environment(channels=("forge",), dependencies=("forge::six",))
    engine.solution = [make_package("six", channel="https://conda.example.org/forge"), make_package("idna")]
    assert run(wanted).plan.repair == ("six 1.0 0",)
    assert engine.requests[0].reinstall == ("six",)


def test_an_engine_that_would_change_nothing_is_not_believed(
    lab: Path, engine: Any, make_package: Any, target: Target
) -> None:
    engine.solution = [make_package("six"), make_package("idna")]
    wanted = Environment(channels=("lab",), dependencies=("six>=2",))
    with (
        pytest.raises(ChangeError, match=r"^six>=2 is asked for, and what the channels offer"),
        Change(wanted, target, PRESENT, engine.find),
    ):
        pytest.fail("there is nothing to do, and yet it is not done")
    assert engine.calls == ["begin", "solve", "end"]


@pytest.mark.parametrize("policy", [PRESENT, Policy(latest=True)])
def test_a_lock_that_is_there_needs_no_engine(lab: Path, target: Target, policy: Policy) -> None:
    lock = Environment(packages=(LockedPackage("https://conda.example.org/lab/noarch/six-1.0-0.conda"),))
    with Change(lock, target, policy, no_engine) as change:
        assert not change.needed


def test_a_lock_is_linked_and_what_goes_with_exact_is_noted(lab: Path, engine: Any, run: Any) -> None:
    lock = Environment(packages=(LockedPackage("https://conda.example.org/lab/noarch/six-2.0-0.conda"),))
    change = run(lock, Policy(exact=True))
    assert (change.plan.link, change.plan.unlink) == (("six 2.0 0",), ("idna 1.0 0", "six 1.0 0"))
    assert engine.requests[0].packages == lock.packages
    lines = (lab / "conda-meta/history").read_text().splitlines()
    assert lines[-2:] == ['# remove specs: ["idna", "six"]', '# update specs: ["six"]']


def test_a_removal_needs_no_channel_and_leaves_no_request_behind(lab: Path, engine: Any, run: Any) -> None:
    change = run(Environment(), Policy(without=("idna",)))
    assert change.plan.unlink == ("idna 1.0 0", "six 1.0 0")
    assert engine.requests[0].specs == ()
    assert '# remove specs: ["idna", "six"]' in (lab / "conda-meta/history").read_text()


def test_what_is_removed_from_is_not_made_for_it(target: Target, prefix: Path) -> None:
    with Change(Environment(), target, Policy(without=("six",)), no_engine) as change:
        assert not change.needed
    assert not prefix.exists()


def test_what_is_needed_is_not_removed_and_no_engine_starts(lab: Path, engine: Any, target: Target) -> None:
    with pytest.raises(ChangeError, match=r"six cannot be removed: idna 1.0 needs 'six'"):
        Change(Environment(), target, Policy(without=("six",)), engine.find)
    assert engine.calls == []


def test_latest_asks_though_everything_is_there(lab: Path, engine: Any, make_package: Any, target: Target) -> None:
    engine.solution = [make_package("six", "2.0"), make_package("idna")]
    with Change(SIX, target, Policy(latest=True), engine.find) as change:
        assert (change.plan.link, change.plan.unlink) == (("six 2.0 0",), ("six 1.0 0",))


# --- pip --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def python(install_packages: Any, make_package: Any, make_dist_info: Any, prefix: Path) -> Path:
    """An environment with Python, pip, and humanize from pip."""
    install_packages(prefix, make_package("python", "3.12.1"), make_package("pip", "25"))
    make_dist_info(prefix, "pip", "25", installer="conda")
    make_dist_info(prefix, "humanize", "4")
    return prefix


WITH_PIP = Environment(channels=("lab",), dependencies=("python", "pip"), pip=("humanize==4",))


def test_pip_gets_every_line_where_one_is_missing(python: Path, pip: PipStandIn, target: Target) -> None:
    wanted = dataclasses.replace(WITH_PIP, pip=("humanize==5", "rich==13"), pip_complete=True)
    (python / "lib/python3.12/site-packages/humanize-4.dist-info/METADATA").unlink()
    with Change(wanted, target, PRESENT, no_engine) as change:
        assert change.plan.pip == ("humanize==5", "rich==13")
        apply_in_place(change)
    assert pip.calls == [("install", ("humanize==5", "rich==13"), ["pip"], False, True)]


def test_another_python_gets_pips_packages_again(
    python: Path, engine: Any, pip: PipStandIn, make_package: Any, make_dist_info: Any, run: Any
) -> None:
    """They lie in the directory of the old one, where the new one does not look."""
    pip.make_dist_info = lambda prefix, name, version: make_dist_info(
        prefix, f"../../python3.13/site-packages/{name}", version
    )
    engine.solution = [make_package("python", "3.13.0"), make_package("pip", "25")]
    change = run(dataclasses.replace(WITH_PIP, dependencies=("python=3.13", "pip")))
    assert change.plan.pip == ("humanize==4",)
    assert [package.name for package in Prefix(python).python_packages()] == ["humanize"]


def test_a_newer_python_of_the_same_directory_leaves_pips_packages(
    python: Path, engine: Any, pip: PipStandIn, make_package: Any, run: Any
) -> None:
    engine.solution = [make_package("python", "3.12.2"), make_package("pip", "25")]
    assert run(dataclasses.replace(WITH_PIP, dependencies=("python=3.12.2", "pip"))).plan.pip == ()
    assert pip.calls == []


def test_latest_asks_pip_too(python: Path, engine: Any, pip: PipStandIn, make_package: Any, target: Target) -> None:
    engine.solution = [make_package("python", "3.12.1"), make_package("pip", "25")]
    with Change(WITH_PIP, target, Policy(latest=True), engine.find) as change:
        assert not change.needed
    pip.newer = ("humanize==5",)
    with Change(WITH_PIP, target, Policy(latest=True), engine.find) as change:
        assert change.plan.pip == ("humanize==5",)


def test_latest_does_not_ask_a_pip_that_is_yet_to_come(
    lab: Path, engine: Any, pip: PipStandIn, make_package: Any, run: Any
) -> None:
    names = ("python", "3.12"), ("pip", "25"), ("six", "1.0"), ("idna", "1.0")
    engine.solution = [make_package(*name) for name in names]
    assert run(WITH_PIP, Policy(latest=True)).plan.pip == ("humanize==4",)
    assert [call[0] for call in pip.calls] == ["install"]


def test_pip_gives_back_what_it_took_before_conda_mends_it(
    install_packages: Any, make_package: Any, make_dist_info: Any, prefix: Path, pip: PipStandIn, run: Any, engine: Any
) -> None:
    install_packages(prefix, make_package("python", "3.12"), make_package("six", files=[METADATA]))
    make_dist_info(prefix, "six", "2.0")
    (prefix / METADATA).unlink()
    change = run(Environment())
    assert (change.plan.pip_removed, change.plan.repair) == (("six",), ("six 1.0 0",))
    assert pip.calls == [("uninstall", ("six",))]
    assert engine.calls == ["begin", "solve", "install", "end"]


# --- refused, and failed ----------------------------------------------------------------------------------------------


def test_something_to_solve_without_an_engine_asks_for_one(target: Target) -> None:
    with pytest.raises(EngineNeeded):
        Change(SIX, target, PRESENT, no_engine)


@pytest.mark.parametrize("kind", ["foreign", "file", "broken link"])
def test_what_is_no_environment_is_left_alone(engine: Any, target: Target, prefix: Path, kind: str) -> None:
    prefix.parent.mkdir(parents=True)
    if kind == "foreign":
        prefix.mkdir()
        (prefix / "thesis.tex").touch()
    elif kind == "file":
        prefix.touch()
    else:
        prefix.symlink_to("nowhere")
    with pytest.raises(ChangeError, match=f"{prefix} exists and is no conda environment"):
        Change(SIX, target, PRESENT, engine.find)
    assert engine.requests == []


def test_somebodys_directory_keeps_its_files_where_it_is_allowed(
    engine: Any, make_package: Any, target: Target, prefix: Path
) -> None:
    prefix.mkdir(parents=True)
    (prefix / "thesis.tex").write_text("mine")
    engine.solution = [make_package("six")]
    with Change(SIX, dataclasses.replace(target, allow=frozenset({"foreign"})), PRESENT, engine.find) as change:
        apply_in_place(change)
    assert (prefix / "thesis.tex").read_text() == "mine"


def test_a_frozen_environment_is_refused_only_if_something_would_change(lab: Path, engine: Any, target: Target) -> None:
    (lab / "conda-meta/frozen").write_text('{"message": "the course has begun"}')
    with Change(SIX, target, PRESENT, no_engine) as change:
        assert not change.needed
    variable = Environment(variables={"LEVEL": "3"})
    with (
        pytest.raises(ChangeError, match=r"is frozen \(conda-meta/frozen: the course has begun\)"),
        Change(variable, target, PRESENT, engine.find),
    ):
        pytest.fail("there is no plan")
    with Change(variable, dataclasses.replace(target, allow=frozenset({"frozen"})), PRESENT, engine.find) as change:
        assert change.needed


def test_specs_without_a_channel_are_refused_before_anything_starts(engine: Any, target: Target) -> None:
    with pytest.raises(ChangeError, match="no channel to take packages from"):
        Change(Environment(dependencies=("six",)), target, PRESENT, engine.find)
    assert engine.calls == []


def test_a_failed_solve_ends_the_session(engine: Any, target: Target, prefix: Path) -> None:
    engine.solve_error = EngineError("cannot be had together")
    with (
        pytest.raises(ChangeError, match="cannot be had together"),
        Change(SIX, target, PRESENT, engine.find),
    ):
        pytest.fail("there is no plan")
    assert engine.calls == ["begin", "solve", "end"]
    assert not prefix.exists()


def test_a_session_that_did_not_begin_is_not_ended(engine: Any, target: Target) -> None:
    engine.begin_error = OSError(11, "no more processes")
    with pytest.raises(OSError, match="no more processes"), Change(SIX, target, PRESENT, engine.find):
        pytest.fail("there is no plan")
    assert engine.calls == ["begin"]


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (
            EngineError("failed to link: No space left on device (os error 28)"),
            r"is full \(\d+ bytes are free at /\S+\); make room and run again",
        ),
        (OSError(28, "No space left on device"), r"is full \(\d+ bytes are free at /\S+\); make room and run again"),
        (EngineError("failed to link: x"), "^failed to link: x$"),
    ],
)
def test_a_failed_installation_is_told_and_no_history_claims_success(
    engine: Any, make_package: Any, prefix: Path, error: Exception, told: str, run: Any
) -> None:
    engine.solution, engine.install_error = [make_package("six", "1.17")], error
    with pytest.raises(ChangeError, match=told):
        run(SIX)
    assert engine.calls[-1] == "end"
    assert not (prefix / "conda-meta/history").exists()


def test_what_is_missing_after_all_is_an_error(engine: Any, make_package: Any, run: Any) -> None:
    engine.solution, engine.forgets = [make_package("six", "1.17")], "six"
    with pytest.raises(ChangeError, match=r"still not as described in .* after everything was done: six>=1"):
        run(SIX)


def test_too_little_space_is_told_before_anything_is_installed(
    engine: Any, make_package: Any, monkeypatch: pytest.MonkeyPatch, run: Any
) -> None:
    engine.solution = [make_package("six", "1.17", size=100 << 20)]
    monkeypatch.setattr(guards, "free_space", lambda path: ("/srv", 499 << 20))
    with pytest.raises(
        ChangeError, match=r"not enough space below /srv: about 524288000 bytes .*, 523239424 bytes \(499 MB\) are free"
    ):
        run(SIX)
    assert "install" not in engine.calls


# --- where it is ------------------------------------------------------------------------------------------------------


def test_base_is_base_however_it_is_called(tmp_path: Path) -> None:
    root, other = tmp_path / "conda", tmp_path / "other"
    (root / "pkgs").mkdir(parents=True)
    (tmp_path / "link").symlink_to(root)
    assert Target(str(root), str(root)).is_base
    assert Target(str(tmp_path / "link"), str(root)).is_base
    assert Target(str(root), str(tmp_path / "link")).is_base
    # Of another root prefix, too: whoever removed it would remove every environment below it.
    assert Target(str(root), str(other)).is_base
    assert Target(str(tmp_path / "link"), str(other)).is_base
    assert not Target(str(root / "envs/lab"), str(root)).is_base
