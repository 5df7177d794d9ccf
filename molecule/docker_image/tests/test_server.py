"""A container that serves is as closed as a host that serves, and takes its secrets from files."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

SERVER = "benchwright-test/molecule/server:latest"
NAME = "benchwright-molecule-docker_image-serving"
STATE = "/home/workbench/.local/state/benchwright"
SECRET = "correct horse battery staple"
BARE = [
    "--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--tmpfs=/tmp",
    "--tmpfs=/home/workbench:uid=1000,gid=1000,mode=0700",
]  # fmt: skip


class Serving(NamedTuple):
    name: str
    url: str
    password_file: Path
    certificate: Path


def docker(*arguments: str) -> str:
    return subprocess.run(["docker", *arguments], check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """One without rights, on a file system that cannot be written to, that this machine alone reaches."""
    directory = tmp_path_factory.mktemp("secrets")
    password = directory / "password"
    password.write_text(SECRET + "\n")
    password.chmod(0o644)
    secret = f"--volume={password}:/run/secrets/jupyter_server_password:ro"
    often = "--health-interval=1s"
    alone = "--volume=/dev/null:/usr/bin/openssl:ro"  # as on a base without: the environment's signs
    docker("run", "--detach", "--rm", "--name", NAME, *BARE, secret, often, alone, "--publish=127.0.0.1::8888", SERVER)
    try:
        for dummy in range(120):
            if docker("inspect", "--format={{.State.Health.Status}}", NAME) == "healthy":
                break
            time.sleep(0.5)
        certificate = directory / "server.pem"
        certificate.write_text(docker("exec", NAME, "cat", f"{STATE}/jupyter_server.pem"))
        port = docker("port", NAME, "8888/tcp").rpartition(":")[2]
        yield Serving(NAME, f"https://127.0.0.1:{port}", password, certificate)
    finally:
        subprocess.run(["docker", "rm", "--force", NAME], check=False, capture_output=True)


def test_people_can_work_with_it(serving: Serving) -> None:
    """As jupyter_server_verify does it on a host: who has no password is refused, a cell and a terminal run."""
    asked = {"url": serving.url, "password_file": str(serving.password_file), "certificate": str(serving.certificate)}
    module = "ansible_collections.benchwright.python.plugins.modules.jupyter_server_verify"
    done = subprocess.run(
        [sys.executable, "-m", module], input=json.dumps({"ANSIBLE_MODULE_ARGS": asked}), capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    answer = json.loads(done.stdout)
    assert not answer.get("failed"), answer
    assert all(check["ok"] for check in answer["checks"])
    assert len(answer["checks"]) > 5


def test_the_engine_finds_it_well_because_it_answers(serving: Serving) -> None:
    told = json.loads(docker("inspect", "--format={{json .State.Health}}", serving.name))
    assert told["Status"] == "healthy"
    check = json.loads(docker("inspect", "--format={{json .Config.Healthcheck.Test}}", serving.name))
    assert (
        subprocess.run(
            ["docker", "exec", serving.name, *check[1:-1], "8889"], check=False, capture_output=True
        ).returncode
        == 1
    )


def test_nobody_but_the_server_reads_what_it_made_of_its_secrets(serving: Serving) -> None:
    told = docker(
        "exec", serving.name, "sh", "-c", f"cd {STATE}; stat -c '%a %n' . *; cat jupyter_server_password_hash"
    )
    assert told.splitlines()[:-1] == ["700 .", "600 jupyter_server.pem", "600 jupyter_server_password_hash"]
    assert told.splitlines()[-1].startswith("argon2:$argon2id$")
    assert SECRET not in docker("inspect", serving.name) + docker(
        "exec", serving.name, "sh", "-c", "cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline 2>/dev/null; true"
    )
    assert (
        SECRET
        not in subprocess.run(["docker", "logs", serving.name], check=True, capture_output=True, text=True).stderr
    )


@pytest.mark.parametrize(
    ("content", "mode", "told"),
    [
        (None, 0o644, "nobody gave it a password; mount a file at /run/secrets/jupyter_server_password_hash or "),
        ("", 0o644, "must hold one line"),
        (SECRET, 0o600, "the user with the number 1000 may not read /run/secrets/jupyter_server_password"),
    ],
)
def test_without_a_password_it_does_not_serve(tmp_path: Path, content: str | None, mode: int, told: str) -> None:
    path = tmp_path / "password"
    path.write_text(content or "")
    path.chmod(mode)
    secret = [f"--volume={path}:/run/secrets/jupyter_server_password:ro"] if content is not None else []
    done = subprocess.run(["docker", "run", "--rm", *secret, SERVER], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert told in done.stderr
    assert "Serving" not in done.stderr


def test_no_variable_of_the_hosts_is_in_its_configuration(serving: Serving) -> None:
    """What else is in it is the host's: tests/unit/roles/test_jupyter_server_configuration.py compares them."""
    text = docker(
        "exec", serving.name, "find", "/opt/benchwright/jupyter_server", "-type", "f", "-exec", "cat", "{}", "+"
    )
    assert "c.ServerApp.allow_unauthenticated_access = False" in text
    assert "proxy.example.org" not in text
