from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from benchwright.channel.downloads import WheelPool, choose, explain
from benchwright.channel.errors import ChannelError
from benchwright.channel.requirements import Pin
from benchwright.channel.storage import sha256
from benchwright.channel.target import Target

from .conftest import MakeWheel


def pin(name: str, version: str, *wheels: Path) -> Pin:
    digests = frozenset(map(sha256, wheels))
    return Pin(name, Version(version), Requirement(f"{name}=={version}"), digests, line=7)


def test_the_best_wheel_for_the_interpreter_is_chosen(make_wheel: MakeWheel, tmp_path: Path, target: Target) -> None:
    tags = ["py3-none-any", "cp311-cp311-manylinux_2_17_x86_64", "cp312-cp312-manylinux_2_17_x86_64"]
    found = [make_wheel("demo", "1.0", tag=tag) for tag in tags]
    make_wheel("demo", "1.1", tag=tags[1])

    assert choose([pin("demo", "1.0", *found)], tmp_path, target) == {"demo": found[1]}


def test_a_damaged_wheel_is_not_there(make_wheel: MakeWheel, tmp_path: Path, target: Target) -> None:
    path = make_wheel("demo", "1.0")
    wanted = pin("demo", "1.0", path)
    path.write_bytes(path.read_bytes()[:-1] + b"!")

    assert choose([wanted], tmp_path, target) == {}


def test_wheels_at_hand_are_not_fetched(
    make_wheel: MakeWheel, tmp_path: Path, target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: pytest.fail("asked for pip"))
    path = make_wheel("demo", "1.0")
    pool = WheelPool(tmp_path, tmp_path, target, print)

    assert pool.fetch([pin("demo", "1.0", path)], Path("r.txt")) == {"demo": path}


def test_a_missing_pip_is_named(tmp_path: Path, target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    pool = WheelPool(tmp_path, tmp_path, target, print)

    with pytest.raises(ChannelError, match=r"fetched with pip, which .* does not have: run"):
        pool.fetch([pin("demo", "1.0")], Path("r.txt"))


@pytest.mark.parametrize(
    ("stderr", "message"),
    [
        (
            "ERROR: Could not find a version that satisfies the requirement demo==1.0 (from versions: 0.9)\n"
            "ERROR: No matching distribution found for demo==1.0\n",
            "r.txt:7: pip's index has no wheel of demo 1.0 for this interpreter",
        ),
        (
            "WARNING: Retrying (Retry(total=0, connect=None, read=None)) after connection broken\n"
            "ERROR: Could not find a version that satisfies the requirement demo==1.0 (from versions: none)\n",
            "pip could not reach its index",
        ),
        (
            "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.\n    demo==1.0:\n",
            "r.txt: pip's index has a file whose digest is not the pinned one: .*demo==1.0",
        ),
        ("ERROR: something else\n", "pip could not download the wheels of r.txt: ERROR: something else"),
    ],
)
def test_pips_words_are_explained(stderr: str, message: str, tmp_path: Path) -> None:
    assert re.match(message, explain(stderr, [pin("demo", "1.0")], Path("r.txt")))
