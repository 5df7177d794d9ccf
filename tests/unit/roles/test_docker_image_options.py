# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wrong options of docker_image are refused before an engine is asked, and named."""

from __future__ import annotations

from typing import Any

import pytest
from support.role_options import told_by, wrong_and_right

# Options without the role's name before them.
WRONG: list[tuple[dict[str, Any], str]] = [
    (
        {"mirror": "http://quant:canary@deb.example.org/debian"},
        "mirror must have no user and no password, since it is written into the base that is made of it, but is "
        '\\"http://***@deb.example.org/debian\\".',
    ),
    ({"mirror": "deb http://canary@deb.example.org/debian bookworm main"}, "mirror must have no user"),
    ({"root_prefix": "here"}, "root_prefix must be an absolute path"),
    ({"left_out": ["/share"]}, "left_out must be patterns of paths"),
    (
        {"registries": [{"registry": "https://hub", "username": "a", "password": "canary"}]},
        "registries must name hosts",
    ),
]
RIGHT: list[dict[str, Any]] = [{}, {"mirror": "http://deb.example.org/debian"}]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What Ansible said of each case."""
    hosts = wrong_and_right(WRONG, RIGHT, before="docker_image_")
    said, everything = told_by("docker_image", "preflight", hosts, tmp_path_factory.mktemp("options"))
    assert "canary" not in everything
    return said


@pytest.mark.parametrize("number", range(len(WRONG)))
def test_what_is_wrong_is_told_with_the_options_name(told: dict[str, str], number: int) -> None:
    assert WRONG[number][1] in told[f"wrong{number}"]


@pytest.mark.parametrize("number", range(len(RIGHT)))
def test_what_is_right_passes(told: dict[str, str], number: int) -> None:
    assert told[f"right{number}"] == ""
