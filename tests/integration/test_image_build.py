"""What a build leaves on a real engine: one image of the name, and nothing without a name, whoever builds at the same time."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._docker.builder import Builder
from ansible_collections.benchwright.python.plugins.module_utils._docker.containers import Containers
from ansible_collections.benchwright.python.plugins.module_utils._docker.engine import Engine
from support.docker_engine import why_there_is_none
from support.module_call import run_module
from support.tiny_image import Shelf, TinyWorkbench, shelf

pytestmark = pytest.mark.skipif(bool(why_there_is_none()), reason=why_there_is_none())


@pytest.fixture
def own() -> Iterator[Shelf]:
    with shelf() as made:
        yield made


def tiny(own: Shelf, *command: str) -> TinyWorkbench:
    return own.workbench(f"{own.repository}:base", *command)


@pytest.fixture
def builder(own: Shelf) -> Builder:
    own.image("base", {})
    return Builder(own.engine, "", check_mode=False)


def ids(own: Shelf) -> list[str]:
    return [str(image["Id"]) for image in own.engine.images(f"benchwright.image={own.repository}/lab")]


def test_two_at_once_leave_one_image(own: Shelf, builder: Builder, monkeypatch: pytest.MonkeyPatch) -> None:
    both, build = threading.Barrier(2, timeout=120), Engine.build

    def build_stand_in(*given: Any, **named: Any) -> str:
        both.wait()  # so neither finds what the other has made
        return build(*given, **named)

    monkeypatch.setattr(Engine, "build", build_stand_in)
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda dummy: builder.present(tiny(own), False), range(2)))
    assert {answer["why"] for answer in answers} == {"there is none"}
    found = own.engine.image(f"{own.repository}/lab")
    assert found
    assert ids(own) == [found["Id"]]
    assert builder.present(tiny(own), False)["why"] == ""


def test_what_bore_the_name_goes_when_no_container_is_of_it(own: Shelf, builder: Builder) -> None:
    made = []
    for command in ("a", "b", "c"):
        made.append(builder.present(tiny(own, command), False)["id"])
        if command == "a":
            subprocess.run(["docker", "create", "--name", own.container("a"), made[0], command], check=True)
    assert sorted(ids(own)) == sorted([made[0], made[2]])
    Containers(own.engine).remove(own.container("a"))
    made.append(builder.present(tiny(own, "d"), False)["id"])
    assert ids(own) == [made[3]]


def test_a_mirror_with_credentials_is_refused(tmp_path: Path) -> None:
    given = {"images": [], "mirror": "http://quant:geheim@deb.example.org/debian"}
    answer = run_module("workbench_image", given, tmp_path)
    assert answer.failed
    assert "'mirror' is http://***@deb.example.org/debian, but must have no user" in answer.result["msg"]
    assert "geheim" not in json.dumps(answer.result)
