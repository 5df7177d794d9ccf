"""What nobody uses goes, and nothing else."""

from __future__ import annotations

from typing import Any

from ansible_collections.benchwright.python.plugins.module_utils._docker.pruning import Unused, unused


def image(number: int, *names: str, **labels: str) -> dict[str, Any]:
    return {"Id": f"sha256:{number}", "RepoTags": list(names) or None, "Labels": labels}


def container(name: str, of: int, state: str) -> dict[str, Any]:
    return {"Names": [f"/{name}"], "ImageID": f"sha256:{of}", "State": state}


NAMED, OLD, USED = image(1, "lab:1", "registry/lab:1"), image(2), image(3)
STAGE, STALE = image(4, **{"benchwright.stage": "lab:1"}), image(5, **{"benchwright.stage": "lab:0"})
ENVIRONMENT = image(6, "benchwright/environment:1", **{"benchwright.environment": "lab"})
LEFT, KEPT = image(7, **{"benchwright.part": ""}), image(8, "mine:1", **{"benchwright.part": ""})
PARTS = [STAGE, STALE, ENVIRONMENT]


def test_images_without_a_name_go_and_stages_of_what_is_gone() -> None:
    found = unused([container("a", 3, "running")], [NAMED, OLD, USED], PARTS, named_too=False)
    assert found == Unused((), ("sha256:2", "sha256:5"))


def test_containers_that_have_ended_go_and_with_them_their_images() -> None:
    containers = [container("b", 3, "exited"), container("a", 1, "created"), container("c", 2, "paused")]
    found = unused(containers, [NAMED, OLD, USED], PARTS, named_too=False)
    assert found == Unused(("a", "b"), ("sha256:3", "sha256:5"))


def test_what_a_killed_build_left_goes_but_not_while_it_is_built_on() -> None:
    assert unused([], [], [LEFT, KEPT], named_too=False).images == ("sha256:7",)
    assert unused([container("a", 7, "running")], [], [LEFT], named_too=True).images == ()


def test_all_that_is_unused_goes_if_it_is_asked_for() -> None:
    containers = [container("a", 3, "running")]
    found = unused(containers, [NAMED, USED], PARTS, named_too=True)
    assert found.images == ("lab:1", "registry/lab:1", "sha256:4", "sha256:5", "benchwright/environment:1")


def test_what_runs_keeps_its_image_and_the_stage_of_it() -> None:
    found = unused([container("a", 1, "running")], [NAMED], PARTS, named_too=True)
    assert found.images == ("sha256:5", "benchwright/environment:1")


def test_there_may_be_nothing() -> None:
    assert unused([], [], [], named_too=True) == Unused((), ())
