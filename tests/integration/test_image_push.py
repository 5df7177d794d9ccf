"""Images are pushed to a real registry with credentials that are written nowhere."""

from __future__ import annotations

import io
import os
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._docker.builder import Builder
from ansible_collections.benchwright.python.plugins.module_utils._docker.engine import DockerError, Engine
from support.docker_engine import why_there_is_none
from support.docker_registry import PASSWORD, USER, Registry, serve_registry

pytestmark = pytest.mark.skipif(bool(why_there_is_none()), reason=why_there_is_none())
MINE = "benchwright-test/push"
CREDENTIALS = {"username": USER, "password": PASSWORD}


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    with serve_registry(tmp_path_factory.mktemp("registry")) as registry:
        yield registry


@pytest.fixture
def builder(registry: Registry) -> Iterator[Builder]:
    """With an image of a few bytes on the engine."""
    engine = Engine.of(os.environ)
    _import(engine, "first")
    yield Builder(engine, "", check_mode=False)
    for image in engine.images(f"benchwright.image={MINE}"):
        for name in (*(image["RepoTags"] or ()), *(image["RepoDigests"] or ())):
            engine.remove(name)


def _import(engine: Engine, text: str) -> None:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        member = tarfile.TarInfo("file")
        member.size = len(text)
        archive.addfile(member, io.BytesIO(text.encode()))
    engine.import_layer([stream.getvalue()], MINE, "latest", {"benchwright.image": MINE})


def test_an_image_is_pushed_once(builder: Builder, registry: Registry) -> None:
    target, known = f"{registry.host}/lab:1", {registry.host: CREDENTIALS}
    foreseen = Builder(builder.engine, "", check_mode=True)
    assert foreseen.pushed(f"{MINE}:latest", target, known)
    assert registry.manifest_status("lab", "1") == 404
    assert builder.pushed(f"{MINE}:latest", target, known)
    assert registry.manifest_status("lab", "1") == 200
    assert not foreseen.pushed(f"{MINE}:latest", target, known)
    assert not builder.pushed(f"{MINE}:latest", target, known)


def test_another_image_of_that_name_is_pushed_again(builder: Builder, registry: Registry) -> None:
    target, known = f"{registry.host}/lab:2", {registry.host: CREDENTIALS}
    builder.pushed(f"{MINE}:latest", target, known)
    _import(builder.engine, "second")
    assert builder.pushed(f"{MINE}:latest", target, known)
    assert not builder.pushed(f"{MINE}:latest", target, known)


def test_what_failed_is_pushed_by_the_next_run(builder: Builder, registry: Registry) -> None:
    """Its repository is known to the engine, and so is its name: only the registry has not got it."""
    wrong = {registry.host: {**CREDENTIALS, "password": "wr0ng"}}
    known = {registry.host: CREDENTIALS}
    builder.pushed(f"{MINE}:latest", f"{registry.host}/later:1", known)
    target = f"{registry.host}/later:2"
    with pytest.raises(DockerError, match=f"{target} cannot be pushed as {USER}"):
        builder.pushed(f"{MINE}:latest", target, wrong)
    assert registry.manifest_status("later", "2") == 404
    assert Builder(builder.engine, "", check_mode=True).pushed(f"{MINE}:latest", target, known)
    assert builder.pushed(f"{MINE}:latest", target, known)
    assert registry.manifest_status("later", "2") == 200
    assert not builder.pushed(f"{MINE}:latest", target, known)


def test_a_name_that_another_image_has_there_is_pushed(builder: Builder, registry: Registry) -> None:
    target, known = f"{registry.host}/shared:1", {registry.host: CREDENTIALS}
    builder.pushed(f"{MINE}:latest", target, known)
    mine = builder.engine.image(target)
    _import(builder.engine, "theirs")
    builder.pushed(f"{MINE}:latest", target, known)
    assert mine
    builder.engine.tag(mine["Id"], MINE, "latest")
    builder.engine.tag(mine["Id"], f"{registry.host}/shared", "1")
    assert builder.pushed(f"{MINE}:latest", target, known)


def test_nobody_reads_the_password(
    builder: Builder, registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    builder.pushed(f"{MINE}:latest", f"{registry.host}/lab:3", {registry.host: CREDENTIALS})
    assert list(tmp_path.rglob("*")) == []
    assert PASSWORD not in registry.log.read_text()
    with pytest.raises(DockerError, match=r"unauthorized|authentication") as caught:
        builder.pushed(
            f"{MINE}:latest", f"{registry.host}/other:3", {registry.host: {**CREDENTIALS, "password": "wr0ng"}}
        )
    assert "wr0ng" not in str(caught.value)


@pytest.mark.parametrize("host", ["elsewhere.example.org", ""])
def test_credentials_go_to_their_own_registry_alone(builder: Builder, registry: Registry, host: str) -> None:
    with pytest.raises(DockerError, match=r"no basic auth credentials|unauthorized|authentication"):
        builder.pushed(f"{MINE}:latest", f"{registry.host}/lab:1", {host: CREDENTIALS} if host else {})
    assert registry.manifest_status("lab", "1", "wrong") == 401
