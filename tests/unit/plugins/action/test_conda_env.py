"""What the controller makes of a task before and after it asks the host; the host's answers are given."""

from __future__ import annotations

import base64
import platform
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from ansible.errors import AnsibleActionFail
from ansible_collections.benchwright.python.plugins.action.conda_env import ActionModule
from ansible_collections.benchwright.python.plugins.plugin_utils import _conda_action
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


@pytest.fixture
def host_of(host_stand_in: Callable[..., Any]) -> Callable[..., Any]:
    return partial(host_stand_in, ActionModule)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "environment.yml"
    path.write_text(FILE)
    return path


@pytest.fixture
def wheel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_conda_action, "engine_wheel", lambda: "/cache/py_rattler-9.whl")


def test_a_file_is_read_here_and_the_host_gets_its_contents(host_of: Callable[..., Any], file: Path) -> None:
    host = host_of({"root_prefix": "/opt/root", "file": str(file)}, {"changed": False, "prefix": "/p"})
    result = host.run(task_vars={})
    assert host.asked == [
        {
            "root_prefix": "/opt/root",
            "name": "lab",
            "channels": ["conda-forge"],
            "dependencies": ["python >=3.11", "pip"],
            "pip": ["humanize==4.13.0"],
            "variables": {"LEVEL": "3"},
            "packages": [],
            "pip_complete": False,
        }
    ]
    assert host.modules == ["benchwright.python.conda_env"]
    assert (result["changed"], result["prefix"]) == (False, "/p")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"name": "other"}, {"name": "other", "channels": ["conda-forge"]}),
        ({"prefix": "/srv/lab"}, {"prefix": "/srv/lab", "channels": ["conda-forge"]}),
        ({"channels": ["file:///c"]}, {"name": "lab", "channels": ["file:///c"]}),
    ],
)
def test_the_tasks_options_win_over_the_files(
    host_of: Callable[..., Any], file: Path, given: dict[str, Any], kept: dict[str, Any]
) -> None:
    host = host_of({"file": str(file), **given}, {"changed": False})
    host.run(task_vars={})
    assert {key: host.asked[0].get(key) for key in ("name", "prefix", "channels")} == {
        "name": None,
        "prefix": None,
        **kept,
    }


def test_the_tasks_own_arguments_are_not_changed(host_of: Callable[..., Any], file: Path) -> None:
    arguments = {"file": str(file)}
    host_of(arguments, {"changed": False}).run(task_vars={})
    assert arguments == {"file": str(file)}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"file": "FILE", "pip": ["six"]}, "give either 'file' or 'pip', not both"),
        ({"file": "FILE", "dependencies": ["six"], "variables": {"A": "1"}}, "'file' or 'dependencies', 'variables'"),
        ({"file": "/nowhere/environment.yml"}, "no environment file /nowhere/environment.yml on the controller"),
        ({"dependencies": ["six", "num py!"]}, r"dependencies: \[1\]: "),
        ({"pip": ["-e ."]}, r"pip: \[0\]: "),
        ({"channels": ["defaults"]}, r"channels: \[0\]: .*licensed"),
        ({"dependencies": ["defaults::six"]}, r"dependencies: \[0\]: .*licensed"),
        ({"variables": {"PATH": "/bin"}}, "variables: PATH: conda sets this itself"),
        ({"file": "FILE", "clone_from": "other"}, "give either 'file' or 'clone_from', not both"),
        ({"dependencies": {"six": 1}}, "an option has the wrong type"),
        ({"file": "FILE", "environment": "test"}, "only a pixi.lock has several environments"),
    ],
)
def test_bad_input_is_named_before_the_host_is_asked(
    host_of: Callable[..., Any], file: Path, arguments: dict[str, Any], message: str
) -> None:
    given = {key: str(file) if value == "FILE" else value for key, value in arguments.items()}
    host = host_of(given)
    with pytest.raises(AnsibleActionFail, match=message) as raised:
        host.run(task_vars={})
    assert host.asked == []
    assert raised.value.__suppress_context__ is (raised.value.__context__ is not None)  # or Ansible tells it twice


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"dependencies: [six]\n", "has no 'name:', and neither 'name' nor 'prefix' is given"),
        (b"name: lab\ndependency: [six]\n", "environment.yml:2: dependency: unknown key; did you mean 'dependencies'"),
        (b"name: \xff\n", "cannot read the environment file"),
    ],
)
def test_a_bad_file_is_named(host_of: Callable[..., Any], file: Path, text: bytes, message: str) -> None:
    file.write_bytes(text)
    with pytest.raises(AnsibleActionFail, match=message) as raised:
        host_of({"file": str(file)}).run(task_vars={})
    assert raised.value.__suppress_context__ is (raised.value.__context__ is not None)  # or Ansible tells it twice


def test_the_engine_is_sent_only_if_the_host_asks_and_then_the_module_runs_again(
    host_of: Callable[..., Any], wheel: None
) -> None:
    needed = {"changed": False, "engine_needed": True, "machine": platform.machine()}
    host = host_of({"name": "lab", "dependencies": ["six"]}, needed, {"changed": True, "link": ["six 1 0"]})
    result = host.run(task_vars={})
    assert host.sent == [("/cache/py_rattler-9.whl", "/remote/tmp/py_rattler-9.whl")]
    assert host.readable == [("/remote/tmp", "/remote/tmp/py_rattler-9.whl")]
    assert [asked.get("engine_wheel") for asked in host.asked] == [None, "/remote/tmp/py_rattler-9.whl"]
    assert (result["changed"], result["link"]) == (True, ["six 1 0"])
    assert not {"engine_needed", "machine"} & set(result)


def test_a_failure_of_the_host_is_the_answer(host_of: Callable[..., Any], wheel: None) -> None:
    host = host_of({"name": "lab"}, {"failed": True, "msg": "no room"})
    result = host.run(task_vars={})
    assert (result["failed"], result["msg"]) == (True, "no room")
    assert (len(host.asked), host.sent) == (1, [])


def test_an_engine_for_another_machine_is_not_sent(host_of: Callable[..., Any], wheel: None) -> None:
    host = host_of({"name": "lab"}, {"engine_needed": True, "machine": "riscv64"})
    with pytest.raises(
        AnsibleActionFail, match=f"the host is riscv64 and the controller's .* {platform.machine()}; install"
    ):
        host.run(task_vars={})
    assert host.sent == []


def test_a_controller_without_an_engine_says_so(host_of: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    def engine_wheel_stand_in() -> str:
        raise EngineWheelError("install it")

    monkeypatch.setattr(_conda_action, "engine_wheel", engine_wheel_stand_in)
    host = host_of({"name": "lab"}, {"engine_needed": True, "machine": platform.machine()})
    with pytest.raises(AnsibleActionFail, match="install it"):
        host.run(task_vars={})


DATA = Path(__file__).parents[3] / "data" / "descriptions"


@pytest.mark.parametrize(
    ("name", "packages", "pip"),
    [("conda-lock.yml", ["python-3.12.11"], 1), ("pixi-7.lock", ["python-3.12.11", "tzdata-2025b"], 1)],
)
def test_a_lock_becomes_packages_with_digests(
    host_of: Callable[..., Any], name: str, packages: list[str], pip: int
) -> None:
    host = host_of({"name": "lab", "file": str(DATA / name)}, {"changed": False})
    host.run(task_vars={"ansible_facts": {"architecture": "x86_64"}})
    asked = host.asked[0]
    assert [package["url"].split("/")[-1].rsplit("-", 1)[0] for package in asked["packages"]] == packages
    assert all(len(package["sha256"]) == 64 and len(package["md5"]) == 32 for package in asked["packages"])
    assert (asked["dependencies"], len(asked["pip"]), asked["pip_complete"]) == ([], pip, True)
    assert not {"file", "remote_src", "environment"} & set(asked)


def test_an_environment_of_a_pixi_lock_is_chosen_by_name(host_of: Callable[..., Any]) -> None:
    arguments = {"name": "lab", "file": str(DATA / "pixi-6.lock"), "environment": "small"}
    host = host_of(arguments, {"changed": False})
    host.run(task_vars={"ansible_facts": {"architecture": "x86_64"}})
    assert [package["url"] for package in host.asked[0]["packages"]] == [
        "file:///srv/channel/noarch/six-1.17.0-pyhe01879c_1.conda"
    ]


def test_the_platform_of_a_lock_is_the_hosts(host_of: Callable[..., Any]) -> None:
    host = host_of({"name": "lab", "file": str(DATA / "conda-lock.yml")})
    with pytest.raises(AnsibleActionFail, match=r"not locked for linux-aarch64, only for linux-64, osx-arm64"):
        host.run(task_vars={"ansible_facts": {"architecture": "aarch64"}})
    assert host.asked == []


def test_a_file_on_the_host_is_fetched_and_read_here(host_of: Callable[..., Any]) -> None:
    content = {"content": base64.b64encode(FILE.encode()).decode()}
    host = host_of({"file": "/srv/environment.yml", "remote_src": "yes"}, content, {"changed": False})
    host.run(task_vars={})
    assert host.modules == ["ansible.builtin.slurp", "benchwright.python.conda_env"]
    assert host.asked[0] == {"src": "/srv/environment.yml"}
    assert (host.asked[1]["name"], host.asked[1]["dependencies"]) == ("lab", ["python >=3.11", "pip"])


def test_a_file_that_the_host_lacks_is_named(host_of: Callable[..., Any]) -> None:
    host = host_of({"file": "/srv/e.yml", "remote_src": True}, {"failed": True, "msg": "file not found: /srv/e.yml"})
    with pytest.raises(AnsibleActionFail, match="on the host: file not found"):
        host.run(task_vars={})
    assert len(host.asked) == 1


def test_a_described_state_reads_the_file_and_asks_the_host_nothing(host_of: Callable[..., Any], file: Path) -> None:
    host = host_of({"file": str(file), "state": "described"})
    assert host.run(task_vars={})["changed"] is False
    assert host.asked == []


def test_licensed_channels_are_passed_on_once_the_terms_are_accepted(host_of: Callable[..., Any]) -> None:
    arguments = {"name": "lab", "channels": ["defaults"], "accept_anaconda_terms": "true"}
    host = host_of(arguments, {"changed": False})
    host.run(task_vars={})
    assert host.asked == [arguments]


def test_a_clone_is_passed_on(host_of: Callable[..., Any]) -> None:
    host = host_of({"name": "lab", "clone_from": "other"}, {"changed": True})
    host.run(task_vars={})
    assert host.asked == [{"name": "lab", "clone_from": "other"}]


def test_the_answer_shows_no_password_and_no_token(host_of: Callable[..., Any]) -> None:
    channel = "https://me:geheim@conda.example.org/t/tk-geheim/x"
    arguments = {
        "prefix": "/srv/t/lab",
        "channels": [channel],
        "packages": [{"url": f"{channel}/noarch/six-1-0.conda"}],
    }
    answer = {"failed": True, "msg": f"no {channel}", "prefix": "/srv/t/lab", "invocation": {"module_args": arguments}}
    result = host_of({"name": "lab", "channels": [channel]}, answer).run(task_vars={})
    assert "geheim" not in str(result)
    assert (result["prefix"], result["invocation"]["module_args"]["prefix"]) == ("/srv/t/lab", "/srv/t/lab")
    assert "conda.example.org" in str(result["invocation"])
