"""What conda does that nobody would guess. Real commands named in BENCHWRIGHT_TEST_CONDA must pass as the stand-in does."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from support.conda_stand_in import install_stand_in
from support.tiny_channel import TinyChannel

from benchwright.channel.package import PLACEHOLDER

from .replay import Machine

REAL = [path for path in os.environ.get("BENCHWRIGHT_TEST_CONDA", "").split(",") if path]
CHANNEL = ("--override-channels", "-c", "file:///srv/channel")
CHANGE = ("--json", "-q", "-y")
EXPLICIT = "@EXPLICIT\nfile:///srv/channel/noarch/tinyd-0.1-0.tar.bz2#"


@pytest.fixture(params=["24.11.3", "25.11.1", "26.7.1", *REAL])
def machine(request: pytest.FixtureRequest, tmp_path: Path) -> Machine:
    real = request.param if request.param in REAL else ""
    version = subprocess.check_output([real, "--version"], text=True).split()[1] if real else request.param
    made = Machine(tmp_path, version, real_executable=real)
    made.variables["CONDA_PKGS_DIRS"] = str(tmp_path / "pkgs")
    made.variables["CONDA_ENVS_DIRS"] = str(tmp_path / "envs")
    return made


def at_least(machine: Machine, *version: int) -> bool:
    return tuple(map(int, machine.generation.split(".")[:2])) >= version


def prefix(machine: Machine) -> Path:
    return machine.directory / "project/lab"


def change(machine: Machine, command: str, *argv: str, **variables: str) -> dict[str, Any]:
    return machine.run(command, "-p", "/srv/project/lab", *CHANGE, *argv, **variables)


def lab(machine: Machine, *specs: str) -> Path:
    answer = change(machine, "create", *CHANNEL, *specs)
    assert answer["rc"] == 0, answer
    return prefix(machine)


def names(path: Path) -> list[str]:
    return sorted(record.stem for record in path.glob("conda-meta/*.json"))


def test_create_destroys_what_is_there_without_being_told_to(machine: Machine) -> None:
    path = lab(machine, "tinyd")
    (path / "share/mine.txt").write_text("mine")
    answer = machine.run("create", "-p", "/srv/project/lab", "--json", *CHANNEL, "tinya=1.0")
    assert answer["rc"] == 0
    assert names(path) == ["tinya-1.0-0"]
    assert not (path / "share/mine.txt").exists()


def test_env_create_on_an_environment_that_is_there(machine: Machine) -> None:
    path = lab(machine, "tinyd")
    (path / "share/mine.txt").write_text("mine")
    machine.write("env.yml", "channels: [file:///srv/channel]\ndependencies: [tinya]\n")
    answer = machine.run("env", "create", "-p", "/srv/project/lab", "-f", "env.yml", "--json", "-q")
    if not at_least(machine, 25, 5):
        assert (answer["rc"], answer["stdout_json"]["exception_name"]) == (1, "CondaValueError")
    elif not at_least(machine, 26, 7):
        assert (answer["rc"], names(path)) == (0, ["tinya-2.0-0", "tinyd-0.1-0"])
        assert (path / "share/mine.txt").exists()
    else:
        assert (answer["rc"], names(path)) == (0, ["tinya-2.0-0"])
        assert not (path / "share/mine.txt").exists()


def test_install_upgrades_what_is_named_and_nothing_else(machine: Machine) -> None:
    path = lab(machine, "tinya=1.0", "tinyd")
    machine.channel.add("tinyd", "0.2")
    answer = change(machine, "install", *CHANNEL, "tinyd")
    assert [record["version"] for record in answer["stdout_json"]["actions"]["LINK"]] == ["0.2"]
    assert names(path) == ["tinya-1.0-0", "tinyd-0.2-0"]


def test_an_explicit_install_prints_nothing_and_believes_a_local_file(machine: Machine) -> None:
    path = lab(machine, "tinya=1.0")
    machine.write("lock.txt", EXPLICIT + "0" * 32)
    answer = change(machine, "install", "--file", "lock.txt")
    assert (answer["rc"], answer["stdout_text"]) == (0, "")
    assert json.loads((path / "conda-meta/tinyd-0.1-0.json").read_text())["md5"] == "0" * 32
    assert names(path) == ["tinya-1.0-0", "tinyd-0.1-0"]


def test_an_explicit_install_verifies_what_it_downloads(machine: Machine) -> None:
    path = lab(machine, "tinya=1.0")
    with machine.channel.serve() as served:
        machine.write("lock.txt", f"@EXPLICIT\n{served.url}/noarch/tinyd-0.1-0.tar.bz2#" + "0" * 32)
        answer = change(machine, "install", "--file", "lock.txt")
    assert answer["rc"] == 1
    assert "ChecksumMismatchError" in json.dumps(answer["stdout_json"])
    assert names(path) == ["tinya-1.0-0"]


def test_an_explicit_install_replaces_another_version(machine: Machine) -> None:
    path = lab(machine, "tinya=1.0")
    machine.write("lock.txt", EXPLICIT.replace("tinyd-0.1-0", "tinya-2.0-0").rstrip("#"))
    change(machine, "install", "--file", "lock.txt")
    assert names(path) == ["tinya-2.0-0"]


def test_configured_channels_are_asked_as_well_unless_that_is_overridden(machine: Machine) -> None:
    other = TinyChannel(machine.directory / "other")
    other.add("leaked")
    (machine.directory / "home/.condarc").write_text(f"channels: ['{other.url}']\n")
    lab(machine, "tinyd")
    assert change(machine, "install", "--dry-run", *CHANNEL, "leaked")["rc"] == 1
    assert change(machine, "install", "--dry-run", "-c", "file:///srv/channel", "leaked")["rc"] == 0
    machine.write("env.yml", "channels: [file:///srv/channel]\ndependencies: [leaked]\n")
    answer = machine.run("env", "update", "-p", "/srv/project/lab", "-f", "env.yml", "--json", "-q")
    assert answer["rc"] == 0, answer
    assert "leaked-1.0-0" in names(prefix(machine))


@pytest.mark.parametrize(
    "argv",
    [
        ("env", "update", "-f", "env.yml", "--dry-run"),
        ("env", "create", "-f", "env.yml", "--override-channels"),
        ("install", "--nope"),
        ("frobnicate",),
        ("env", "config", "vars", "set", "-p", "/srv/project/lab", "A=b", "--json"),
    ],
)
def test_what_it_does_not_know_is_a_usage_error(machine: Machine, argv: tuple[str, ...]) -> None:
    answer = machine.run(*argv)
    assert (answer["rc"], answer["stdout_text"]) == (2, "")
    assert answer["stderr"].startswith("usage: ")


def test_the_short_form_of_override_channels_is_new(machine: Machine) -> None:
    answer = machine.run("create", "-p", "/srv/project/lab", *CHANGE, "-O", "-c", "file:///srv/channel", "tinyd")
    assert answer["rc"] == (0 if at_least(machine, 26) else 2)


def tampered(machine: Machine, text: str) -> Path:
    """An environment, and in the cache an extracted tinyd that was changed afterwards."""
    lab(machine, "tinyd")
    file = machine.directory / "pkgs/tinyd-0.1-0/share/tinyd/version.txt"
    file.unlink()  # it may be a hard link
    file.write_text(text)
    change(machine, "remove", "tinyd", "--force")
    return prefix(machine) / "share/tinyd/version.txt"


def test_a_changed_cache_is_linked_as_it_is(machine: Machine) -> None:
    installed = tampered(machine, "TINYD 0.1\n")
    assert change(machine, "install", *CHANNEL, "tinyd")["rc"] == 0
    assert installed.read_text() == "TINYD 0.1\n"


def test_a_cached_file_of_another_size_is_complained_of_before_the_answer(machine: Machine) -> None:
    installed = tampered(machine, "short\n")
    answer = change(machine, "install", *CHANNEL, "tinyd")
    assert answer["rc"] == 0
    complaint, end = json.JSONDecoder().raw_decode(answer["stdout_text"])
    assert complaint["errors"][0]["exception_name"] == "SafetyError"
    assert json.loads(answer["stdout_text"][end:])["success"] is True
    assert installed.read_text() == "short\n"


def test_safety_checks_refuse_a_changed_cache(machine: Machine) -> None:
    installed = tampered(machine, "TINYD 0.1\n")
    checks = {"CONDA_SAFETY_CHECKS": "enabled", "CONDA_EXTRA_SAFETY_CHECKS": "true"}
    answer = change(machine, "install", *CHANNEL, "tinyd", **checks)
    assert answer["rc"] == 1
    assert [error["exception_name"] for error in answer["stdout_json"]["errors"]] == ["SafetyError"]
    assert not installed.exists()


def test_a_frozen_environment_is_respected_since_25_5(machine: Machine) -> None:
    path = lab(machine, "tinya=1.0")
    (path / "conda-meta/frozen").touch()
    answer = change(machine, "install", *CHANNEL, "tinyd")
    assert answer["rc"] == (1 if at_least(machine, 25, 5) else 0)
    if answer["rc"]:
        assert answer["stdout_json"]["exception_name"] == "EnvironmentIsFrozenError"
        assert change(machine, "install", *CHANNEL, "tinyd", "--override-frozen")["rc"] == 0


def test_the_history_holds_every_argument_and_what_was_asked_for(machine: Machine) -> None:
    path = lab(machine, "tinyb")
    history = (path / "conda-meta/history").read_text()
    assert f"create -p {path} --json -q -y --override-channels -c {machine.channel.url} tinyb\n" in history
    assert f"# conda version: {machine.generation}\n" in history
    assert "# update specs: ['tinyb']\n" in history
    assert f"+{machine.channel.url}/noarch::tinya-1.1-0\n" in history
    records = {name: json.loads((path / f"conda-meta/{name}.json").read_text()) for name in names(path)}
    assert records["tinyb-1.0-0"]["requested_spec"] == "tinyb"
    assert records["tinya-1.1-0"].get("requested_spec", "None") == "None"
    assert records["tinyb-1.0-0"]["channel"] == f"{machine.channel.url}/noarch"


def test_forced_removal_takes_just_that_one(machine: Machine) -> None:
    path = lab(machine, "tinyb")
    answer = change(machine, "remove", "--force", "tinya")
    assert set(answer["stdout_json"]["actions"]) == {"FETCH", "PREFIX", "UNLINK"}
    assert names(path) == ["tinyb-1.0-0"]


def test_env_remove_says_what_it_unlinked(machine: Machine) -> None:
    path = lab(machine, "tinyd")
    answer = machine.run("env", "remove", "-p", "/srv/project/lab", "--json", "-y")
    assert [record["name"] for record in answer["stdout_json"]["actions"]["UNLINK"]] == ["tinyd"]
    assert not path.exists()


def test_pins_are_obeyed(machine: Machine) -> None:
    path = lab(machine, "tinyd")
    (path / "conda-meta/pinned").write_text("tinya 1.0.*\n")
    change(machine, "install", *CHANNEL, "tinyb")
    assert names(path) == ["tinya-1.0-0", "tinyb-1.0-0", "tinyd-0.1-0"]


def test_variables_that_were_removed_leave_a_mark(machine: Machine) -> None:
    path = lab(machine, "tinyd")
    machine.run("env", "config", "vars", "set", "-p", "/srv/project/lab", "A=b")
    machine.run("env", "config", "vars", "unset", "-p", "/srv/project/lab", "A")
    assert json.loads((path / "conda-meta/state").read_text()) == {"env_vars": {"A": "***unset***"}}
    answer = machine.run("env", "config", "vars", "list", "-p", "/srv/project/lab", "--json")
    assert answer["stdout_json"] == {}


def test_an_environment_that_is_not_there_is_an_error(machine: Machine) -> None:
    answer = change(machine, "install", *CHANNEL, "tinyd")
    assert (answer["rc"], answer["stdout_json"]["exception_name"]) == (1, "EnvironmentLocationNotFound")


def test_no_channel_is_an_argument_error(machine: Machine) -> None:
    lab(machine, "tinyd")
    answer = change(machine, "install", "--override-channels", "tinya")
    assert (answer["rc"], answer["stdout_json"]["exception_name"]) == (2, "ArgumentError")


def test_a_channel_without_an_index_is_an_error(machine: Machine) -> None:
    lab(machine, "tinyd")
    machine.channel.remove_repodata()
    answer = change(machine, "install", *CHANNEL, "tinya")
    assert (answer["rc"], answer["stdout_json"]["exception_name"]) == (1, "UnavailableInvalidChannel")


def test_a_directory_with_an_empty_history_is_an_environment(machine: Machine) -> None:
    (prefix(machine) / "conda-meta").mkdir(parents=True)
    (prefix(machine) / "conda-meta/history").touch()
    assert change(machine, "install", *CHANNEL, "tinyd")["rc"] == 0
    assert names(prefix(machine)) == ["tinyd-0.1-0"]


def test_the_prefix_is_put_into_files(machine: Machine) -> None:
    script = f"#!{PLACEHOLDER}/bin/sh\n".encode()
    machine.channel.add("tool", files={"bin/tool": script}, subdir="linux-64", extension=".tar.bz2")
    path = lab(machine, "tool")
    assert (path / "bin/tool").read_text() == f"#!{path}/bin/sh\n"


def test_channels_with_names_are_read_from_the_configuration(machine: Machine) -> None:
    with machine.channel.serve(token="tk-secret") as served:
        rc = machine.directory / "channels.yml"
        rc.write_text(json.dumps({"custom_multichannels": {"benchwright-0": [served.url]}}))
        argv = ("--override-channels", "-c", "benchwright-0", "tinyd")
        answer = change(machine, "create", *argv, CONDARC=str(rc))
    assert answer["rc"] == 0, answer
    assert "tk-secret" not in (prefix(machine) / "conda-meta/history").read_text().split("+")[0]


def test_mamba_1_names_two_versions(tmp_path: Path) -> None:
    executable = install_stand_in(tmp_path, flavour="mamba1")
    assert executable.name == "mamba"
    assert subprocess.check_output([executable, "--version"], text=True) == "mamba 1.5.8\nconda 24.11.3\n"


def test_an_unknown_release_is_the_newest_known_one_before_it(tmp_path: Path) -> None:
    executable = install_stand_in(tmp_path, "25.3.1")
    assert subprocess.check_output([executable, "--version"], text=True) == "conda 25.3.1\n"
    usage = subprocess.run([executable, "export", "--format", "explicit"], capture_output=True, check=False)
    assert usage.returncode == 2
