"""conda_package_info through Ansible: the action plugin, the module and the real engine."""

from __future__ import annotations

import json
import venv
from pathlib import Path

import pytest
from support import ansible_call
from support.ansible_call import call_module
from support.tiny_channel import TinyChannel


@pytest.mark.parametrize("check", [False, True])
def test_what_channels_offer(tiny: TinyChannel, tmp_path: Path, check: bool) -> None:
    tiny.add("app", "2.0", depends=["lib >=1"], license="MIT")
    options = {"packages": ["app", "nothing"], "channels": [tiny.url], "engine": "rattler"}
    answer = call_module("conda_package_info", options, tmp_path, check)
    assert not answer.failed, answer.result["msg"]
    assert [(found["version"], found["license"]) for found in answer.result["packages"]] == [
        ("2.0", "MIT"),
        ("1.0", ""),
    ]
    assert (answer.changed, answer.result["missing"]) == (False, ["nothing"])


def test_a_host_without_py_rattler_is_sent_it_for_the_search(
    tiny: TinyChannel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    venv.create(tmp_path / "bare", with_pip=False)
    bare = f"ansible_python_interpreter={tmp_path}/bare/bin/python"
    monkeypatch.setattr(ansible_call, "LOCAL", (*ansible_call.LOCAL, "-e", bare))
    options = {"packages": ["app"], "channels": [tiny.url], "latest": True, "engine": "rattler"}
    answer = call_module("conda_package_info", options, tmp_path)
    assert not answer.failed, answer.result["msg"]
    assert [found["version"] for found in answer.result["packages"]] == ["1.0"]


def test_a_wrong_spec_is_told_before_the_host_is_touched(tiny: TinyChannel, tmp_path: Path) -> None:
    options = {"packages": ["app >=>1"], "channels": [tiny.url], "executable": "/nowhere/conda"}
    answer = call_module("conda_package_info", options, tmp_path)
    assert answer.failed
    assert answer.result["msg"].startswith("packages: [0]: ")


@pytest.mark.parametrize("secret", [{"user": "lab", "password": "hush-hush"}, {"token": "hush-hush"}])
def test_credentials_come_back_nowhere(tiny: TinyChannel, tmp_path: Path, secret: dict[str, str]) -> None:
    with tiny.serve(**secret) as served:
        options = {"packages": ["app"], "channels": [served.url], "engine": "rattler"}
        answer = call_module("conda_package_info", options, tmp_path)
        assert not served.refused
    assert [found["name"] for found in answer.result["packages"]] == ["app"]
    assert "hush-hush" not in json.dumps(answer.result)
