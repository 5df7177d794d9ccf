"""Many runs at once on one environment come one after the other; what the last one wants is there, and nothing else."""

from __future__ import annotations

import time
from typing import Any

import pytest
from support.ansible_call import Answer
from support.laboratory import Laboratory
from support.nemesis import answer
from support.probe import Probe

RUNS = 20
# Seconds for all of them.
PATIENCE = 400.0


def all_at_once(laboratory: Laboratory, descriptions: list[dict[str, Any]]) -> list[Answer]:
    """Start a run for each, and return the answers in the order in which the runs ended."""
    left = [laboratory.start(description) for description in descriptions]
    deadline = time.monotonic() + PATIENCE
    answers = []
    while left and time.monotonic() < deadline:
        ended = [run for run in left if run.process.poll() is not None]
        answers += [answer(run) for run in ended]
        left = [run for run in left if run not in ended]
        time.sleep(0.01)
    assert left == []
    assert [found.result["msg"] for found in answers if found.failed] == []
    return answers


@pytest.mark.parametrize("round_number", range(5))
def test_twenty_runs_with_one_description(laboratory: Laboratory, round_number: int) -> None:
    with Probe(laboratory) as probe:
        answers = all_at_once(laboratory, [laboratory.describe("B")] * RUNS)
    assert [found.changed for found in answers].count(True) == 1
    assert probe.failures == []
    assert laboratory.seen() == "B"
    assert laboratory.left_over() == []
    laboratory.sound = True


@pytest.mark.parametrize("round_number", range(5))
def test_two_descriptions_at_once(laboratory: Laboratory, round_number: int) -> None:
    descriptions = [laboratory.describe("A"), laboratory.describe("B")]
    with Probe(laboratory) as probe:
        answers = all_at_once(laboratory, descriptions * (RUNS // 2))
    last = [found for found in answers if found.changed][-1]
    assert laboratory.prefix.resolve().name == f"lab-{last.result['release']}"
    assert probe.failures == []
    assert laboratory.left_over() == []
    converged = [laboratory.call(description).changed for description in descriptions if _is(laboratory, description)]
    assert converged == [False]
    laboratory.sound = True


def _is(laboratory: Laboratory, description: dict[str, Any]) -> bool:
    return bool(description["variables"]["GOAL"] == laboratory.seen())
