"""conda_env with the real channel and the real engine: what check mode says is what a run does.

Through Ansible where the controller has a part in it, and where all its processes are killed; else the module alone, in a third
of the time.
"""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.ansible_call import ANSIBLE_PLAYBOOK, LOCAL, Answer, call_module
from support.module_call import run_module
from support.nemesis import Kill, Run, strike
from support.tiny_channel import TinyChannel

from benchwright.channel.build import BuiltChannel

SPECS = ["python", "pip", "numpy", "six"]
Call = Callable[..., Answer]


def caller(run: Callable[..., Answer], directory: Path, channel: BuiltChannel) -> Call:
    """Return what calls conda_env on the environment ``lab``; options as keywords."""

    def call_conda_env(check: bool = False, **options: Any) -> Answer:
        place = {"root_prefix": str(directory / "root"), "name": "lab"}
        defaults = {**place, "channels": [channel.url], "dependencies": SPECS}
        given = {key: value for key, value in {**defaults, **options}.items() if value is not None}
        return run("conda_env", given, directory, check)

    return call_conda_env


@pytest.fixture
def call(tmp_path: Path, channel: BuiltChannel) -> Call:
    """Call the module alone."""
    return caller(run_module, tmp_path, channel)


@pytest.fixture
def play(tmp_path: Path, channel: BuiltChannel) -> Call:
    """Call it through Ansible."""
    return caller(call_module, tmp_path, channel)


def prefix(tmp_path: Path) -> Path:
    return tmp_path / "root/envs/lab"


def four_steps(call: Call, **options: Any) -> Answer:
    """Check, run, check, run; return what the run did."""
    predicted, did, predicted_again, did_again = (call(check, **options) for check in (True, False, True, False))
    assert not did.failed, did.result.get("msg")
    assert (predicted.changed, did.changed, predicted_again.changed, did_again.changed) == (True, True, False, False)
    assert predicted.diff == did.diff
    assert predicted.result["link"] == did.result["link"]
    assert predicted.result["unlink"] == did.result["unlink"]
    return did


def test_a_fresh_environment_with_conda_and_pip_parts_and_variables(play: Call, tmp_path: Path) -> None:
    did = four_steps(play, pip=["numpy-financial==1.0.0"], variables={"LEVEL": "3"})
    assert {"pip: numpy-financial==1.0.0", "variable: LEVEL (set)"} <= set(did.diff[1])
    python = prefix(tmp_path) / "bin/python"
    assert subprocess.run([python, "-c", "import numpy_financial, six"], check=False).returncode == 0
    assert json.loads((prefix(tmp_path) / "conda-meta/state").read_text())["env_vars"] == {"LEVEL": "3"}
    assert "update specs" in (prefix(tmp_path) / "conda-meta/history").read_text()


def test_check_mode_on_a_fresh_host_makes_nothing(call: Call, tmp_path: Path) -> None:
    assert call(check=True).changed
    assert not prefix(tmp_path).exists()


def test_what_somebody_installed_is_kept_and_what_is_missing_comes_back(call: Call, tmp_path: Path) -> None:
    call(dependencies=[*SPECS, "idna"])
    for record in (prefix(tmp_path) / "conda-meta").glob("six-*.json"):
        record.unlink()
    did = four_steps(call)
    assert [line.split()[0] for line in did.result["link"]] == ["six"]
    assert did.result["unlink"] == []
    assert list((prefix(tmp_path) / "conda-meta").glob("idna-*.json"))


def test_a_dependency_that_is_gone_is_noticed(call: Call, tmp_path: Path) -> None:
    call(dependencies=["python", "python-dateutil"])
    for record in (prefix(tmp_path) / "conda-meta").glob("python-tzdata-*.json"):
        record.unlink()
    did = four_steps(call, dependencies=["python", "python-dateutil"])
    assert "python-tzdata is not installed" in did.result["why"][0]


def test_a_changed_pip_package_is_put_back(call: Call, tmp_path: Path) -> None:
    call(pip=["humanize==4.12.0"])
    subprocess.run([prefix(tmp_path) / "bin/python", "-m", "pip", "install", "-q", "humanize==4.11.0"], check=True)
    did = four_steps(call, pip=["humanize==4.12.0"])
    assert did.diff == (["pip: humanize==4.11.0"], ["pip: humanize==4.12.0"])


def test_an_environment_killed_at_any_moment_is_finished_by_the_next_run(
    call: Call, tmp_path: Path, channel: BuiltChannel
) -> None:
    arguments = {"root_prefix": str(tmp_path / "root"), "name": "lab", "channels": [channel.url], "dependencies": SPECS}
    playbook = [
        {
            "hosts": "localhost",
            "gather_facts": False,
            "tasks": [{"name": "Make", "benchwright.python.conda_env": arguments}],
        }
    ]
    (tmp_path / "killed.json").write_text(json.dumps(playbook))
    command = [ANSIBLE_PLAYBOOK, *LOCAL, tmp_path / "killed.json"]
    began = time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    whole = time.monotonic() - began
    for part in (0.6, 0.75, 0.9):  # tests/faults kills at every stage, but not through Ansible
        shutil.rmtree(tmp_path / "root")
        run = Run(command, tmp_path / f"run-{part}")
        strike(run, Kill(signal.SIGKILL, "group", whole * part), {})
        assert run.orphans_end() == []  # Ansible's workers have sessions of their own
        assert not call().failed
        assert not call().changed
        assert subprocess.run([prefix(tmp_path) / "bin/python", "-c", "import numpy, six"], check=False).returncode == 0


def test_removing_takes_the_environment_and_with_the_last_one_the_cache(call: Call, tmp_path: Path) -> None:
    call()
    call(name="other", dependencies=["six"])
    four_steps(call, state="absent")
    assert (tmp_path / "root/envs/other").is_dir()
    four_steps(call, name="other", state="absent")
    assert not (tmp_path / "root").exists()


def test_a_directory_that_is_no_environment_is_left_alone(call: Call, tmp_path: Path) -> None:
    prefix(tmp_path).mkdir(parents=True)
    (prefix(tmp_path) / "thesis.tex").write_text("years of work")
    for options in ({}, {"state": "absent"}):
        answer = call(**options)
        assert answer.failed
        assert "no conda environment" in answer.result["msg"]
    assert (prefix(tmp_path) / "thesis.tex").read_text() == "years of work"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"dependencies": ["numpyy"]}, "no channel has a package 'numpyy'; did you mean 'numpy'?"),
        ({"dependencies": ["numpy=1.0"]}, "no channel has numpy=1.0; there are "),
        ({"name": "a/b"}, "no name for an environment"),
        ({"channels": []}, "no channel to take packages from"),
        ({"channels": ["file:///nowhere/at/all"]}, "/nowhere/at/all"),
        ({"prefix": "/proc/lab", "name": None}, "choose another root_prefix"),
        ({"pip": ["numpy-financial==77"]}, "pip could not install numpy-financial==77"),
    ],
)
def test_bad_input_is_named(call: Call, options: dict[str, Any], message: str) -> None:
    refuses(call(**options), message)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"dependencies": ["num py!"]}, "dependencies: [0]"),
        ({"channels": ["defaults"]}, "licensed"),
        ({"pip": ["-e ."]}, "pip: [0]"),
        ({"file": "/nowhere/environment.yml", "dependencies": []}, "no environment file /nowhere/environment.yml"),
    ],
)
def test_bad_input_is_named_before_a_host_is_touched(play: Call, options: dict[str, Any], message: str) -> None:
    refuses(play(**options), message)


def refuses(answer: Answer, message: str) -> None:
    assert answer.failed
    assert message in answer.result["msg"]
    assert "Traceback" not in json.dumps(answer.result)


def explicit(record: dict[str, Any]) -> str:
    return f"# platform: linux-64\n@EXPLICIT\n{record['url']}#{record['sha256']}\n"


def conda_lock(record: dict[str, Any]) -> str:
    package = {
        **{"name": record["name"], "version": record["version"], "manager": "conda", "platform": "linux-64"},
        **{"dependencies": {}, "url": record["url"], "hash": {"sha256": record["sha256"]}, "category": "main"},
    }
    metadata = {"content_hash": {"linux-64": "0"}, "channels": [], "platforms": ["linux-64"], "sources": []}
    return json.dumps({"version": 1, "metadata": metadata, "package": [package]})


def pixi_lock(record: dict[str, Any]) -> str:
    environment = {"channels": [], "packages": {"linux-64": [{"conda": record["url"]}]}}
    package = {"conda": record["url"], "sha256": record["sha256"]}
    return json.dumps({"version": 6, "environments": {"default": environment}, "packages": [package]})


@pytest.mark.parametrize(
    ("lock", "remote"), [(explicit, False), (conda_lock, False), (pixi_lock, False), (explicit, True)]
)
def test_a_lock_in_a_file(play: Call, tmp_path: Path, tiny: TinyChannel, lock: Any, remote: bool) -> None:
    record = tiny.add("tool", "0.5")
    tiny.add("tool", "0.6")
    (tmp_path / "lab.lock").write_text(lock(record))
    options = {"file": str(tmp_path / "lab.lock"), "remote_src": remote, "dependencies": None, "channels": None}
    assert four_steps(play, **options).result["link"] == ["tool 0.5 0"]
    (tmp_path / "lab.lock").write_text(lock({**record, "sha256": "0" * 64}))
    answer = play(**options)
    assert answer.failed
    assert "0" * 64 in answer.result["msg"]
