"""What the role docker_image makes of the images that it is told: filled in, or refused before anything is changed."""

from __future__ import annotations

import re
from typing import Any

import pytest
from support.role_options import told_by

ENVIRONMENT = {"name": "lab", "dependencies": ["python"]}
COMPILERS = ["g++", "gcc", "libc6-dev", "make"]
FILLED: dict[str, dict[str, Any]] = {
    "bare": {},
    "compilers": {"compilers": True},
    "compilers_and_tools": {"compilers": True, "packages": ["git", "make"]},
    "no_compilers": {"compilers": False, "packages": ["git"]},
}
WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "capital": ({"name": "Lab"}, "docker_image_images[0].name must be small letters and digits"),
    "tag": ({"tag": "a b"}, "docker_image_images[0].tag must be at most 128 letters"),
    "package": ({"packages": ["less; reboot"]}, "must each be the name of a package of Debian's"),
    "nothing": ({"environments": []}, "must hold one environment at least"),
    "target": ({"push": ["lab"]}, "must be a registry's host, a name and a tag"),
}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, str], str]:
    cases = {**FILLED, **{name: image for name, (image, dummy) in WRONG.items()}}
    given = {
        name: {"docker_image_images": [{"name": "lab/research", "environments": [ENVIRONMENT], **image}]}
        for name, image in cases.items()
    }
    return told_by("docker_image", "options", given, tmp_path_factory.mktemp("play"))


@pytest.mark.parametrize(
    ("case", "packages"),
    [
        ("bare", []),
        ("compilers", COMPILERS),
        ("compilers_and_tools", sorted([*COMPILERS, "git"])),
        ("no_compilers", ["git"]),
    ],
)
def test_compilers_are_in_an_image_that_asks_for_them(
    told: tuple[dict[str, str], str], case: str, packages: list[str]
) -> None:
    [filled] = re.findall(rf"^ok: \[{case}\] => (\{{\"ansible_facts\".*?\}})$", told[1], re.M)
    assert f'"packages": {packages}'.replace("'", '"') in filled
    assert '"reference": "lab/research:latest"' in filled


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_told(told: tuple[dict[str, str], str], case: str) -> None:
    assert WRONG[case][1] in told[0][case]
