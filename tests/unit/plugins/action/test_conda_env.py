"""What the controller makes of a task before and after it asks the host; the host's answers are given."""

from __future__ import annotations

import platform
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible.errors import AnsibleActionFail
from ansible.parsing.dataloader import DataLoader
from ansible.playbook.task import Task
from ansible_collections.benchwright.python.plugins.action import conda_env
from ansible_collections.benchwright.python.plugins.action.conda_env import MODULE, ActionModule
from ansible_collections.benchwright.python.plugins.plugin_utils._engine_wheel import EngineWheelError

FILE = """\
name: lab
channels: [conda-forge, nodefaults]
dependencies:
  - python >=3.11
  - pip
  - pip: [humanize==4.13.0]
variables: {LEVEL: 3}
"""


class HostStandIn(ActionModule):
    """Runs no module, but answers as told, and remembers what it was asked and sent."""

    def __init__(self, arguments: dict[str, Any], *answers: dict[str, Any]) -> None:
        task = Task()
        task.args = arguments
        shell = SimpleNamespace(tmpdir="/remote/tmp", join_path=lambda *parts: "/".join(parts))
        super().__init__(task, SimpleNamespace(_shell=shell), SimpleNamespace(), DataLoader(), None, None)
        self.answers, self.asked, self.sent, self.readable = list(answers), [], [], []

    def _execute_module(self, module_name: str, module_args: dict[str, Any], task_vars: object) -> dict[str, Any]:  # type: ignore[override]
        assert module_name == MODULE
        self.asked.append(dict(module_args))
        return self.answers.pop(0)

    def _transfer_file(self, local_path: str, remote_path: str) -> str:
        self.sent.append((local_path, remote_path))
        return remote_path

    def _fixup_perms2(self, paths: tuple[str, ...]) -> None:
        self.readable.append(paths)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "environment.yml"
    path.write_text(FILE)
    return path


@pytest.fixture
def wheel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conda_env, "engine_wheel", lambda: "/cache/py_rattler-9.whl")


def test_a_file_is_read_here_and_the_host_gets_its_contents(file: Path) -> None:
    host = HostStandIn({"root_prefix": "/opt/root", "file": str(file)}, {"changed": False, "prefix": "/p"})
    result = host.run(task_vars={})
    assert host.asked == [
        {
            "root_prefix": "/opt/root",
            "name": "lab",
            "channels": ["conda-forge"],
            "dependencies": ["python >=3.11", "pip"],
            "pip": ["humanize==4.13.0"],
            "variables": {"LEVEL": "3"},
        }
    ]
    assert (result["changed"], result["prefix"]) == (False, "/p")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"name": "other"}, {"name": "other", "channels": ["conda-forge"]}),
        ({"prefix": "/srv/lab"}, {"prefix": "/srv/lab", "channels": ["conda-forge"]}),
        ({"channels": ["file:///c"]}, {"name": "lab", "channels": ["file:///c"]}),
    ],
)
def test_the_tasks_options_win_over_the_files(file: Path, given: dict[str, Any], kept: dict[str, Any]) -> None:
    host = HostStandIn({"file": str(file), **given}, {"changed": False})
    host.run(task_vars={})
    assert {key: host.asked[0].get(key) for key in ("name", "prefix", "channels")} == {
        "name": None,
        "prefix": None,
        **kept,
    }


def test_the_tasks_own_arguments_are_not_changed(file: Path) -> None:
    arguments = {"file": str(file)}
    HostStandIn(arguments, {"changed": False}).run(task_vars={})
    assert arguments == {"file": str(file)}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"file": "FILE", "pip": ["six"]}, "give either 'file' or 'pip', not both"),
        ({"file": "FILE", "dependencies": ["six"], "variables": {"A": "1"}}, "'file' or 'dependencies', 'variables'"),
        ({"file": "/nowhere/environment.yml"}, "no environment file /nowhere/environment.yml on the controller"),
        ({"dependencies": ["six", "num py!"]}, r"dependencies: \[1\]: "),
        ({"pip": ["-e ."]}, r"pip: \[0\]: "),
        ({"channels": ["defaults"]}, "channels: .*licensed"),
    ],
)
def test_bad_input_is_named_before_the_host_is_asked(file: Path, arguments: dict[str, Any], message: str) -> None:
    given = {key: str(file) if value == "FILE" else value for key, value in arguments.items()}
    host = HostStandIn(given)
    with pytest.raises(AnsibleActionFail, match=message):
        host.run(task_vars={})
    assert host.asked == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"dependencies: [six]\n", "has no 'name:', and neither 'name' nor 'prefix' is given"),
        (b"name: lab\ndependency: [six]\n", "environment.yml:2: dependency: unknown key; did you mean 'dependencies'"),
        (b"name: \xff\n", "cannot read the environment file"),
    ],
)
def test_a_bad_file_is_named(file: Path, text: bytes, message: str) -> None:
    file.write_bytes(text)
    with pytest.raises(AnsibleActionFail, match=message):
        HostStandIn({"file": str(file)}).run(task_vars={})


def test_the_engine_is_sent_only_if_the_host_asks_and_then_the_module_runs_again(wheel: None) -> None:
    needed = {"changed": False, "engine_needed": True, "machine": platform.machine()}
    host = HostStandIn({"name": "lab", "dependencies": ["six"]}, needed, {"changed": True, "link": ["six 1 0"]})
    result = host.run(task_vars={})
    assert host.sent == [("/cache/py_rattler-9.whl", "/remote/tmp/py_rattler-9.whl")]
    assert host.readable == [("/remote/tmp", "/remote/tmp/py_rattler-9.whl")]
    assert [asked.get("engine_wheel") for asked in host.asked] == [None, "/remote/tmp/py_rattler-9.whl"]
    assert (result["changed"], result["link"]) == (True, ["six 1 0"])
    assert not {"engine_needed", "machine"} & set(result)


def test_a_failure_of_the_host_is_the_answer(wheel: None) -> None:
    host = HostStandIn({"name": "lab"}, {"failed": True, "msg": "no room"})
    result = host.run(task_vars={})
    assert (result["failed"], result["msg"]) == (True, "no room")
    assert (len(host.asked), host.sent) == (1, [])


def test_an_engine_for_another_machine_is_not_sent(wheel: None) -> None:
    host = HostStandIn({"name": "lab"}, {"engine_needed": True, "machine": "riscv64"})
    with pytest.raises(
        AnsibleActionFail, match=f"the host is riscv64 and the controller's .* {platform.machine()}; install"
    ):
        host.run(task_vars={})
    assert host.sent == []


def test_a_controller_without_an_engine_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def engine_wheel_stand_in() -> str:
        raise EngineWheelError("install it")

    monkeypatch.setattr(conda_env, "engine_wheel", engine_wheel_stand_in)
    host = HostStandIn({"name": "lab"}, {"engine_needed": True, "machine": platform.machine()})
    with pytest.raises(AnsibleActionFail, match="install it"):
        host.run(task_vars={})
