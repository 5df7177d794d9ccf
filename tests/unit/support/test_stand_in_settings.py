"""What the variables and files of a call change, alike in the stand-ins and in the commands of $BENCHWRIGHT_TEST_CONDA."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import cast

import pytest
from support.channel_server import serve
from support.conda_stand_in import Flavour

from .replay import Machine

TOOLS = ["conda 24.11.3", "conda 26.7.1", "mamba1 24.11.3", "mamba2 2.8.1", "micromamba 2.8.1"]
REAL = [path for path in os.environ.get("BENCHWRIGHT_TEST_CONDA", "").split(",") if path]
MAMBA2 = [tool for tool in [*TOOLS, *REAL] if re.search(r"mamba(2 |-| )2[.]", tool)]


def name_of(tool: str) -> str:
    return Path(tool).name.replace(" ", "-")


MAMBA2_ONLY = pytest.mark.parametrize("machine", MAMBA2, ids=name_of, indirect=True)


@pytest.fixture(params=[*TOOLS, *REAL], ids=name_of)
def machine(request: pytest.FixtureRequest, tmp_path: Path) -> Machine:
    """A machine with the file of an environment that has no package yet."""
    if os.path.isabs(request.param):
        text = subprocess.check_output([request.param, "--version"], text=True)
        flavour: Flavour = "conda" if text.startswith("conda") else "micromamba"
        made = Machine(tmp_path, text.split()[-1], flavour, real_executable=request.param)
    else:
        named, generation = request.param.split()
        made = Machine(tmp_path, generation, cast(Flavour, named))
    made.variables |= {"CONDA_PKGS_DIRS": str(tmp_path / "pkgs"), "MAMBA_ROOT_PREFIX": str(tmp_path / "root")}
    (prefix(made) / "conda-meta").mkdir(parents=True)
    (prefix(made) / "conda-meta/history").touch()
    return made


def prefix(machine: Machine) -> Path:
    return machine.directory / "project/lab"


def is_mamba2(machine: Machine) -> bool:
    return machine.flavour in ("mamba2", "micromamba")


def install(machine: Machine, channel: str, *specs: str, **variables: str) -> int:
    argv = ("install", "-p", "/srv/project/lab", "--json", "-q", "-y", "--override-channels", "-c", channel, *specs)
    return int(machine.run(*argv, **variables)["rc"])


def holders(machine: Machine, text: str) -> list[str]:
    """The files below the project, the cache and the home that hold the text."""
    found = [path for name in ("project", "pkgs", "home") for path in (machine.directory / name).rglob("*")]
    return [str(path) for path in found if path.is_file() and text.encode() in path.read_bytes()]


@pytest.mark.parametrize("place", ["variable", "home"])
def test_the_login_of_a_netrc_is_used_and_written_nowhere(machine: Machine, tmp_path: Path, place: str) -> None:
    with machine.channel.serve(user="alice", password="S3cr3tWord") as served:
        assert install(machine, served.public_url, "tinyb") == 1
        path = tmp_path / ("netrc" if place == "variable" else "home/.netrc")
        path.write_text("machine 127.0.0.1 login alice password S3cr3tWord\n")
        path.chmod(0o600)
        variables = {"NETRC": str(path)} if place == "variable" else {}
        assert install(machine, served.public_url, "tinyb", **variables) == 0
    assert (prefix(machine) / "conda-meta/tinyb-1.0-0.json").exists()
    path.unlink()
    assert holders(machine, "S3cr3tWord") == []


@pytest.mark.parametrize("protected", ["true", "false"])
def test_the_check_for_frozen_environments_can_be_switched_off(machine: Machine, protected: str) -> None:
    (prefix(machine) / "conda-meta/frozen").touch()
    refuses = not is_mamba2(machine) and tuple(map(int, machine.generation.split(".")[:2])) >= (25, 5)
    code = install(machine, "file:///srv/channel", "tinyd", CONDA_PROTECT_FROZEN_ENVS=protected)
    assert code == (1 if refuses and protected == "true" else 0)


@MAMBA2_ONLY
@pytest.mark.parametrize(
    ("variables", "sound"),
    [
        ({}, False),
        ({"MAMBA_SAFETY_CHECKS": "enabled"}, False),
        ({"MAMBA_EXTRA_SAFETY_CHECKS": "true"}, False),
        ({"MAMBA_SAFETY_CHECKS": "enabled", "MAMBA_EXTRA_SAFETY_CHECKS": "true"}, True),
    ],
)
def test_mamba_2_extracts_a_changed_package_again_only_with_both_checks(
    machine: Machine, variables: dict[str, str], sound: bool
) -> None:
    with machine.channel.serve() as served:
        assert install(machine, served.url, "tinyd") == 0
        (cached,) = (machine.directory / "pkgs").glob("**/tinyd-0.1-0/share/tinyd/version.txt")
        cached.unlink()  # it is a hard link
        cached.write_text("TINYD 0.1\n")
        machine.run("remove", "-p", "/srv/project/lab", "--json", "-y", "tinyd")
        served.requests.clear()
        assert install(machine, served.url, "tinyd", **variables) == 0
        assert not [path for path in served.requests if path.endswith(".tar.bz2")]
    text = (prefix(machine) / "share/tinyd/version.txt").read_text()
    assert text == ("tinyd 0.1\n" if sound else "TINYD 0.1\n")


@MAMBA2_ONLY
def test_mamba_2_reads_channels_with_tokens_from_a_variable_and_masks_them(machine: Machine) -> None:
    with serve(machine.directory, token="S3cr3tWord") as served:
        variables = {"MAMBA_CUSTOM_CHANNELS": json.dumps({"chan": served.url})}
        argv = ("install", "-p", "/srv/project/lab", "--json", "-y", "--override-channels", "-c", "chan", "tinyd")
        answer = machine.run(*argv, **variables)
    assert answer["rc"] == 0, answer
    assert answer["stdout_json"]["actions"]["LINK"][0]["url"].startswith(f"{served.public_url}/t/*****")
    assert "S3cr3tWord" not in json.dumps(answer) + (prefix(machine) / "conda-meta/history").read_text()
