"""``benchwright image`` on real engines: killed and begun again, two at once, at a terminal, and carried to an engine without a network.

The environment is tiny, and its Python a stand-in: see support/image_lab.py.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest
from support.docker_registry import PASSWORD, USER, serve_registry
from support.image_lab import (
    BASE,
    BENCHWRIGHT,
    SECONDS,
    TOKEN,
    Lab,
    at_work_on,
    command_lines,
    docker,
    four_steps,
    image_lab,
    nameless,
)
from support.small_engine import small_engine
from support.waiting import wait_until

MEGABYTES = 2000


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with image_lab(tmp_path_factory.mktemp("image")) as made:
        yield made


def test_a_build_that_is_killed_leaves_nothing_and_the_next_ones_make_it_two_at_once(lab: Lab) -> None:
    killed = lab.start(*lab.build)
    wait_until(lambda: at_work_on(lab) or killed.process.poll() is not None, "it never built")
    assert at_work_on(lab), killed.errors.read_text()
    killed.end()
    wait_until(lambda: not at_work_on(lab), "the engine goes on with what nobody waits for")
    assert (lab.there("images"), nameless(lab)) == ({}, "")
    two = [lab.start(*lab.build) for dummy in range(2)]
    assert [run.wait() for run in two] == [0, 0], "".join(run.errors.read_text() for run in two)
    assert (list(lab.there("images")), nameless(lab)) == ([lab.image], "")
    assert " changed=0 " in lab(*lab.build)


@pytest.fixture(scope="module")
def built(lab: Lab) -> Lab:
    """The same, with its image on this machine's engine."""
    lab(*lab.build)
    return lab


def test_its_labels_say_which_version_it_is_and_the_lock_of_its_environment(built: Lab) -> None:
    [environment] = set(docker("images", "--quiet", f"--filter=reference={built.image}/environment").split())
    made, part = (
        json.loads(docker("inspect", "--format={{json .Config.Labels}}", of)) for of in (built.image, environment)
    )
    assert made["benchwright.lock"] == part["benchwright.lock"]
    assert len(made["benchwright.lock"]) == 64
    assert made["org.opencontainers.image.version"] == "latest"


def test_what_its_channel_asks_for_is_in_no_layer_and_no_label(built: Lab) -> None:
    saved = built.directory / "saved.tar"
    docker("save", f"--output={saved}", built.image)
    content = saved.read_bytes()
    saved.unlink()
    assert built.name.encode() in content
    assert TOKEN.encode() not in content


def test_an_image_that_does_not_work_gets_no_name_and_the_one_before_keeps_it(lab: Lab) -> None:
    before = lab.there("images")[lab.image]
    lab.channel.add("ipython", "2.0", depends=["python"], files={"bin/ipython": b"#!/bin/sh\necho no luck; exit 3\n"})
    broken = lab.directory / "broken.yml"
    broken.write_text("dependencies: [ipython =2]\n")
    told = lab(*(str(broken) if word == str(lab.file) else word for word in lab.build), code=2)
    assert "was built, but does not work, so it was not given its name; 'ipython -c pass' in it said: no luck" in told
    assert (lab.there("images"), nameless(lab), lab.there("containers")) == ({lab.image: before}, "", {})


def test_a_password_of_a_registry_shows_nowhere(lab: Lab, tmp_path: Path) -> None:
    with serve_registry(tmp_path) as registry:
        target = f"{registry.host}/lab:1"
        credentials = tmp_path / "credentials.yml"
        environment = {"name": lab.name, "file": str(lab.file)}
        image = {"name": lab.image, "base": BASE, "environments": [environment], "push": [target]}
        known = [{"registry": registry.host, "username": USER, "password": PASSWORD}]
        credentials.write_text(json.dumps({"docker_image_registries": known, "docker_image_images": [image]}))
        words = [word for word in lab.build if word not in ("--file", "--base", str(lab.file), BASE, lab.image)]
        run = lab.start(*words, "--extra-vars", f"@{credentials}", ANSIBLE_VERBOSITY="4")
        seen = command_lines(run)
        assert run.wait() == 0, run.errors.read_text()
        assert registry.manifest_status("lab", "1") == 200
        told = run.output.read_text() + run.errors.read_text() + registry.log.read_text() + docker("inspect", target)
        docker("rmi", target)
    assert PASSWORD not in told + seen
    assert "docker_image" in seen
    assert '"username": "%s"' % USER in told  # that much is told, and would have told it


@pytest.fixture(scope="module")
def closed(built: Lab) -> Iterator[str]:
    """The address of an engine that reaches no registry, and has taken the image out of a file."""
    with tempfile.TemporaryDirectory(prefix="bw-") as name, small_engine(Path(name), MEGABYTES) as engine:
        host = f"unix://{engine.socket_path}"
        archive = str(built.directory / "image.tar")
        assert "done" in built("save", archive, built.image)
        assert f"{built.image}:latest" in built("load", archive, host=host)
        assert "no change" in built("load", archive, host=host)
        yield host


def test_a_terminal_is_left_and_come_back_to(lab: Lab, closed: str) -> None:
    name = f"{lab.name}-at-work"
    with terminal(closed, "run", "--name", name, "--publish=", lab.image) as first:
        first.expect_exact(">>> ")
        first.sendline("answer = 6 * 7")
        first.expect_exact(">>> ")
        first.sendcontrol("p")
        first.sendcontrol("q")
        first.expect(pexpect.EOF)
    assert lab.there("containers", closed)[name]["state"] == "running"
    with terminal(closed, "attach", name) as second:
        second.sendline("print('it is', answer)")
        second.expect_exact("it is 42")
        second.sendline("exit()")
        second.expect(pexpect.EOF)
    wait_until(lambda: lab.there("containers", closed) == {}, "what was run at a terminal stays")


def terminal(host: str, *words: str) -> pexpect.spawn:
    environment = {**os.environ, "DOCKER_HOST": host, "TERM": "dumb"}
    return pexpect.spawn(str(BENCHWRIGHT), ["image", *words], env=environment, encoding="utf-8", timeout=SECONDS)


def test_a_container_in_the_background_lives_and_goes(lab: Lab, closed: str) -> None:
    name = f"{lab.name}-asleep"
    started = ["run", "--detach", "--name", name, lab.image, "sh", "-c", "while echo here; do sleep 0.2; done"]
    assert name in lab(*started, host=closed)
    with terminal(closed, "attach", name) as watched:
        watched.expect_exact("here")
        watched.sendcontrol("c")
        watched.expect(pexpect.EOF)
    assert lab.there("containers", closed)[name]["state"] == "running"
    assert lab.there("images", closed)[lab.image]["containers"] == 1
    assert "would be changed" in lab("stop", name, "--check", host=closed)
    lab("stop", name, "--seconds=1", host=closed)
    assert lab.there("containers", closed)[name]["state"] == "exited"
    assert name in lab(*started, host=closed)
    lab("rm", name, host=closed)
    assert lab.there("containers", closed) == {}
    assert f"there is no container {name}" in lab("rm", name, host=closed, code=1)


def test_the_playbook_does_what_check_mode_says_and_then_nothing(lab: Lab, closed: str, tmp_path: Path) -> None:
    """Each verb on a thing of its own. The image's name goes first, and comes back out of the file that brought it."""
    kept, spare = f"{lab.image}-kept", f"{lab.image}-spare"
    for name in (kept, spare):
        docker("--host", closed, "tag", lab.image, name)
    lab("rmi", lab.image, host=closed)
    going, ending, new = (f"{lab.name}-{word}" for word in ("going", "ending", "new"))
    for name in (going, ending):
        lab("run", "--detach", "--name", name, kept, "sleep", "300", host=closed)
    told = four_steps(
        closed,
        {"verb": "load", "archive": str(lab.directory / "image.tar")},
        {"verb": "save", "archive": str(tmp_path / "kept.tar"), "targets": [kept]},
        {"verb": "rmi", "targets": [spare]},
        {"verb": "run", "target": kept, "container": new, "container_command": ["sleep", "300"]},
        {"verb": "stop", "containers": [ending]},
        {"verb": "rm", "containers": [going]},
        {"verb": "list"},
    )
    image = lab.there("images", closed)[lab.image]
    size = f"{image['size'] / 1e6:.1f} MB"
    for column, value in (("name", lab.image), ("tag", "latest"), ("id", image["id"][7:19]), ("size", size)):
        assert f'"{column}": "{value}"' in told
    assert re.search(r'"age": "0:\d\d:\d\d"', told)
    assert sorted(lab.there("images", closed)) == [lab.image, kept]
    states = {name: one["state"] for name, one in lab.there("containers", closed).items()}
    assert states == {new: "running", ending: "exited"}
    four_steps(closed, {"verb": "prune"})
    assert list(lab.there("containers", closed)) == [new]
    lab("rm", new, host=closed)
    lab("rmi", kept, host=closed)


def test_what_is_not_used_goes_and_what_is_used_stays(lab: Lab, closed: str) -> None:
    name = f"{lab.name}-ended"
    lab("run", "--detach", "--name", name, lab.image, "sleep", "300", host=closed)
    assert "is using" in lab("rmi", lab.image, host=closed, code=2)
    assert "no change" in lab("prune", "--all", "--yes", host=closed)
    lab("stop", name, "--seconds=1", host=closed)
    assert name in lab("prune", "--yes", host=closed)
    assert lab.there("containers", closed) == {}
    assert lab.image in lab.there("images", closed)
    lab("rmi", lab.image, host=closed)
    assert lab.there("images", closed) == {}
