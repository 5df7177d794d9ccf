"""Tests of which every run takes a part: a seed chooses it, another each day, and BENCHWRIGHT_FAULTS=all takes the whole.

BENCHWRIGHT_FAULT_SEED chooses the part (by default the day does); of each test function it is at least one.
"""

from __future__ import annotations

import os
import random
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import TypeVar

import pytest

Thing = TypeVar("Thing")
# The workers inherit it: they have to choose the same, at midnight too.
SEED = int(os.environ.setdefault("BENCHWRIGHT_FAULT_SEED", time.strftime("%Y%m%d")))
WHOLE = os.environ.get("BENCHWRIGHT_FAULTS") == "all"


def keep_share(
    config: pytest.Config, items: list[pytest.Item], share: float, among: Callable[[pytest.Item], bool]
) -> None:
    """Deselect all of ``items`` that are ``among`` those to choose from but a ``share`` (0 to 1) of each test function."""
    families: dict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        if among(item):
            families[item.nodeid.partition("[")[0]].append(item)
    chooser = random.Random(SEED)
    chosen = {id(item) for family in families.values() for item in chooser.sample(family, _part(len(family), share))}
    left = [item for family in families.values() for item in family if id(item) not in chosen]
    config.hook.pytest_deselected(items=left)
    dropped = set(map(id, left))
    items[:] = [item for item in items if id(item) not in dropped]


def part_of(things: Sequence[Thing], share: float) -> list[Thing]:
    """Such a share of what one test goes through, in its order; all of it where the whole is asked for."""
    numbers = random.Random(SEED).sample(range(len(things)), _part(len(things), share))
    return [things[number] for number in sorted(numbers)]


def _part(count: int, share: float) -> int:
    return count if WHOLE else max(1, round(count * share))
