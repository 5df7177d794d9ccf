"""The engine's disk is full in the middle of a build, or the build is killed: of what was begun nothing stays."""

from __future__ import annotations

import multiprocessing
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._docker.containers import Containers
from ansible_collections.benchwright.python.plugins.module_utils._docker.context import File, archived
from ansible_collections.benchwright.python.plugins.module_utils._docker.dockerfile import PART
from ansible_collections.benchwright.python.plugins.module_utils._docker.engine import DockerError, Engine
from ansible_collections.benchwright.python.plugins.module_utils._docker.pruning import prune
from support.small_engine import small_engine, why_there_is_none
from support.tiny_image import Shelf
from support.waiting import wait_until

pytestmark = pytest.mark.skipif(bool(why_there_is_none()), reason=why_there_is_none())
MEGABYTES = 80
SECONDS = 60.0
LARGE = os.urandom(9 << 20).hex()
"""18 MB: the context and one layer of it have room on the disk, and more of them have not."""


@pytest.fixture(scope="module")
def shelf() -> Iterator[Shelf]:
    with tempfile.TemporaryDirectory(prefix="bw-") as directory, small_engine(Path(directory), MEGABYTES) as engine:
        yield Shelf("lab", engine)


@pytest.fixture(scope="module")
def base(shelf: Shelf) -> str:
    return shelf.ours("base")


def images(engine: Engine) -> list[str]:
    """All that the engine has, with what is below the images that have a name."""
    found = engine.call("GET", "/images/json?all=1")
    return sorted(name for image in found for name in image["RepoTags"] or ["<none>:<none>"])


def context(base: str, *steps: str) -> list[bytes]:
    """What a build is given whose first steps are those of every build of ours."""
    text = "\n".join([f"FROM {base} AS system", f'LABEL {PART}=""', *steps, ""])
    return [archived((File("Dockerfile", text), File("small", "x"), File("large", LARGE)))]


def test_a_build_that_does_not_fit_leaves_nothing(shelf: Shelf, base: str) -> None:
    fits = ("COPY small large /", "FROM system", "COPY small /")
    shelf.engine.build(context(base, *fits), "lab:fits", {}, cache=True)
    shelf.engine.remove("lab:fits")
    prune(shelf.engine, named_too=False, check_mode=False)
    more = [f"COPY large /{number}/" for number in range(3)]
    with pytest.raises(DockerError, match=r"no space left on device; make room where the engine keeps its data"):
        shelf.engine.build(context(base, *fits, *more), "lab:large", {}, cache=True)
    assert images(shelf.engine) == [base]
    shelf.engine.build(context(base, "COPY small /"), "lab:small", {}, True)
    assert "lab:small" in images(shelf.engine)
    shelf.engine.remove("lab:small")
    assert images(shelf.engine) == [base]


def test_a_command_that_fails_leaves_nothing_and_its_words_are_told(shelf: Shelf, base: str) -> None:
    with pytest.raises(DockerError, match=r"returned a non-zero code: 3; it said: no luck$"):
        shelf.engine.build(context(base, "COPY small /", 'RUN echo "no luck" >&2; exit 3'), "lab:fails", {}, True)
    assert images(shelf.engine) == [base]


def test_what_a_killed_build_left_is_pruned(shelf: Shelf, base: str) -> None:
    containers = Containers(shelf.engine)
    given = (context(base, "COPY small /", "RUN sleep 300"), "lab:killed", {}, True)
    run = multiprocessing.get_context("fork").Process(target=shelf.engine.build, args=given)
    run.start()
    wait_until(
        lambda: [one for one in containers.labelled(PART) if one["State"] == "running"], "it never built", SECONDS
    )
    assert prune(shelf.engine, named_too=False, check_mode=True) == ((), ())
    run.kill()
    run.join()
    wait_until(lambda: not containers.labelled(PART), "the engine goes on with what nobody waits for", SECONDS)
    assert len(images(shelf.engine)) > 1
    assert prune(shelf.engine, False, True) == prune(shelf.engine, False, False) != ((), ())
    assert images(shelf.engine) == [base]
