"""Environment images in a real engine: the same packages as on a host, the same bytes each time, and nothing half."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from support import docker_engine
from support.ansible_call import Answer, call_module
from support.module_call import RUNNER, run_module
from support.tiny_channel import TinyChannel

from benchwright.channel.build import BuiltChannel
from benchwright.channel.package import PLACEHOLDER

pytestmark = pytest.mark.skipif(bool(docker_engine.why_there_is_none()), reason=docker_engine.why_there_is_none())

CANARY = "canary-s3cret"
HOME = "opt/benchwright/envs/lab"
LAB = {"name": "lab", "dependencies": ["app", "gear"]}
# Made to lie in a prefix, to be a program, and to leave behind where it was linked.
SCRIPT = b"""#!/bin/sh
mkdir -p "$PREFIX/etc" && echo "$PREFIX/share" > "$PREFIX/etc/gear.conf" && ln -s "$PREFIX/share" "$PREFIX/etc/gear.link"
"""
FILES = {"bin/gear": b"#!" + PLACEHOLDER.encode() + b"/bin/sh\n", "bin/.gear-post-link.sh": SCRIPT}


class Place:
    """Where the module is called, with a repository of its own."""

    def __init__(self, directory: Path, repository: str, channel: str) -> None:
        self.directory, self.repository, self.channel = directory, repository, channel

    def options(self, *environments: dict[str, Any], **options: Any) -> dict[str, Any]:
        shared = {
            "root_prefix": str(self.directory / "root"),
            "repository": self.repository,
            "channels": [self.channel],
        }
        return {**shared, "environments": list(environments), **options}

    def call(self, *environments: dict[str, Any], check: bool = False, host: str = "", **options: Any) -> Answer:
        given, variables = self.options(*environments, **options), {"DOCKER_HOST": host} if host else {}
        return run_module("environment_image", given, self.directory / "tmp", check, **variables)

    def made(self, *environments: dict[str, Any], **options: Any) -> list[dict[str, Any]]:
        answer = self.call(*environments, **options)
        assert not answer.failed, answer.result["msg"]
        return list(answer.result["images"])

    def left(self) -> list[str]:
        """What lies where images are made, but for the lock."""
        return [path.name for path in (self.directory / "root/images").iterdir() if path.name != ".lock"]


@pytest.fixture
def place(tmp_path: Path, tiny: TinyChannel) -> Iterator[Place]:
    tiny.add("gear", "1.1", files=FILES)
    with docker_engine.own_repository() as repository:
        yield Place(tmp_path, repository, tiny.url)


def test_what_check_mode_says_is_what_a_run_does_and_then_nothing_is_left_to_do(place: Place) -> None:
    predicted, did = (place.call(LAB, check=check) for check in (True, False))
    assert not did.failed, did.result["msg"]
    assert predicted.result["images"] == did.result["images"]
    assert predicted.result["diff"] == did.result["diff"]
    [image], [shown] = did.result["images"], did.result["diff"]
    assert image["packages"] == ["app 1.0 0", "gear 1.1 0", "lib 1.0 0"] == shown["after"].splitlines()
    assert (did.changed, image["created"], shown["before"], place.left()) == (True, True, "", [])
    for check in (True, False):
        again = place.call(LAB, check=check)
        assert (again.changed, again.result["diff"]) == (False, [])
        assert again.result["images"] == [{**image, "created": False}]


def test_check_mode_leaves_no_image(place: Place) -> None:
    assert place.call(LAB, check=True).changed
    assert docker_engine.tags_of(place.repository) == []
    assert not (place.directory / "root/images").exists()


def test_the_image_holds_what_a_host_holds(place: Place) -> None:
    options = {"root_prefix": str(place.directory / "root"), "channels": [place.channel], "deploy": "in_place"}
    on_host = run_module("conda_env", {**options, **LAB, "variables": {"A": "b"}}, place.directory / "tmp")
    assert not on_host.failed, on_host.result["msg"]
    [image] = place.made({**LAB, "variables": {"A": "b"}})
    files = docker_engine.files_of(image["image"])
    prefix = Path(on_host.result["prefix"])
    for path in sorted((prefix / "conda-meta").glob("*.json")):
        theirs, ours = json.loads(path.read_text()), json.loads(files[f"{HOME}/conda-meta/{path.name}"][1])
        for entry in (*theirs["paths_data"]["paths"], *ours["paths_data"]["paths"]):
            if entry.get("prefix_placeholder"):  # the prefix is another one, and so are the file's size and sum
                del entry["size_in_bytes"], entry["sha256_in_prefix"]
        for key in ("extracted_package_dir", "link", "md5", "size"):  # what the host's package cache has to do with
            theirs.pop(key)
        assert ours == theirs
    below = {name[len(HOME) + 1 :] for name in files if name.startswith(HOME + "/")}
    there = {str(path.relative_to(prefix)) for path in prefix.rglob("*")}
    assert below == {path for path in there if not path.startswith("conda-meta/.")}
    assert json.loads(files[f"{HOME}/conda-meta/state"][1]) == {"env_vars": {"A": "b"}}


def test_nothing_in_the_image_tells_where_and_when_it_was_made(place: Place) -> None:
    [image] = place.made(LAB)
    files = docker_engine.files_of(image["image"])
    assert files[f"{HOME}/bin/gear"][1] == b"#!/opt/benchwright/envs/lab/bin/sh\n"
    assert files[f"{HOME}/etc/gear.conf"][1] == b"/opt/benchwright/envs/lab/share\n"
    assert files[f"{HOME}/etc/gear.link"][0].linkname == "/opt/benchwright/envs/lab/share"
    assert files["wheels/lab/requirements.txt"][1] == b""
    root = str(place.directory / "root").encode()
    assert [name for name, (dummy, content) in files.items() if root in content] == []
    members = [member for member, dummy in files.values()]
    assert {(member.uid, member.gid, member.mtime) for member in members} == {(0, 0, 315532800)}
    assert {member.mode for member in members} <= {0o755, 0o644, 0o777}
    assert list(files) == sorted(files, key=lambda name: name.split("/"))


@pytest.mark.parametrize("login", [{"user": "quant", "password": CANARY}, {"token": CANARY}])
def test_what_a_channel_is_asked_with_is_nowhere_in_the_image(
    place: Place, tiny: TinyChannel, login: dict[str, str]
) -> None:
    with tiny.serve(**login) as served:
        assert CANARY in served.url
        answer = place.call(LAB, channels=[served.url])
        assert not answer.failed, answer.result["msg"]
        public = served.public_url
    [image] = answer.result["images"]
    files = docker_engine.files_of(image["image"])
    assert [name for name, (dummy, content) in files.items() if CANARY.encode() in content] == []
    assert public.encode() in files[f"{HOME}/conda-meta/gear-1.1-0.json"][1]
    labels = docker_engine.labels_of(image["image"])
    assert labels["benchwright.environment"] == "lab"
    assert CANARY not in json.dumps([labels, answer.result])
    # what else the image comes with, such as its history
    assert (
        CANARY.encode()
        not in subprocess.run(["docker", "save", image["image"]], capture_output=True, check=True).stdout
    )


def test_the_same_packages_make_the_same_layer(place: Place) -> None:
    [first] = place.made(LAB)
    with docker_engine.own_repository() as repository:
        elsewhere = Place(place.directory / "a/longer/way/to/it", repository, place.channel)
        elsewhere.directory.mkdir(parents=True)
        [second] = elsewhere.made(LAB)
        assert docker_engine.layers_of(first["image"]) == docker_engine.layers_of(second["image"])
    assert (first["digest"], first["lock"]) == (second["digest"], second["lock"])


def test_a_lock_makes_the_same_layer_whether_its_packages_are_cached_or_not(place: Place) -> None:
    archives = [next(Path(place.channel.removeprefix("file://")).rglob(f"{name}-1*.conda")) for name in ("app", "lib")]
    packages = [{"url": path.as_uri(), "sha256": hashlib.sha256(path.read_bytes()).hexdigest()} for path in archives]
    lock = {"name": "lab", "packages": packages}
    layers = []
    for cached in (False, True):
        if cached:
            place.made({"name": "other", "dependencies": ["app"]})
        [image] = place.made(lock)
        layers.append(docker_engine.layers_of(image["image"]))
        assert place.call(state="absent").changed
    assert layers[0] == layers[1]


def test_an_unchanged_description_asks_no_channel(place: Place, tiny: TinyChannel) -> None:
    [image] = place.made(LAB)
    tiny.add("app", "2.0", depends=["lib >=1"])
    assert place.made(LAB) == [{**image, "created": False}]
    tiny.destroy()
    assert place.made(LAB, engine_wheel="/none.whl") == [{**image, "created": False}]


def test_another_description_is_another_image_and_the_difference_is_shown(place: Place, tiny: TinyChannel) -> None:
    [image] = place.made(LAB)
    tiny.add("app", "2.0", depends=["lib >=1"])
    answer = place.call({**LAB, "dependencies": ["app >=2", "gear"]})
    [other], [shown] = answer.result["images"], answer.result["diff"]
    assert other["lock"] != image["lock"]
    assert set(shown["before"].splitlines()) ^ set(shown["after"].splitlines()) == {"app 1.0 0", "app 2.0 0"}
    assert docker_engine.tags_of(place.repository) == sorted([image["image"], other["image"]])


def test_many_environments_are_one_call_and_the_same_one_twice_is_made_once(place: Place) -> None:
    images = place.made(LAB, {"name": "tool", "dependencies": ["tool"]}, LAB)
    assert [image["name"] for image in images] == ["lab", "tool", "lab"]
    assert len(docker_engine.tags_of(place.repository)) == 2


def test_absent_takes_those_of_a_name_and_at_last_all_that_was_made(place: Place) -> None:
    lab, tool = place.made(LAB, {"name": "tool", "dependencies": ["tool"]})
    for check in (True, False):
        answer = place.call({"name": "lab"}, check=check, state="absent")
        assert (answer.changed, answer.result["removed"]) == (True, [lab["image"]])
    assert not place.call({"name": "lab"}, state="absent").changed
    assert (place.directory / "root/pkgs").exists()
    assert place.call(state="absent").result["removed"] == [tool["image"]]
    assert not (place.directory / "root").exists()
    assert not place.call(state="absent").changed


def test_killed_in_mid_import_nothing_is_there_and_the_next_run_makes_it(place: Place) -> None:
    with docker_engine.door(place.directory / "door", most=4096) as door:
        command = [sys.executable, "-c", RUNNER, "environment_image"]
        environment = {**os.environ, "DOCKER_HOST": door.host}
        run = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, env=environment)
        assert run.stdin
        run.stdin.write(json.dumps({**place.options(LAB), "_ansible_remote_tmp": str(place.directory)}).encode())
        run.stdin.close()
        assert door.shut.wait(60)
        assert len(place.left()) == 1
        run.send_signal(signal.SIGKILL)
        run.wait()
    assert docker_engine.tags_of(place.repository) == []
    [image] = place.made(LAB)
    assert (image["created"], place.left()) == (True, [])


def test_what_a_killed_run_left_goes_also_where_nothing_is_to_be_done(place: Place) -> None:
    place.made(LAB)
    (place.directory / "root/images/tmp123/opt").mkdir(parents=True)
    assert not place.call(LAB).changed
    assert place.left() == []


def test_two_at_once_make_one_image(place: Place) -> None:
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda dummy: place.made(LAB), range(2)))
    [one], [other] = answers
    assert {**one, "created": True} == {**other, "created": True}
    assert {one["created"], other["created"]} == {True, False}
    assert (len(docker_engine.tags_of(place.repository)), place.left()) == (1, [])


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
def test_a_full_disk_is_told_and_leaves_nothing(place: Place, tiny: TinyChannel) -> None:
    tiny.add("gear", "1.2", files={"share/gear/ballast": os.urandom(6 << 20)})
    root = place.directory / "root"
    root.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", root], check=True)
    try:
        answer = place.call(LAB)
        assert answer.failed
        assert "make room" in answer.result["msg"], answer.result["msg"]
        assert place.left() == []
    finally:
        subprocess.run(["umount", "--lazy", root], check=True)
    assert docker_engine.tags_of(place.repository) == []


def test_without_an_engine_a_run_says_so_and_check_mode_foretells(place: Place) -> None:
    host = f"unix://{place.directory}/none.sock"
    answer = place.call(LAB, host=host)
    assert answer.failed
    assert "no Docker engine answers" in answer.result["msg"]
    assert place.call(LAB, host=host, check=True).result["images"][0]["packages"] == [
        "app 1.0 0",
        "gear 1.1 0",
        "lib 1.0 0",
    ]


@pytest.mark.parametrize(
    ("environment", "options", "words"),
    [
        ({"name": "lab"}, {}, "nothing describes the environment lab"),
        (LAB, {"repository": "Benchwright/Lab"}, "'repository' is 'Benchwright/Lab'"),
        (LAB, {"root_prefix": "/../x"}, "no place for environments"),
        (LAB, {"lock_timeout": -1}, "'lock_timeout' is -1"),
        ({"name": "a/b", "dependencies": ["app"]}, {}, "environments[].name"),
        ({"name": "lab", "dependencies": ["nonesuch"]}, {}, "no channel has a package 'nonesuch'"),
        (LAB, {"host": "tcp://me:geheim@docker.example.org:2375"}, "tcp://docker.example.org:2375 cannot be used"),
    ],
)
def test_bad_input(place: Place, environment: dict[str, Any], options: dict[str, Any], words: str) -> None:
    answer = place.call(environment, **options)
    assert answer.failed
    assert words in answer.result["msg"]
    assert docker_engine.tags_of(place.repository) == []


def test_descriptions_are_read_on_the_controller_and_pip_s_part_lies_beside_as_wheels(
    place: Place, channel: BuiltChannel
) -> None:
    file = place.directory / "environment.yml"
    file.write_text("name: lab\ndependencies: [python, pip, {pip: [humanize ==4.12.0]}]\n")
    answer = call_module(
        "environment_image", place.options({"file": str(file)}, channels=[channel.url]), place.directory
    )
    assert not answer.failed, answer.result["msg"]
    [image] = answer.result["images"]
    assert image["pip"] == ["humanize==4.12.0"]
    files = docker_engine.files_of(image["image"])
    assert files["wheels/lab/requirements.txt"][1] == b"humanize==4.12.0\n"
    assert [name for name in files if "wheels" in name and name.endswith(".whl")] == [
        "wheels/lab/humanize-4.12.0-py3-none-any.whl"
    ]
    record = next(content for name, (dummy, content) in files.items() if "/conda-meta/pip-" in name)
    listed = set(json.loads(record)["files"])
    pips = {name[len(HOME) + 1 :] for name in files if "/site-packages/pip/" in name and files[name][0].isfile()}
    assert pips <= listed  # it ran in the tree, and left nothing there
