"""Each command asks one module, tells what it answered, and refuses what it can refuse before."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from benchwright.errors import BenchwrightError
from benchwright.image import build, cli, engine, tables, terminal
from benchwright.status import ExitCode

IMAGES = [
    {
        "name": "lab/server", "tag": "latest", "id": "sha256:0123456789abcdef", "created": "2026-11-29T01:00:00Z", "size": 412_000_000,
        "environments": ["research"], "lock": "ab", "port": 8888, "containers": 1,
    },
    {
        "name": "", "tag": "", "id": "sha256:fedcba9876543210", "created": "2026-11-28T01:00:00Z", "size": 1000,
        "environments": [], "lock": "", "port": None, "containers": 0,
    },
]  # fmt: skip
CONTAINERS = [
    {
        "name": "research", "id": "aaaabbbbccccdddd", "image": "lab/server:latest", "of": "lab/server", "state": "running",
        "status": "Up 3 hours (healthy)", "created": "2026-11-29T01:00:00Z", "command": "tini", "ports": ["127.0.0.1:8888->8888/tcp"],
    },
    {
        "name": "old", "id": "eeeeffff00001111", "image": "lab/server:latest", "of": "lab/server", "state": "exited",
        "status": "Exited (0)", "created": "2026-11-29T01:00:00Z", "command": "tini", "ports": [],
    },
]  # fmt: skip
Call = Callable[..., Result]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any], bool]]:
    """What the modules are asked; a stand-in for them answers."""
    questions: list[tuple[str, dict[str, Any], bool]] = []

    def ask_stand_in(module: str, arguments: dict[str, Any], check: bool = False) -> dict[str, Any]:
        if module == "workbench_image_info":
            return {"images": IMAGES, "containers": CONTAINERS}
        questions.append((module, arguments, check))
        return {"changed": True, "containers": arguments.get("name", ["ended"]), "removed": ["lab/server:latest"]}

    for module in (cli, engine):
        monkeypatch.setattr(module, "ask", ask_stand_in)
    return questions


def call(*words: str, typed: str = "") -> Result:
    return CliRunner().invoke(cli.app, list(words), input=typed)


def refused(*words: str) -> str:
    error = call(*words).exception
    assert isinstance(error, BenchwrightError), error
    return str(error)


def test_images_are_listed(asked: list[Any]) -> None:
    lines = call("list").stdout.splitlines()
    assert lines[0].split() == ["name", "tag", "id", "age", "size", "environments", "serves", "on", "containers"]
    assert lines[1].split()[:3] == ["lab/server", "latest", "0123456789ab"]
    assert "412.0 MB" in lines[1]
    assert lines[2].split()[:2] == ["(none)", "(none)"]
    assert json.loads(call("list", "--json").stdout)["images"] == IMAGES


def test_containers_are_listed(asked: list[Any]) -> None:
    assert "Up 3 hours (healthy)" in call("ps").stdout
    assert json.loads(call("ps", "--json").stdout) == {
        "format_version": "1.0",
        "command": "image ps",
        "containers": CONTAINERS,
    }


@pytest.mark.parametrize(
    ("created", "told"),
    [
        ("2026-11-29T12:00:00Z", "now"),
        ("2026-11-29T11:59:59Z", "1 second"),
        ("2026-11-29T10:30:00Z", "1 hour"),
        ("2026-11-01T00:00:00Z", "28 days"),
        ("2026-11-29T13:00:00Z", "now"),
    ],
)
def test_ages_are_told_in_words(created: str, told: str) -> None:
    assert tables.age(created, datetime(2026, 11, 29, 12, tzinfo=UTC)) == told


def test_a_server_in_the_background(asked: list[Any], tmp_path: Path) -> None:
    (tmp_path / "password").write_text("geheim")
    words = ["run", "--detach", "--name=one", f"--password-file={tmp_path}/password", "--env=A=b=c", "lab/server"]
    done = call(*words)
    assert done.stdout.splitlines() == ["one", "lab/server:latest", "https://127.0.0.1:8888"]
    [(module, arguments, check)] = asked
    assert (module, check) == ("workbench_container", False)
    assert arguments == {
        "name": ["one"],
        "image": "lab/server:latest",
        "command": (),
        "publish": "127.0.0.1:8888",
        "volumes": (),
        "secrets": {"jupyter_server_password": str(tmp_path / "password")},
        "variables": {"A": "b=c"},
    }


def test_a_container_in_this_terminal_has_no_rights_and_no_value_in_its_command(
    asked: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    become: list[terminal.Container] = []
    monkeypatch.setattr(terminal, "run", become.append)
    call("run", "--env=A=geheim", "--volume=/srv:/srv:ro", "lab/server", "python", "-c", "1")
    words = become[0].words(terminal=True)
    assert words[:5] == ["docker", "run", "--rm", "--interactive", "--tty"]
    assert words[-4:] == ["lab/server:latest", "python", "-c", "1"]
    assert {"--cap-drop=ALL", "--env=A", "--volume=/srv:/srv:ro", "--publish=127.0.0.1:8888:8888"} <= set(words)
    assert "geheim" not in " ".join(words)


def test_bad_input(asked: list[Any], tmp_path: Path) -> None:
    assert "there are: lab/server:latest" in refused("run", "lab/other")
    assert "--name" in refused("run", "--detach", "lab/server")
    assert "which is no file" in refused("run", "--password-file=/none/such", "lab/server")
    assert "expected NAME=VALUE" in refused("run", "--env=A", "lab/server")
    assert "there are: old, research" in refused("attach", "other")
    assert "does not run (Exited (0))" in refused("attach", "old")
    assert "there is no container other" in refused("rm", "other")
    assert "there is no image lab/server:2" in refused("rmi", "lab/server:2")
    assert "there is no file" in refused("load", str(tmp_path / "none.tar"))
    assert asked == []


def test_what_is_stopped_removed_saved_and_loaded(asked: list[Any], tmp_path: Path) -> None:
    (tmp_path / "a.tar").touch()
    for words in (
        ["stop", "research", "--seconds=1"], ["rm", "research"], ["rmi", "lab/server", "--check"],
        ["save", str(tmp_path / "a.tar"), "lab/server"], ["load", str(tmp_path / "a.tar")],
    ):  # fmt: skip
        assert call(*words).exit_code == 0, words
    assert asked == [
        ("workbench_container", {"name": ["research"], "state": "stopped", "timeout": 1}, False),
        ("workbench_container", {"name": ["research"], "state": "absent"}, False),
        ("workbench_image", {"images": [{"name": "lab/server", "tag": "latest"}], "state": "absent"}, True),
        (
            "workbench_image_archive",
            {"state": "saved", "path": f"{tmp_path}/a.tar", "images": ["lab/server:latest"]},
            False,
        ),
        ("workbench_image_archive", {"state": "loaded", "path": f"{tmp_path}/a.tar"}, False),
    ]


def test_pruning_asks_first_and_says_what_goes(asked: list[Any]) -> None:
    done = call("prune", typed="n\n")
    assert isinstance(done.exception, BenchwrightError)
    assert "ended\nlab/server:latest\nRemove these?" in done.output
    assert [check for dummy, dummy, check in asked] == [True]
    call("prune", "--all", "--yes")
    assert asked[-1] == ("workbench_image", {"state": "pruned", "unused": True}, False)


def test_a_module_that_fails_is_told_with_its_words(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none.sock")
    with pytest.raises(BenchwrightError, match=r"no Docker engine answers at .*none\.sock") as raised:
        engine.ask("workbench_image_info", {})
    assert raised.value.code is ExitCode.HOST_FAILED
    with pytest.raises(BenchwrightError, match="ended without an answer"):
        engine.ask("no_such_module", {})


def test_what_is_built_is_told_to_the_role(tmp_path: Path) -> None:
    file = tmp_path / "lab.lock"
    file.touch()
    image = build.described("registry:5000/lab/my.lab:2", file, True, ["git"], None)
    assert image == {
        "name": "registry:5000/lab/my.lab",
        "tag": "2",
        "environments": [{"name": "my-lab", "file": str(file)}],
        "serve": True,
        "packages": ["git"],
    }
    words = build.command(None, {"docker_image_images": [image]}, ["docker_image_mirror=x"], check=True)
    assert words[-1] == "benchwright.python.docker_image"
    assert "--check" in words
    assert f"--extra-vars={json.dumps({'docker_image_images': [image]})}" in words
    with pytest.raises(BenchwrightError, match="needs an environment"):
        build.described("lab", None, False, [], None)
    with pytest.raises(BenchwrightError, match="no inventory at"):
        build.command(tmp_path / "none.yml", {}, [], False)
