# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is done to a prefix, by what is there."""

from __future__ import annotations

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._distribution import marker, plan
from ansible_collections.benchwright.python.plugins.module_utils._distribution.errors import DistributionError
from ansible_collections.benchwright.python.plugins.module_utils._distribution.found import Found


def ours(state: str = marker.COMPLETE, version: str = "26.3.2-3", distribution: str = "miniforge") -> Found:
    return Found("ours", marker.Marker(state, distribution, version, "0" * 64, True))


def damaged(state: str = marker.COMPLETE) -> Found:
    return Found("ours", ours(state).marker, ("bin/conda",))


@pytest.mark.parametrize(
    ("found", "action"),
    [
        (Found("absent"), plan.INSTALL),
        (Found("empty"), plan.INSTALL),
        (Found("conda"), plan.NOTHING),
        (ours(), plan.NOTHING),
        (ours(version="99.1.1-0"), plan.NOTHING),
        (ours(version="1.1.1-0"), plan.NOTHING),
        (damaged(), plan.REPAIR),
        (ours(marker.INSTALLING), plan.AGAIN),
        (ours(marker.REMOVING), plan.AGAIN),
        (ours(marker.REPAIRING), plan.REPAIR),
        (damaged(marker.INSTALLING), plan.AGAIN),
    ],
)
def test_what_is_found_says_what_is_done(found: Found, action: str) -> None:
    assert plan.decide("miniforge", "26.3.2-3", "/opt/conda", found).action == action


@pytest.mark.parametrize(
    ("installed", "wanted", "action"),
    [
        ("2.8.0-0", "2.8.1-0", plan.REPLACE),
        ("2.8.1-0", "2.8.1-1", plan.REPLACE),
        ("2.9.0-0", "2.8.1-0", plan.NOTHING),
        ("2.10.0-0", "2.9.0-0", plan.NOTHING),
        ("2.8.0-0", "latest", plan.NOTHING),
    ],
)
def test_an_older_micromamba_is_replaced_and_a_newer_one_stays(installed: str, wanted: str, action: str) -> None:
    found = ours(version=installed, distribution="micromamba")
    assert plan.decide("micromamba", wanted, "/opt/conda", found).action == action


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (Found("foreign"), "no conda distribution"),
        (Found("file"), "no directory"),
        (ours(distribution="micromamba"), "micromamba 26.3.2-3 was installed there"),
    ],
)
def test_what_must_not_be_touched_is_refused(found: Found, words: str) -> None:
    with pytest.raises(DistributionError, match=words):
        plan.decide("miniforge", "26.3.2-3", "/opt/conda", found)
