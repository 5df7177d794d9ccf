"""pip's part of an environment, with a real Python: what drifted comes back, and only what is asked for goes."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest
from support.host import Host

from benchwright.channel.build import BuiltChannel

WANTED: dict[str, Any] = {"dependencies": ["python", "pip", "six"], "pip": ["humanize==4.12.0"]}


def pip(host: Host, *arguments: str) -> None:
    """As somebody who logs in would use it."""
    subprocess.run([host.prefix / "bin/python", "-m", "pip", "-q", *arguments], check=True)


def version(host: Host, name: str) -> str:
    code = f"from importlib.metadata import version; print(version({name!r}))"
    return subprocess.run([host.prefix / "bin/python", "-c", code], capture_output=True, text=True, check=True).stdout


@pytest.fixture
def lab(host: Host, channel: BuiltChannel) -> Host:
    host.options["channels"] = [channel.url]
    changes = host.four_steps("conda_env", **WANTED)
    assert changes["pip"] == ["humanize==4.12.0"]
    return host


def test_each_state_after_each_drift(lab: Host) -> None:
    """One environment for all, because making one takes seconds."""
    pip(lab, "install", "humanize==4.11.0")
    assert lab.four_steps("conda_env", **WANTED) == {"pip": ["humanize==4.12.0"]}
    assert version(lab, "humanize") == "4.12.0\n"

    loose = {**WANTED, "pip": ["humanize"]}
    assert lab.four_steps("conda_env", **loose) == {}
    [newest] = lab.four_steps("conda_env", **loose, state="latest")["pip"]
    assert version(lab, "humanize") == newest.partition("==")[2] + "\n" != "4.12.0\n"

    pip(lab, "install", "numpy-financial==1.0.0", "--no-deps")
    assert lab.four_steps("conda_env", **loose) == {}
    assert lab.four_steps("conda_env", **loose, state="exact") == {"pip_removed": ["numpy-financial"]}

    with_dependency = {**WANTED, "pip": ["python-dateutil==2.9.0.post0"]}
    changes = lab.four_steps("conda_env", **with_dependency, state="exact")
    assert changes == {"pip": ["python-dateutil==2.9.0.post0"], "pip_removed": ["humanize"]}

    condas = lab.record("six")
    pip(lab, "install", "six==1.16.0")  # over conda's own
    changes = {"pip_removed": ["six"], "repair": ["{name} {version} {build}".format(**condas)]}
    assert lab.four_steps("conda_env", **with_dependency) == changes
    assert version(lab, "six") == condas["version"] + "\n"


def test_another_engine_takes_over(lab: Host) -> None:
    """What one engine installed, another removes with all its files."""
    six = "{name} {version} {build}".format(**lab.record("six"))
    without_six = {**WANTED, "dependencies": ["python", "pip"], "engine": "rattler", "executable": None}
    assert lab.four_steps("conda_env", **without_six, state="exact") == {"unlink": [six]}
    assert not list(lab.prefix.glob("lib/python3*/site-packages/six*"))


def test_what_pip_cannot_have_leaves_the_environment_as_it_was(lab: Host) -> None:
    records = lab.records()
    answer = lab.call("conda_env", **{**WANTED, "pip": ["humanize==4.12.0", "numpy-financial==77"]})
    assert answer.failed
    assert "pip could not install" in answer.result["msg"]
    assert lab.records() == records
    assert lab.four_steps("conda_env", **WANTED) == {}
