"""Whether an environment is changed by releases or in place is said by options, or seen."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.changes.change import Target
from ansible_collections.benchwright.python.plugins.module_utils._conda.changes.difference import Policy
from ansible_collections.benchwright.python.plugins.module_utils._conda.changes.guards import ChangeError
from ansible_collections.benchwright.python.plugins.module_utils._conda.descriptions.environment import Environment
from ansible_collections.benchwright.python.plugins.module_utils._conda.releases.deployment import Deployment
from ansible_collections.benchwright.python.plugins.module_utils._conda.releases.states import (
    deployment_as_found,
    deployment_of,
    ensure_deployed,
)
from ansible_collections.benchwright.python.plugins.module_utils._conda.releases.store import Store

OLD = "0123456789ab"
OPTIONS = {
    **{"keep": 3, "deploy": "release", "checks": ["files"], "on_drift": "report", "release": None, "state": "present"}
}
TOOL = Environment(channels=("lab",), dependencies=("tool",))


@pytest.mark.parametrize(
    ("options", "deployment"),
    [
        ({}, Deployment(3, ("files",), False)),
        ({"on_drift": "rebuild", "checks": [], "keep": 1}, Deployment(1, (), True)),
        ({"deploy": "in_place"}, None),
    ],
)
def test_options_say_how_releases_are_made(
    target: Target, options: dict[str, Any], deployment: Deployment | None
) -> None:
    assert deployment_of({**OPTIONS, **options}, target) == deployment


def test_base_is_changed_in_place(target: Target) -> None:
    assert deployment_of(OPTIONS, dataclasses.replace(target, prefix=target.root_prefix)) is None


def test_a_release_is_named_only_to_go_back_to(target: Target) -> None:
    with pytest.raises(ChangeError, match="leave it out with 'state: present'"):
        deployment_of({**OPTIONS, "release": OLD}, target)


@pytest.mark.parametrize("deploy", ["release", "in_place"])
def test_a_foreign_link_to_a_release_is_refused(
    target: Target, make_release: Callable[..., Path], tmp_path: Path, deploy: str
) -> None:
    link = tmp_path / "mine"
    link.symlink_to(make_release(OLD, current=True))
    mine = dataclasses.replace(target, prefix=str(link))
    with pytest.raises(ChangeError, match="is a release, which never changes"):
        deployment_as_found(mine)
    if deploy == "in_place":
        with pytest.raises(ChangeError, match="is a release, which never changes"):
            deployment_of({**OPTIONS, "deploy": deploy}, mine)


@pytest.mark.parametrize("keep", [0, -1])
def test_the_current_release_is_always_kept(target: Target, keep: int) -> None:
    with pytest.raises(ChangeError, match=f"'keep' is {keep}; at least 1 release is kept"):
        deployment_of({**OPTIONS, "keep": keep}, target)


def test_an_environment_goes_on_as_it_is_deployed(
    target: Target, store: Store, make_release: Callable[..., Path], install_packages: Any
) -> None:
    assert deployment_as_found(target) == Deployment(keep=sys.maxsize)  # what is new is a release
    install_packages(store.link)
    assert deployment_as_found(target) is None
    store.link.rename(store.link.with_name("other"))
    make_release(OLD, current=True)
    assert deployment_as_found(target) == Deployment(keep=sys.maxsize)


@pytest.mark.parametrize("check_mode", [True, False])
def test_what_is_changed_in_place_is_noted_and_no_drift(
    target: Target,
    store: Store,
    make_release: Callable[..., Path],
    make_package: Any,
    engine: Any,
    check_mode: bool,
) -> None:
    make_release(OLD, make_package("six"), inputs="ab" * 32, current=True)
    before = store.marker
    engine.solution = [make_package("six"), make_package("tool")]
    outcome = ensure_deployed(TOOL, target, Policy(), engine.find, check_mode, None)
    assert (outcome.changed, outcome.release, outcome.plan.link) == (True, OLD, ("tool 1.0 0",))
    assert before
    assert store.marker
    if check_mode:
        assert store.marker == before
    else:
        assert store.marker.contents == ("six 1.0 0", "tool 1.0 0")
        # It is not what it was made of any more, so nothing leads back to it by that.
        assert (store.marker.inputs, store.marker.order) == ("", before.order)
    again = ensure_deployed(TOOL, target, Policy(), engine.find, False, Deployment())
    assert again.drift == ()


def test_a_plain_directory_has_no_release(target: Target, store: Store, install_packages: Any, engine: Any) -> None:
    install_packages(store.link)
    outcome = ensure_deployed(Environment(), target, Policy(), engine.find, False, None)
    assert (outcome.changed, outcome.release) == (False, "")
