"""Of a repository in a real registry one image is pulled, and not all that it has; what is built on it tells its digest there."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._docker.builder import Builder
from ansible_collections.benchwright.python.plugins.module_utils._docker.engine import Engine
from support.docker_engine import labels_of, why_there_is_none
from support.docker_registry import serve_registry
from support.tiny_image import shelf

pytestmark = pytest.mark.skipif(bool(why_there_is_none()), reason=why_there_is_none())
TAGS = ("latest", "1", "2")


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One with three tags, of which the engine has none."""
    engine = Engine.of(os.environ)
    with serve_registry(tmp_path_factory.mktemp("registry"), public=True) as registry, shelf() as made:
        repository = f"{registry.host}/three"
        for tag in TAGS:
            engine.tag(made.image(tag, {"tag": tag}), repository, tag)
            engine.push(f"{repository}:{tag}", {})
            engine.remove(f"{repository}:{tag}")
        yield repository


@pytest.fixture(autouse=True)
def gone(repository: str) -> Iterator[None]:
    yield
    for name in there(repository):
        Engine.of(os.environ).remove(name)


def there(repository: str) -> list[str]:
    tags = [tag for image in Engine.of(os.environ).images() for tag in image["RepoTags"] or ()]
    return [tag for tag in tags if tag.startswith(repository + ":")]


@pytest.mark.parametrize(("name", "tag"), [("", "latest"), (":latest", "latest"), (":2", "2")])
def test_one_image_is_pulled(repository: str, name: str, tag: str) -> None:
    engine = Engine.of(os.environ)
    engine.pull(repository + name)
    assert there(repository) == [f"{repository}:{tag}"]
    assert engine.labels(f"{repository}:{tag}") == {"tag": tag}


def test_a_digest_says_which_one(repository: str) -> None:
    engine = Engine.of(os.environ)
    name = f"{repository}@{engine.manifest(f'{repository}:1', {})}"
    engine.pull(name)
    assert there(repository) == []
    assert engine.labels(name) == {"tag": "1"}
    engine.remove(name)


@pytest.mark.parametrize("by_digest", [False, True])
def test_an_image_tells_the_digest_of_its_base_s_manifest(repository: str, by_digest: bool) -> None:
    with shelf() as own:
        manifest = own.engine.manifest(f"{repository}:1", {})
        base = f"{repository}@{manifest}" if by_digest else f"{repository}:1"
        builder, wanted = Builder(own.engine, "", check_mode=False), own.workbench(base)
        builder.present(wanted, False)
        assert labels_of(wanted.name)["org.opencontainers.image.base.digest"] == manifest
        assert labels_of(wanted.name)["org.opencontainers.image.base.name"] == base
        own.engine.remove(base)
        assert builder.present(wanted, False)["why"] == ""


def test_a_base_that_is_of_no_registry_has_no_such_digest_and_getting_one_changes_nothing(repository: str) -> None:
    with shelf() as own:
        base = own.image("base", {})
        builder, wanted = Builder(own.engine, "", check_mode=False), own.workbench(base)
        builder.present(wanted, False)
        labels = labels_of(wanted.name)
        assert "org.opencontainers.image.base.digest" not in labels
        found = own.engine.image(base)
        assert found
        assert labels["benchwright.base"] == found["Id"]
        own.engine.tag(base, repository, "pushed")
        own.engine.push(f"{repository}:pushed", {})
        assert builder.present(own.workbench(base), False)["why"] == ""
        assert builder.present(own.workbench(base, "sh"), False)["why"] == "other benchwright.command"
        assert "org.opencontainers.image.base.digest" not in labels_of(wanted.name)
