"""What a newcomer gets wrong, or meets: each ends with the thing's name and the next step, and a plain re-run finishes."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.machine import Machine, rent

PORT = 18820
UP = f".venv/bin/benchwright up --port {PORT}"
HOME = "/home/quant"
INTERRUPT = """
import os, signal, subprocess, sys, time
child = subprocess.Popen(sys.argv[2:], start_new_session=True)
time.sleep(float(sys.argv[1]))
os.killpg(child.pid, signal.SIGINT)
sys.exit(child.wait(60))
"""


@pytest.fixture(scope="module")
def machine() -> Iterator[Machine]:
    """A machine on which an ordinary user has a running workbench."""
    with rent("--tmpfs", "/small:size=64m,mode=1777") as machine:
        machine.clone("quant")
        yield machine


def fails(machine: Machine, command: str, *messages: str, code: int = 2) -> None:
    done = machine.run(f"cd benchwright && {command}", "quant", check=False)
    assert done.returncode == code, done.stdout
    assert "Traceback" not in done.stdout
    for message in messages:
        assert message in done.stdout


def described_by(machine: Machine, text: str) -> str:
    """Return the options that make ``up`` use this environment.yml."""
    machine.run(f"cat > {HOME}/e.yml <<'END'\n{text}\nEND", "quant")
    return "-e '" + json.dumps({"conda_env_environments": [{"file": f"{HOME}/e.yml"}]}) + "'"


def test_interrupted_again_and_again_it_still_gets_there(machine: Machine) -> None:
    machine.run(f"cat > {HOME}/interrupt.py <<'END'\n{INTERRUPT}END", "quant")
    for seconds in (1, 6, 9, 15, 25, 28, 6, 7, 8, 9):
        done = machine.run(
            f"cd benchwright && python3 ../interrupt.py {seconds} make up UP='--port {PORT}'", "quant", check=False
        )
        assert "Traceback" not in done.stdout, done.stdout
        if done.returncode == 0:
            break
    done = machine.run(f"cd benchwright && make up UP='--port {PORT}'", "quant")
    assert f"https://127.0.0.1:{PORT}" in done.stdout
    assert "no change" in machine.run(f"cd benchwright && {UP}", "quant").stdout


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "/e.yml: empty"),
        ("name: [a", "/e.yml:2: not YAML"),
        ("name: a\ndependancies: [python]", "/e.yml:2: dependancies: unknown key; did you mean 'dependencies'?"),
        ("name: a\nname: b\ndependencies: [python]", "/e.yml:2: name: given twice (first in line 1)"),
        ("name: my/env\ndependencies: [python]", "/e.yml:1: name: 'my/env' is no name for an environment"),
        ("name: a\ndependencies:\n  - numpyy", "no channel has a package 'numpyy'; did you mean 'numpy'?"),
        ("name: a\ndependencies:\n  - numpy=1.0", "no channel has numpy=1.0; there are "),
        ("name: a\ndependencies:\n  - python=3.11\n  - 'numpy >= 2, <'", "/e.yml:4: dependencies[1]: "),
    ],
)
def test_an_environment_file_that_is_wrong(machine: Machine, text: str, message: str) -> None:
    fails(machine, f"{UP} {described_by(machine, text)}", message)


def test_a_taken_port(machine: Machine) -> None:
    taker = "python3 -m http.server 18821 --bind 127.0.0.1"
    machine.run(f"nohup {taker} >/dev/null 2>&1 & sleep 1", "quant")
    fails(machine, ".venv/bin/benchwright up --port 18821", "port 18821 is wanted", "jupyter_server_port")
    machine.run(f"pkill -f '{taker}'", "quant")
    machine.run(f"cd benchwright && {UP}", "quant")


def test_a_full_disk(machine: Machine) -> None:
    fails(machine, f"{UP} -e conda_env_root_prefix=/small/root", "not enough space below /small", "MB) are free")
    assert machine.run("find /small -mindepth 1 -name '*.json'", "quant").stdout == ""


def test_a_directory_that_is_no_environment(machine: Machine) -> None:
    machine.run("mkdir -p other/envs/workbench && echo mine > other/envs/workbench/file", "quant")
    fails(
        machine,
        f"{UP} -e conda_env_root_prefix={HOME}/other",
        f"{HOME}/other/envs/workbench exists and is no conda environment",
    )
    assert machine.run("cat other/envs/workbench/file", "quant").stdout == "mine\n"


def test_a_prefix_that_cannot_be_written(machine: Machine) -> None:
    fails(machine, f"{UP} -e conda_env_root_prefix=/usr/share/workbench", "/usr/share cannot be written by user")


@pytest.mark.parametrize(
    ("command", "message", "code"),
    [
        (
            ".venv/bin/benchwright up --source nix",
            "--source 'nix': expected auto, conda-forge, offline, or a channel's URL",
            1,
        ),
        (".venv/bin/benchwright up --source file:///nowhere", "/nowhere", 2),
        (".venv/bin/benchwright up --source conda-forge --port 18829", "conda-forge", 2),
        (".venv/bin/benchwright up -i nowhere", "no inventory at nowhere", 1),
        (".venv/bin/benchwright up --port 80", "--port", 5),
        (".venv/bin/benchwright down </dev/null", "not confirmed, so nothing was done", 1),
    ],
)
def test_options_that_are_wrong(machine: Machine, command: str, message: str, code: int) -> None:
    if "conda-forge" in command or "nowhere" in command:
        command += f" -e conda_env_root_prefix={HOME}/elsewhere" if "-i" not in command else ""
    fails(machine, command, message, code=code)


def test_without_make(machine: Machine) -> None:
    machine.run("rm -f /usr/bin/make")
    machine.run("cd benchwright && python3 tools/bootstrap.py && .venv/bin/benchwright --version", "quant")


def test_without_any_network() -> None:
    with rent(network="none") as machine:
        machine.clone("quant")
        fails(machine, "make up", "bootstrap: pip is missing and cannot be had", "apt-get install python3-venv")


@pytest.mark.parametrize("found", [(3, 8), (3, 10)])
def test_an_older_python_says_which_is_needed(found: tuple[int, int], tmp_path: Path) -> None:
    """The same file on an older Python: its version is all that it looks at."""
    bootstrap = Path(__file__).parents[2] / "tools/bootstrap.py"
    code = (
        f"import runpy, sys; sys.version_info = {(*found, 1)}; sys.argv = ['bootstrap.py'];"
        f" runpy.run_path({str(bootstrap)!r}, run_name='__main__')"
    )
    done = subprocess.run(
        ["python3", "-c", code],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        executable=subprocess.check_output(["which", "python3"], text=True).strip(),
    )
    assert done.returncode == 1
    assert f"benchwright needs Python 3.11 or newer, and this is {found[0]}.{found[1]}" in done.stderr
