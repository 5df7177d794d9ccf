"""What a release is called and made of, and when an earlier one is taken again."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.changes.change import Change, Target
from ansible_collections.benchwright.python.plugins.module_utils._conda.changes.difference import Policy
from ansible_collections.benchwright.python.plugins.module_utils._conda.changes.guards import ChangeError
from ansible_collections.benchwright.python.plugins.module_utils._conda.descriptions.environment import Environment
from ansible_collections.benchwright.python.plugins.module_utils._conda.releases.blueprint import (
    Blueprint,
    blueprint,
    free_digest,
)
from ansible_collections.benchwright.python.plugins.module_utils._conda.releases.store import Store
from ansible_collections.benchwright.python.plugins.module_utils._conda.releases.switch import switch

OLD, NOW = "0123456789ab", "ba9876543210"
SIX = Environment(channels=("lab",), dependencies=("six>=1",))
PYTHON = "lib/python3.12/site-packages"
Plan = Callable[..., Blueprint]


@pytest.fixture
def plan(engine: Any, target: Target, store: Store) -> Plan:
    """What the release would be that a description leads to."""

    def plan(wanted: Environment = SIX, **options: Any) -> Blueprint:
        with Change(wanted, target, Policy(**options), engine.find) as change:
            return blueprint(change, store)

    return plan


def test_the_same_parts_give_the_same_name(engine: Any, make_package: Any, plan: Plan) -> None:
    engine.solution = [make_package("six", "1.17"), make_package("idna")]
    first = plan()
    engine.solution.reverse()
    assert plan() == plan(dataclasses.replace(SIX, dependencies=("six>=1", "idna"))) == first
    assert re.fullmatch("[0-9a-f]{12}", first.digest)
    assert first.inputs.startswith(first.digest)
    assert not first.there


@pytest.mark.parametrize(
    "other",
    [
        {"solution": [("six", "1.18")]},
        {"solution": [("six", "1.17"), ("idna", "1.0")]},
        {"sha256": "ab" * 32},
        {"variables": {"LEVEL": "3"}},
        {"pip": ("humanize==4",)},
    ],
)
def test_each_part_is_in_the_name(engine: Any, make_package: Any, plan: Plan, other: dict[str, Any]) -> None:
    engine.solution = [make_package("six", "1.17"), make_package("pip")]
    first = plan()
    solution = [*other.pop("solution", [("six", "1.17")]), ("pip", "1.0")]
    more = {key: other.pop(key) for key in ("sha256",) if key in other}
    engine.solution = [make_package(*parts, **more) for parts in solution]
    dependencies = ("six>=1", "pip") if "pip" in other else ("six>=1",)
    assert plan(dataclasses.replace(SIX, dependencies=dependencies, **other)).digest != first.digest


def test_the_value_of_a_variable_is_not_in_the_open(engine: Any, make_package: Any, plan: Plan) -> None:
    engine.solution = [make_package("six", "1.17")]
    made = plan(dataclasses.replace(SIX, variables={"TOKEN": "hunter2"}))
    assert "hunter2" not in str(made)
    assert plan(dataclasses.replace(SIX, variables={"TOKEN": "hunter3"})).digest != made.digest


def test_what_came_from_nowhere_cannot_be_in_a_release(
    make_release: Callable[..., Path], make_package: Any, plan: Plan
) -> None:
    make_release(OLD, make_package("six", url=""), make_package("idna"), current=True)
    with pytest.raises(ChangeError, match=r"the records of six do not say where they came from.*'deploy: in_place'"):
        plan(Environment(variables={"LEVEL": "3"}))


def test_what_pip_installed_comes_along(
    make_release: Callable[..., Path], store: Store, make_package: Any, make_dist_info: Any, plan: Plan
) -> None:
    listed = make_package("torch", files=[f"{PYTHON}/torch-1.0.dist-info/METADATA"], url="file:///torch")
    path = make_release(OLD, make_package("python", "3.12.1"), make_package("pip"), listed, current=True)
    (path / PYTHON / "torch-1.0.dist-info/METADATA").unlink()
    (path / PYTHON / "torch-1.0.dist-info").rmdir()
    make_dist_info(path, "torch", "1.0", installer="")  # conda's, without saying so
    make_dist_info(path, "humanize", "4")
    local = make_dist_info(path, "mine", "1")
    (local / "direct_url.json").write_text('{"url": "file:///srv/mine", "dir_info": {}}')
    wanted = Environment(variables={"LEVEL": "3"})
    assert plan(wanted).pip == ("humanize==4", "mine @ file:///srv/mine")
    assert plan(dataclasses.replace(wanted, pip=("humanize==5",))).pip == ("mine @ file:///srv/mine",)
    (local / "direct_url.json").write_text('{"url": "file:///srv/mine", "dir_info": {"editable": true}}')
    assert plan(wanted).pip == ("humanize==4", "--editable file:///srv/mine")


def test_what_pip_installed_for_another_python_does_not(
    make_release: Callable[..., Path], engine: Any, make_package: Any, make_dist_info: Any, plan: Plan
) -> None:
    path = make_release(OLD, make_package("python", "3.12.1"), make_package("pip"), current=True)
    make_dist_info(path, "humanize", "4")
    engine.solution = [make_package("python", "3.13.0"), make_package("pip")]
    assert plan(Environment(channels=("lab",), dependencies=("python=3.13", "pip"))).pip == ()


# --- names that are taken, and releases that are there ----------------------------------------------------------------


@pytest.mark.parametrize("kind", ["directory", "dangling link", "current, and gone"])
def test_a_name_that_is_taken_is_not_given_again(store: Store, kind: str) -> None:
    inputs = OLD + "f" * 52
    assert free_digest(store, inputs) == OLD
    store.directory.mkdir(parents=True)
    if kind == "directory":
        store.path(OLD).mkdir()
    elif kind == "dangling link":
        store.path(OLD).symlink_to(store.target(OLD))
    else:
        switch(store, OLD)
    other = free_digest(store, inputs)
    assert other != OLD
    assert free_digest(store, inputs) == other
    store.path(other).mkdir()
    assert free_digest(store, inputs) not in (OLD, other)


@pytest.fixture
def earlier(engine: Any, store: Store, make_release: Callable[..., Path], make_package: Any, plan: Plan) -> Blueprint:
    """An earlier release is just what is wanted; the current one holds something else."""
    six = make_package("six", "1.17", files=["lib/six.py"])
    engine.solution = [six]
    made = plan()
    make_release(made.digest, six, inputs=made.inputs)
    make_release(NOW, make_package("six", "0.9"), current=True)
    return made


def test_an_earlier_release_of_the_same_parts_is_taken_again(earlier: Blueprint, plan: Plan) -> None:
    assert plan() == dataclasses.replace(earlier, there=True)


def test_the_newest_of_several_is(
    earlier: Blueprint, make_release: Callable[..., Path], make_package: Any, plan: Plan
) -> None:
    make_release(OLD, make_package("six", "1.17", files=["lib/six.py"]), inputs=earlier.inputs)
    assert plan().digest == OLD


@pytest.mark.parametrize("change", ["a file is gone", "a variable is set", "it is unfinished"])
def test_one_that_was_changed_is_not(earlier: Blueprint, store: Store, plan: Plan, change: str) -> None:
    path = store.path(earlier.digest)
    if change == "a file is gone":
        (path / "lib/six.py").unlink()
    elif change == "a variable is set":
        (path / "conda-meta/state").write_text('{"env_vars": {"LEVEL": "3"}}')
    else:
        (path / "conda-meta/.benchwright-release").unlink()
    for verify_files in (True, False):
        again = plan(verify_files=verify_files)
        assert not again.there
        assert again.digest != earlier.digest


def test_the_current_one_is_never_made_anew_in_its_place(earlier: Blueprint, store: Store, plan: Plan) -> None:
    switch(store, earlier.digest)
    (store.link / "lib/six.py").unlink()
    again = plan()
    assert (again.there, again.inputs) == (False, earlier.inputs)
    assert again.digest != earlier.digest
