"""What becomes of images and containers on a real engine: ours are started, stopped, removed, carried; others' are left alone."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._docker import pruning
from ansible_collections.benchwright.python.plugins.module_utils._docker.containers import Containers
from ansible_collections.benchwright.python.plugins.module_utils._docker.pruning import prune
from support import docker_engine
from support.ansible_call import Answer
from support.module_call import run_module
from support.tiny_image import Shelf, shelf

pytestmark = pytest.mark.skipif(bool(docker_engine.why_there_is_none()), reason=docker_engine.why_there_is_none())
SERVES = {"benchwright.port": "8888"}


@pytest.fixture(scope="module")
def shelf_of_images() -> Iterator[Shelf]:
    with shelf() as made:
        made.ours("sleeps")
        made.ours("serves", **SERVES)
        made.ours("ends", "cat /run/secrets/password; exit 3")
        made.image("theirs", {})
        yield made


@pytest.fixture
def ours(shelf_of_images: Shelf) -> Shelf:
    return shelf_of_images


def call(module: str, tmp_path: Path, check: bool = False, **options: Any) -> Answer:
    return run_module(module, options, tmp_path / "tmp", check)


def four_steps(module: str, tmp_path: Path, **options: Any) -> dict[str, Any]:
    """What check mode says is what a run does, and then there is nothing to do."""
    predicted, did = (call(module, tmp_path, check, **options) for check in (True, False))
    assert not did.failed, did.result["msg"]
    assert predicted.result == did.result
    assert did.changed
    for check in (True, False):
        assert not call(module, tmp_path, check, **options).changed
    return did.result


def test_a_container_is_started_stopped_and_removed(ours: Shelf, tmp_path: Path) -> None:
    name, image = ours.container("one"), f"{ours.repository}:sleeps"
    four_steps("workbench_container", tmp_path, name=[name], image=image)
    [told] = [one for one in call("workbench_image_info", tmp_path).result["containers"] if one["name"] == name]
    assert (told["image"], told["of"], told["state"], told["ports"]) == (image, ours.repository, "running", [])
    four_steps("workbench_container", tmp_path, name=[name], state="stopped", timeout=1)
    four_steps("workbench_container", tmp_path, name=[name], image=image)
    four_steps("workbench_container", tmp_path, name=[name], state="absent")
    assert Containers(ours.engine).find(name) is None


def test_it_has_no_rights_and_finds_its_secrets_and_its_port(ours: Shelf, tmp_path: Path) -> None:
    (tmp_path / "hash").write_text("geheim")
    name = ours.container("bare")
    given = {"secrets": {"password": str(tmp_path / "hash")}, "publish": "127.0.0.1:0", "variables": {"A": "b c"}}
    answer = call("workbench_container", tmp_path, name=[name], image=f"{ours.repository}:serves", **given)
    assert not answer.failed, answer.result["msg"]
    told = subprocess.check_output(
        ["docker", "exec", name, "sh", "-c", "cat /run/secrets/password; echo; id -u; echo $A; cat /proc/self/status"],
        text=True,
    )
    assert told.splitlines()[:3] == ["geheim", "1000", "b c"]
    assert "CapBnd:\t0000000000000000" in told
    assert "NoNewPrivs:\t1" in told
    found = Containers(ours.engine).find(name)
    assert found
    assert found["HostConfig"]["PortBindings"] == {"8888/tcp": [{"HostIp": "127.0.0.1", "HostPort": "0"}]}
    assert "geheim" not in str(found)


def test_what_ends_at_once_is_told_with_its_last_words(ours: Shelf, tmp_path: Path) -> None:
    name = ours.container("ends")
    answer = call("workbench_container", tmp_path, name=[name], image=f"{ours.repository}:ends")
    assert answer.failed
    assert f"{name} ended at once: " in answer.result["msg"]
    assert "/run/secrets/password" in answer.result["msg"]


def test_what_is_never_well_is_told(ours: Shelf, tmp_path: Path) -> None:
    image = ours.ours("ill", "echo no luck; sleep 300", 'HEALTHCHECK CMD ["/bin/sh", "-c", "exit 1"]')
    answer = call("workbench_container", tmp_path, name=[ours.container("ill")], image=image, timeout=1)
    assert answer.failed
    assert answer.result["msg"].endswith("runs, but does not answer: no luck")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"image": "{0}:none"}, "the engine has no image"),
        ({"image": "{0}:theirs"}, "was not made by this collection"),
        ({"image": "{0}:sleeps", "publish": "127.0.0.1:8888"}, "serves nothing"),
        ({"image": "{0}:serves", "publish": "here:8888"}, "'publish' is 'here:8888'"),
        ({"image": "{0}:sleeps", "volumes": ["data"]}, "'volumes' is 'data'"),
        ({"image": "{0}:sleeps", "secrets": {"password": "/none/such"}}, "no file with an absolute path"),
        ({"image": "{0}:sleeps", "secrets": {"../password": "/etc/hostname"}}, "'secrets' is"),
        ({"image": "{0}:sleeps", "variables": {"a b": "c"}}, "a variable's name"),
        ({"state": "stopped"}, "there is no container"),
    ],
)
def test_bad_input(ours: Shelf, tmp_path: Path, options: dict[str, Any], words: str) -> None:
    given = {key: value.format(ours.repository) if isinstance(value, str) else value for key, value in options.items()}
    answer = call("workbench_container", tmp_path, name=[ours.container("never")], **given)
    assert answer.failed
    assert words in answer.result["msg"]
    assert Containers(ours.engine).find(ours.container("never")) is None


def test_containers_and_images_of_others_are_left_alone(ours: Shelf, tmp_path: Path) -> None:
    name, theirs = ours.container("theirs"), f"{ours.repository}:theirs"
    subprocess.run(["docker", "run", "--detach", "--name", name, theirs], check=True, capture_output=True)
    for state in ("stopped", "absent"):
        answer = call("workbench_container", tmp_path, name=[name], state=state)
        assert answer.failed
        assert "is of no image of this collection" in answer.result["msg"]
    told = call("workbench_image_info", tmp_path).result
    assert name not in [one["name"] for one in told["containers"]]
    assert theirs not in [f"{one['name']}:{one['tag']}" for one in told["images"]]
    answer = call("workbench_image_archive", tmp_path, state="saved", path=str(tmp_path / "a.tar"), images=[theirs])
    assert answer.failed
    assert "was not made by this collection" in answer.result["msg"]
    subprocess.run(["docker", "save", "--output", tmp_path / "theirs.tar", theirs], check=True)
    answer = call("workbench_image_archive", tmp_path, state="loaded", path=str(tmp_path / "theirs.tar"))
    assert "was not made by this collection" in answer.result["msg"]


def test_an_image_is_told_of(ours: Shelf, tmp_path: Path) -> None:
    told = call("workbench_image_info", tmp_path).result["images"]
    [serves] = [one for one in told if (one["name"], one["tag"]) == (ours.repository, "serves")]
    found = ours.engine.image(f"{ours.repository}:serves")
    assert found
    assert (serves["id"], serves["size"], serves["port"]) == (found["Id"], found["Size"], 8888)
    assert serves["created"][:16] == found["Created"][:16]


def test_what_nobody_uses_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By labels of its own, since others work with this engine, too."""
    with shelf() as own:
        for label in ("MARK", "PART", "NAME"):
            monkeypatch.setattr(pruning, label, f"benchwright.image={own.repository}.{label}")
        mark = {"benchwright.image": f"{own.repository}.MARK"}
        old, theirs = own.image("named", mark), own.image("theirs", {})
        before = own.engine.image(old)
        own.image("named", mark, "sleep 1")  # takes the name away
        for image in (old, theirs):
            subprocess.run(["docker", "create", "--name", own.container(image[-5:]), image], check=True)
        assert before
        assert prune(own.engine, False, True) == prune(own.engine, False, False)
        assert own.engine.image(before["Id"]) is None
        assert Containers(own.engine).find(own.container("named")) is None
        assert Containers(own.engine).find(own.container("heirs"))
        assert prune(own.engine, False, False) == ((), ())
        assert prune(own.engine, True, False) == ((), (old,))
        assert own.engine.image(theirs)


def test_images_travel_in_a_file(ours: Shelf, tmp_path: Path) -> None:
    image, path = ours.ours("travels"), tmp_path / "images.tar"
    before = ours.engine.image(image)
    assert before
    assert call("workbench_image_archive", tmp_path, True, state="saved", path=str(path), images=[image]).changed
    assert not path.exists()
    four_steps("workbench_image_archive", tmp_path, state="saved", path=str(path), images=[image])
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []
    ours.engine.remove(image)
    assert four_steps("workbench_image_archive", tmp_path, state="loaded", path=str(path))["images"] == [image]
    after = ours.engine.image(image)
    assert after
    assert (after["Id"], after["RootFS"]) == (before["Id"], before["RootFS"])


@pytest.mark.parametrize("content", [b"", b"no archive"])
def test_what_is_no_archive_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)
    answer = call("workbench_image_archive", tmp_path, state="loaded", path=str(tmp_path / "file"))
    assert answer.failed
    assert "is no archive of images" in answer.result["msg"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
def test_a_full_disk_leaves_the_file_that_was_there(ours: Shelf, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], check=True)
    try:
        image = f"{ours.repository}:sleeps"
        answer = call("workbench_image_archive", tmp_path, state="saved", path=str(disk / "a.tar"), images=[image])
        assert answer.failed
        assert "No space left" in answer.result["msg"]
        assert list(disk.iterdir()) == []
    finally:
        subprocess.run(["umount", "--lazy", disk], check=True)
