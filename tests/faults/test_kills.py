"""Killed at any instant, a run leaves users what they had or what was wanted, and the next run finishes the work."""

from __future__ import annotations

import random
import signal

import pytest
from support.laboratory import Laboratory
from support.nemesis import SIGNALS, VICTIMS, Kill, Victim, strike
from support.probe import Probe
from support.stages import ENGINES, OWN, engine_stages

KILLS = 200
# Starting Ansible takes this many seconds, before which there is nothing to kill.
ANSIBLE = 1.0


@pytest.mark.parametrize("number", range(KILLS))
def test_a_kill_at_a_random_instant(laboratory: Laboratory, number: int, seed: int) -> None:
    chance = random.Random(f"{seed} {number}")
    victim = chance.choice(VICTIMS)
    begin, end = (ANSIBLE, 2 * ANSIBLE + laboratory.seconds) if victim == "controller" else (0.0, laboratory.seconds)
    survives(laboratory, Kill(chance.choice(SIGNALS), victim, chance.uniform(begin, 1.05 * end)))


@pytest.mark.parametrize("victim", VICTIMS)
@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
@pytest.mark.parametrize("stage", (*ENGINES, *OWN))
def test_a_kill_at_each_stage(laboratory: Laboratory, stage: str, number: signal.Signals, victim: Victim) -> None:
    assert survives(laboratory, Kill(number, victim, stage)), "the run ended before it came to this stage"


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
@pytest.mark.parametrize("moment", [0.2, 0.4, 0.6, 0.8, "adopt", "mark", "switched"])
def test_a_kill_while_a_plain_directory_is_adopted(
    laboratory: Laboratory, moment: float | str, number: signal.Signals
) -> None:
    laboratory.clear()
    assert laboratory.call(laboratory.describe("A", deploy="in_place")).changed
    assert not laboratory.prefix.is_symlink()
    when = moment if isinstance(moment, str) else moment * laboratory.seconds
    survives(laboratory, Kill(number, "group", when))
    assert laboratory.prefix.is_symlink()


def survives(laboratory: Laboratory, kill: Kill) -> bool:
    """Kill a run and let a plain one follow; returns whether there was still something to kill."""
    goal = laboratory.other_goal()
    options = laboratory.describe(goal)
    laboratory.forget_download(goal)
    stages = engine_stages(laboratory, goal)
    stage = kill.moment if kill.moment in (*OWN, "adopt") else ""
    with Probe(laboratory) as probe:
        run = laboratory.start(options, controller=kill.victim == "controller", stage=str(stage))
        hit = strike(run, kill, stages)
        laboratory.seen()
        again = laboratory.call(options)
        once_more = laboratory.call(options)
    for answer in (again, once_more):
        assert not answer.failed, f"after {kill}: {answer.result['msg']}"
    assert probe.failures == [], f"{kill}: {len(probe.failures)} of {probe.count} failed"
    assert laboratory.seen() == goal
    # A release that a probe was just running from is left to a later run.
    assert not once_more.changed or once_more.result["releases_removed"], once_more.result
    assert (once_more.result["link"], once_more.result["unlink"]) == ([], [])
    assert run.orphans_end() == []
    assert laboratory.left_over() == []
    laboratory.sound = True
    return hit
