"""The modules for packages and for information have their specs, channels and descriptions checked before a host is touched."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible.errors import AnsibleActionFail
from ansible_collections.benchwright.python.plugins.action import conda_env_info, conda_package, conda_package_info

PACKAGES = [conda_package.ActionModule, conda_package_info.ActionModule]


@pytest.mark.parametrize("action", PACKAGES)
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"packages": ["six", "num py!"]}, r"packages: \[1\]: 'num py!' is not a match spec"),
        ({"packages": "six,num py!"}, r"packages: \[1\]: 'num py!' is not a match spec"),
        ({"packages": ["pkgs/main::six"]}, r"packages: \[0\]: .*licensed"),
        ({"packages": ["six"], "channels": ["defaults"]}, r"channels: \[0\]: .*licensed"),
    ],
)
def test_bad_input_is_named_before_the_host_is_asked(
    host_stand_in: Callable[..., Any], action: type, arguments: dict[str, Any], message: str
) -> None:
    host = host_stand_in(action, arguments)
    with pytest.raises(AnsibleActionFail, match=message):
        host.run(task_vars={})
    assert host.asked == []


@pytest.mark.parametrize("action", PACKAGES)
def test_good_input_is_passed_on_as_it_is(host_stand_in: Callable[..., Any], action: Any) -> None:
    arguments = {"name": "lab", "packages": ["six", "numpy >=2,<3"], "channels": ["conda-forge"]}
    host = host_stand_in(action, arguments, {"changed": False})
    host.run(task_vars={})
    assert (host.modules, host.asked) == ([action.MODULE], [arguments])


def test_the_other_name_of_an_option_is_checked_too(host_stand_in: Callable[..., Any]) -> None:
    host = host_stand_in(conda_package.ActionModule, {"name": "lab", "package": "num py!"})
    with pytest.raises(AnsibleActionFail, match=r"package: \[0\]: 'num py!'"):
        host.run(task_vars={})


def test_a_description_to_compare_with_is_read_here(host_stand_in: Callable[..., Any], tmp_path: Path) -> None:
    file = tmp_path / "environment.yml"
    file.write_text("name: lab\ndependencies: [six]\n")
    host = host_stand_in(conda_env_info.ActionModule, {"file": str(file)}, {"changed": False})
    host.run(task_vars={})
    assert host.modules == ["benchwright.python.conda_env_info"]
    assert (host.asked[0]["name"], host.asked[0]["dependencies"]) == ("lab", ["six"])


def test_without_a_description_nothing_is_read(host_stand_in: Callable[..., Any]) -> None:
    host = host_stand_in(conda_env_info.ActionModule, {}, {"changed": False})
    host.run(task_vars={})
    assert host.asked == [{}]
