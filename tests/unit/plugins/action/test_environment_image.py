"""Descriptions of images' environments are read on the controller, each by itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible.errors import AnsibleActionFail
from ansible_collections.benchwright.python.plugins.action.environment_image import ActionModule

FILE = "name: lab\nchannels: [theirs]\ndependencies: [python]\n"


@pytest.fixture
def host_of(host_stand_in: Callable[..., Any]) -> Callable[..., Any]:
    return lambda arguments, *answers: host_stand_in(ActionModule, arguments, *answers)


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "environment.yml"
    path.write_text(FILE)
    return str(path)


@pytest.mark.parametrize(
    ("item", "shared", "channels"),
    [
        ({}, {}, ["theirs"]),
        ({}, {"channels": ["shared"]}, ["shared"]),
        ({"channels": ["own"]}, {"channels": ["shared"]}, ["own"]),
    ],
)
def test_a_description_goes_to_the_host_read(
    host_of: Callable[..., Any], file: str, item: dict[str, Any], shared: dict[str, Any], channels: list[str]
) -> None:
    host = host_of({"environments": [{"file": file, **item}, {"name": "tool", "dependencies": ["gear"]}], **shared}, {})
    host.run(task_vars={})
    [asked] = host.asked
    lab, tool = asked["environments"]
    assert (lab["name"], lab["dependencies"], lab["channels"]) == ("lab", ["python"], channels)
    assert not {"file", "accept_anaconda_terms"} & set(lab)
    assert (tool["name"], tool["dependencies"]) == ("tool", ["gear"])
    assert {key: asked[key] for key in shared} == shared


@pytest.mark.parametrize(
    ("item", "shared", "words"),
    [
        ({"name": "lab", "dependencies": ["python ="]}, {}, "dependencies"),
        ({"name": "lab", "dependencies": ["python"], "channels": ["defaults"]}, {}, "licensed"),
        ({"name": "lab", "dependencies": ["python"]}, {"channels": ["defaults"]}, "licensed"),
        ({"file": "none.yml"}, {}, "no environment file none.yml on the controller"),
        ("lab", {}, "wrong type"),
    ],
)
def test_what_is_wrong_is_told_before_the_host_is_touched(
    host_of: Callable[..., Any], item: Any, shared: dict[str, Any], words: str
) -> None:
    host = host_of({"environments": [item], **shared})
    with pytest.raises(AnsibleActionFail, match=words):
        host.run(task_vars={})
    assert host.asked == []


def test_licensed_channels_are_accepted_once_for_all(host_of: Callable[..., Any]) -> None:
    item = {"name": "lab", "dependencies": ["python"], "channels": ["defaults"]}
    host = host_of({"environments": [item], "accept_anaconda_terms": True}, {})
    host.run(task_vars={})
    assert host.asked == [{"environments": [item], "accept_anaconda_terms": True}]


def test_described_tells_the_names_and_asks_the_host_nothing(host_of: Callable[..., Any], file: str) -> None:
    host = host_of({"environments": [{"file": file}, {"name": "b", "dependencies": ["c"]}], "state": "described"})
    assert host.run(task_vars={})["images"] == [{"name": "lab"}, {"name": "b"}]
    assert host.asked == []
