"""From a module's options to a wanted environment and its place, and from an outcome to an answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.change import ChangeError, Target
from ansible_collections.benchwright.python.plugins.module_utils._conda.environment import (
    Environment,
    EnvironmentFileError,
)
from ansible_collections.benchwright.python.plugins.module_utils._conda.options import environment_of, report, target_of
from ansible_collections.benchwright.python.plugins.module_utils._conda.plan import Plan
from ansible_collections.benchwright.python.plugins.module_utils._conda.states import Outcome


def options(**given: Any) -> dict[str, Any]:
    defaults = {
        "name": "lab",
        "prefix": None,
        "root_prefix": "/opt/root",
        "channels": [],
        "dependencies": [],
        "pip": [],
    }
    return {**defaults, "variables": {}, **given}


def test_options_become_an_environment_of_texts() -> None:
    given = options(
        channels=["nodefaults", "conda-forge"], dependencies=["six >=1"], pip=["humanize"], variables={"LEVEL": 3}
    )
    assert environment_of(given) == Environment("lab", ("conda-forge",), ("six >=1",), ("humanize",), {"LEVEL": "3"})


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"channels": ["defaults"]}, "channels: "),
        ({"dependencies": ["six", "a b c!"]}, r"dependencies: \[1\]: "),
        ({"pip": ["-e ."]}, r"pip: \[0\]: "),
    ],
)
def test_a_wrong_option_is_named(given: dict[str, Any], message: str) -> None:
    with pytest.raises(EnvironmentFileError, match=message):
        environment_of(options(**given))


def test_where_the_environment_is() -> None:
    assert target_of(options()) == Target("/opt/root/envs/lab", "/opt/root")
    assert target_of(options()).package_cache == "/opt/root/pkgs"
    assert target_of(options(name=None, prefix="/srv/lab")).prefix == "/srv/lab"


@pytest.mark.parametrize("name", ["a/b", "../lab", "base", "", "-n"])
def test_a_name_cannot_lead_elsewhere(name: str) -> None:
    with pytest.raises(EnvironmentFileError):
        target_of(options(name=name))


def test_condas_base_environment_is_not_managed_however_it_is_spelled(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "root")
    for prefix in ("root", "root/", "link", "root/envs/.."):
        with pytest.raises(ChangeError, match="base environment"):
            target_of(options(name=None, prefix=f"{tmp_path}/{prefix}", root_prefix=f"{tmp_path}/root"))


def test_the_answer() -> None:
    plan = Plan(
        link=("b 1 0",), unlink=("a 1 0",), pip=("humanize",), before=("a 1 0", "c 1 0"), after=("b 1 0", "c 1 0")
    )
    assert report(Target("/srv/lab", "/opt/root"), Outcome(True, plan, ("b",))) == {
        "changed": True,
        "prefix": "/srv/lab",
        "link": ("b 1 0",),
        "unlink": ("a 1 0",),
        "pip": ("humanize",),
        "why": ("b",),
        "diff": {
            "before": "a 1 0\nc 1 0\n",
            "after": "b 1 0\nc 1 0\n",
            "before_header": "/srv/lab",
            "after_header": "/srv/lab",
        },
    }


def test_the_answer_shows_no_password() -> None:
    line = "demo @ https://user:secret@mirror.example/demo.whl"
    answer = report(Target("/srv/lab", "/opt/root"), Outcome(True, Plan(pip=(line,), after=("pip: " + line,)), (line,)))
    assert "secret" not in str(answer)
    assert answer["diff"]["after"] == "pip: demo @ https://***mirror.example/demo.whl\n"
