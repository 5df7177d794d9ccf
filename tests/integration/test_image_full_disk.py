"""The engine's disk is full in the middle of a build: that is told with what to do, and of what was begun nothing stays."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._docker.context import File, archived
from ansible_collections.benchwright.python.plugins.module_utils._docker.engine import DockerError, Engine
from support.module_call import run_module
from support.small_engine import small_engine, why_there_is_none
from support.tiny_image import Shelf

pytestmark = pytest.mark.skipif(bool(why_there_is_none()), reason=why_there_is_none())
MEGABYTES = 48


@pytest.fixture(scope="module")
def shelf() -> Iterator[Shelf]:
    with tempfile.TemporaryDirectory(prefix="bw-") as directory, small_engine(Path(directory), MEGABYTES) as engine:
        yield Shelf("lab", engine)


def images(engine: Engine) -> list[str]:
    return sorted(name for image in engine.images() for name in image["RepoTags"] or ["nameless"])


def test_a_build_that_does_not_fit_leaves_nothing(shelf: Shelf) -> None:
    base = shelf.ours("base")
    large = os.urandom(MEGABYTES << 19).hex()
    files = (File("Dockerfile", f"FROM {base}\nCOPY small /\nCOPY large /\n"), File("small", "x"), File("large", large))
    with pytest.raises(DockerError, match=r"no space left on device; make room where the engine keeps its data"):
        shelf.engine.build([archived(files)], "lab:large", {}, cache=True)
    assert images(shelf.engine) == [base]
    shelf.engine.build(
        [archived((File("Dockerfile", f"FROM {base}\nCOPY small /\n"), files[1]))], "lab:small", {}, True
    )
    assert images(shelf.engine) == [base, "lab:small"]


def test_a_base_that_nobody_has_is_told_with_what_to_do(shelf: Shelf, tmp_path: Path) -> None:
    layer = {"name": "lab", "image": "none:1", "prefix": "/opt/benchwright/envs/lab", "lock": "", "variables": {}}
    image = {"name": "lab", "base": "127.0.0.1:1/nobody:here", "command": ["sh"]}
    environments = [{**layer, "packages": [], "pip": []}]
    options = {"images": [{**image, "environments": environments}]}
    answer = run_module("workbench_image", options, tmp_path, DOCKER_HOST=f"unix://{shelf.engine.socket_path}")
    assert answer.failed
    assert "the base 127.0.0.1:1/nobody:here is not on this engine, and no registry gave it" in answer.result["msg"]
    assert "load the image (docker load)" in answer.result["msg"]
