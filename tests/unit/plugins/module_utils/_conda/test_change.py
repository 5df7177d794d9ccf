"""One prefix on its way to what is wanted; the engine is a stand-in, files are real."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda import change as module
from ansible_collections.benchwright.python.plugins.module_utils._conda.change import (
    Change,
    ChangeError,
    EngineNeeded,
    Target,
)
from ansible_collections.benchwright.python.plugins.module_utils._conda.environment import Environment

SIX = Environment(channels=("lab",), dependencies=("six>=1",))


@pytest.fixture
def target(tmp_path: Path) -> Target:
    return Target(str(tmp_path / "root/envs/lab"), str(tmp_path / "root"))


@pytest.fixture
def prefix(target: Target) -> Path:
    return Path(target.prefix)


def run(wanted: Environment, target: Target) -> Change:
    """Plan and apply, as a module would."""
    with Change(wanted, target, search_path=[]) as change:
        change.apply()
    return change


def test_a_fresh_environment(engine: Any, make_package: Any, target: Target, prefix: Path) -> None:
    engine.solution = [make_package("six", "1.17"), make_package("python", "3.12")]
    change = run(Environment(channels=("lab",), dependencies=("six>=1", "python"), variables={"LEVEL": "3"}), target)
    assert change.plan.link == ("python 3.12 0", "six 1.17 0")
    assert change.why == ("six>=1", "python", "LEVEL")
    assert engine.calls == ["begin", "solve", "install", "end"]
    assert engine.requests == [
        {
            "prefix": str(prefix),
            "cache_dir": f"{target.root_prefix}/pkgs",
            "channels": ["lab"],
            "channel_priority": "strict",
            "specs": ["six>=1", "python"],
            "requested": ["six>=1", "python"],
        }
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


def test_what_satisfies_starts_no_engine(
    engine: Any, make_package: Any, install_packages: Any, target: Target, prefix: Path
) -> None:
    install_packages(prefix, make_package("six", "1.0"))
    with Change(SIX, target) as change:
        assert not change.needed
    assert engine.requests == []


def test_history_and_variables_are_added_to(
    engine: Any, make_package: Any, install_packages: Any, target: Target, prefix: Path
) -> None:
    install_packages(prefix, make_package("six", "0.9"), make_package("idna"))
    (prefix / "conda-meta/state").write_text('{"env_vars": {"KEPT": "1", "LEVEL": "2"}, "other": true}')
    engine.solution = [make_package("six", "1.17"), make_package("idna")]
    run(Environment(channels=("lab",), dependencies=("six>=1",), variables={"LEVEL": "3"}), target)
    assert engine.requests[0]["specs"] == ["six>=1", "idna"]
    assert engine.requests[0]["requested"] == ["six>=1"]
    history = (prefix / "conda-meta/history").read_text()
    assert history.startswith("==> 2026-01-01 00:00:00 <==\n==> ")
    # What no revision names was not linked by one; conda adds it to the next revision, too.
    assert "\n+lab/noarch::idna-1.0-0\n+lab/noarch::six-1.17-0\n# update specs" in history
    state = json.loads((prefix / "conda-meta/state").read_text())
    assert state == {"env_vars": {"KEPT": "1", "LEVEL": "3"}, "other": True}


FORGE = "https://conda.example.org/conda-forge/"
MIRROR = "https://mirror.example/api/conda-forge"


def test_a_revision_takes_up_where_conda_left_off(
    engine: Any, make_package: Any, install_packages: Any, target: Target, prefix: Path
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
    run(dataclasses.replace(SIX, channels=("conda-forge", MIRROR)), target)
    history = (prefix / "conda-meta/history").read_text()
    assert history.startswith(written)
    assert history[len(written) :].splitlines()[2:] == [
        "-defaults/noarch::six-0.9-0",
        "+conda-forge/noarch::six-1.17-0",
        f"+{MIRROR}/linux-64::toolz-1.0-0",
        '# update specs: ["six>=1"]',
    ]


@pytest.mark.parametrize("wanted", [SIX, Environment()])
def test_an_interrupted_creation_is_finished(
    engine: Any, make_package: Any, install_packages: Any, target: Target, prefix: Path, wanted: Environment
) -> None:
    install_packages(prefix, make_package("six", "1.17"), history=False)
    engine.solution = [make_package("six", "1.17")]
    change = run(wanted, target)
    assert change.needed
    # What the killed run had linked is in a revision, though this one links nothing.
    assert "\n+lab/noarch::six-1.17-0\n" in (prefix / "conda-meta/history").read_text()
    with Change(wanted, target) as again:
        assert not again.needed


def test_something_to_solve_without_an_engine_asks_for_one(target: Target) -> None:
    with pytest.raises(EngineNeeded):
        Change(SIX, target, search_path=None)


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
        Change(SIX, target, search_path=[])
    assert engine.requests == []


def test_a_frozen_environment_is_refused_only_if_something_would_change(
    engine: Any, make_package: Any, install_packages: Any, target: Target, prefix: Path
) -> None:
    install_packages(prefix, make_package("six", "1.0"))
    (prefix / "conda-meta/frozen").write_text('{"message": "the course has begun"}')
    assert not Change(SIX, target).needed
    with pytest.raises(ChangeError, match=r"is frozen \(conda-meta/frozen: the course has begun\)"):
        Change(Environment(channels=("lab",), dependencies=("six>=2",)), target, search_path=[])


def test_specs_without_a_channel_are_refused_before_anything_starts(engine: Any, target: Target) -> None:
    with pytest.raises(ChangeError, match="no channel to take packages from"):
        Change(Environment(dependencies=("six",)), target, search_path=[])
    assert engine.calls == []


def test_a_failed_solve_ends_the_session(
    engine: Any, engine_error: type[Exception], target: Target, prefix: Path
) -> None:
    engine.solve_error = engine_error("cannot be had together")
    with pytest.raises(ChangeError, match="cannot be had together"), Change(SIX, target, search_path=[]):
        pytest.fail("there is no plan")
    assert engine.calls == ["begin", "solve", "end"]
    assert not prefix.exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("failed to link: No space left on device (os error 28)", "is full; make room and run again"),
        ("failed to link: x", "^failed to link: x$"),
    ],
)
def test_a_failed_installation_is_told_and_no_history_claims_success(
    engine: Any, engine_error: type[Exception], make_package: Any, target: Target, prefix: Path, words: str, told: str
) -> None:
    engine.solution, engine.install_error = [make_package("six", "1.17")], engine_error(words)
    with pytest.raises(ChangeError, match=told):
        run(SIX, target)
    assert engine.calls[-1] == "end"
    assert not (prefix / "conda-meta/history").exists()


def test_what_is_missing_after_all_is_an_error(engine: Any, make_package: Any, target: Target) -> None:
    engine.solution = [make_package("six", "0.5")]
    with pytest.raises(ChangeError, match=r"still missing in .* after everything was installed: six>=1"):
        run(SIX, target)


def test_too_little_space_is_told_before_anything_is_installed(
    engine: Any, make_package: Any, target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.solution = [make_package("six", "1.17", size=100 << 20)]
    monkeypatch.setattr(module, "free_space", lambda path: ("/srv", 499 << 20))
    with pytest.raises(ChangeError, match=r"not enough space below /srv: about 500 MB .*, 499 MB are free"):
        run(SIX, target)
    assert "install" not in engine.calls
    monkeypatch.setattr(module, "free_space", lambda path: ("/srv", 500 << 20))
    run(SIX, target)


def test_what_is_unpacked_or_installed_already_needs_no_space(
    engine: Any, make_package: Any, install_packages: Any, target: Target, prefix: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = 100 << 20
    install_packages(prefix, make_package("idna", size=large))
    engine.solution = [make_package("six", "1.17", size=large), make_package("idna", size=large)]
    Path(target.package_cache, "six-1.17-0").mkdir(parents=True)
    monkeypatch.setattr(module, "free_space", lambda path: ("/srv", 1))
    run(SIX, target)
    assert engine.calls == ["begin", "solve", "install", "end"]


def test_variables_alone_need_no_engine(make_package: Any, install_packages: Any, target: Target, prefix: Path) -> None:
    install_packages(prefix, make_package("six", "1.0"))
    with Change(Environment(dependencies=("six",), variables={"LEVEL": "3"}), target) as change:
        change.apply()
    assert json.loads((prefix / "conda-meta/state").read_text()) == {"env_vars": {"LEVEL": "3"}}
