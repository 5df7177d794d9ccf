"""An image is called by what it is made from; its labels tell what it holds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.descriptions.environment import (
    Environment,
    LockedPackage,
)
from ansible_collections.benchwright.python.plugins.module_utils._docker.description import Made, Wanted, lock_digest

LAB = Environment("lab", ("conda-forge",), ("python",), ("humanize",), {"A": "b"})
URL = "https://conda.example.org/x/noarch/six-1-0.conda"
WANTED = Wanted(LAB, "strict", "benchwright/environment")
RECORD = {"subdir": "noarch", "name": "six", "version": "1", "build": "0", "sha256": "ab", "url": URL}


@pytest.mark.parametrize(
    "other",
    [
        {"name": "other"},
        {"channels": ("conda-forge", "other")},
        {"dependencies": ("python", "numpy")},
        {"pip": ("humanize >=4",)},
        {"pip_complete": True},
        {"variables": {"A": "c"}},
        {"packages": (LockedPackage(URL, "ab"),)},
    ],
)
def test_every_part_of_a_description_tells(other: dict[str, Any]) -> None:
    assert replace(WANTED, environment=replace(LAB, **other)).digest != WANTED.digest


def test_the_priority_of_channels_tells_and_the_repository_does_not() -> None:
    assert replace(WANTED, channel_priority="disabled").digest != WANTED.digest
    assert replace(WANTED, repository="other").digest == WANTED.digest


def test_credentials_do_not_tell() -> None:
    def digest(user: str) -> str:
        site = f"https://{user}conda.example.org"
        packages = (LockedPackage(f"{site}/x/noarch/six-1-0.conda", "ab"),)
        environment = replace(LAB, channels=(site + "/x",), pip=(f"demo @ {site}/demo.whl",), packages=packages)
        return replace(WANTED, environment=environment).digest

    assert digest("me:secret@") == digest("you:geheim@") == digest("")


def test_what_it_is_called() -> None:
    assert WANTED.reference == "benchwright/environment:" + WANTED.digest[:12]
    assert WANTED.home == "/opt/benchwright/envs/lab"


@pytest.mark.parametrize("made", [Made(("a 1 0", "b 2 0"), ("c==1",), "ff"), Made((), (), "ff")])
def test_labels_tell_what_was_made(made: Made) -> None:
    labels = WANTED.labels(made)
    assert Made.of(labels) == made
    assert (labels["benchwright.environment"], labels["benchwright.digest"]) == ("lab", WANTED.digest)


def test_a_lock_is_of_the_packages_wherever_they_came_from() -> None:
    other = {**RECORD, "name": "lib"}
    digest = lock_digest([RECORD, other])
    assert digest == lock_digest([other, {**RECORD, "url": "file:///srv/channel/noarch/six-1-0.conda"}])
    assert digest != lock_digest([other, {**RECORD, "sha256": "ac"}])
    assert digest != lock_digest([RECORD, other], [("humanize-4-py3-none-any.whl", "ff")])


def test_what_pip_is_asked_is_shown_without_sums_and_passwords() -> None:
    secret = f"demo @ https://me:geheim@conda.example.org/demo.whl --hash=sha256:{'0' * 64}"
    shown = replace(WANTED, environment=replace(LAB, pip=(secret,))).asked_of_pip
    assert shown == ("demo @ https://***conda.example.org/demo.whl",)
