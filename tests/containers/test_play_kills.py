"""A play of the three roles, killed at the start of any task and run again, ends as one that nobody disturbed.

Between two tasks nothing is lost but what the play itself remembers: that is what a handler lives on, and what these tests take away.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
from support.end_state import differences, read_state
from support.share import SEED, WHOLE
from support.site_directory import Site, small_variables
from support.systemd_host import SystemdHost, boot

PLAY = Path(__file__).with_name("three_roles.yml")
SHARE = 1.0 if WHOLE else float(os.environ.get("BENCHWRIGHT_FAULT_SHARE", "0.25"))
AT_ONCE = 2


@dataclass(frozen=True)
class Undisturbed:
    """Of a run that was let be: the names of its tasks in their order, and the state it left."""

    tasks: list[str]
    state: dict[str, Any]

    @property
    def points(self) -> list[str]:
        """Tasks to kill at. Of those between which no module was called on the host the first stands for all."""
        found = [name[1:].strip() for name in self.tasks if not name.startswith("=")]
        assert len(set(found)) == len(found), (
            "two tasks have one name, and the play would be killed at the first of them twice"
        )
        return found


@contextmanager
def fresh_host(site: Site) -> Iterator[SystemdHost]:
    with boot("--hostname=fresh", "--volume", f"{site.directory}:/srv/site:ro") as host:
        yield host


def play(host: SystemdHost, site: Site, kill_at: str = "") -> tuple[CompletedProcess[str], list[str]]:
    names = host.scratch / "tasks"
    names.write_text("")
    done = host.play(
        PLAY,
        small_variables(site),
        ANSIBLE_CALLBACKS_ENABLED="kill_at_task",
        BENCHWRIGHT_KILL_AT_TASK=kill_at,
        BENCHWRIGHT_TASKS=str(names),
    )
    return done, names.read_text().splitlines()


@pytest.fixture(scope="module")
def undisturbed(small_site: Site) -> Undisturbed:
    with fresh_host(small_site) as host:
        done, tasks = play(host, small_site)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr
        return Undisturbed(tasks, read_state(host))


def test_two_undisturbed_runs_end_alike(small_site: Site, undisturbed: Undisturbed) -> None:
    with fresh_host(small_site) as host:
        before = read_state(host)
        assert play(host, small_site)[0].returncode == 0
        after = read_state(host)
    assert differences(after, undisturbed.state) == {}
    assert differences(before, after), "the play has nothing to do, so killing it shows nothing"


def kill_at(host: SystemdHost, site: Site, name: str) -> None:
    killed, begun = play(host, site, name)
    assert killed.returncode == -9, killed.stdout + killed.stderr
    assert begun[-1][1:].strip() == name


def finished(host: SystemdHost, site: Site, undisturbed: Undisturbed) -> Any:
    """What is not as where nobody disturbed; empty where all is."""
    again, dummy = play(host, site)
    if again.returncode:
        return again.stdout[-3000:] + again.stderr
    return differences(read_state(host), undisturbed.state)


@pytest.mark.skipif(SHARE < 1, reason="takes as long as ten points by themselves; make test-all has it")
def test_killed_at_every_task_one_after_the_other(small_site: Site, undisturbed: Undisturbed) -> None:
    """Two hosts, each killed at every second point: each task is once begun by a play that has changed nothing before it.

    So a task that does its work only because an earlier one of the same play did something is found, wherever it is.
    """

    def kill(names: list[str]) -> Any:
        with fresh_host(small_site) as host:
            for name in names:
                kill_at(host, small_site, name)
            return finished(host, small_site, undisturbed)

    points = undisturbed.points
    with ThreadPoolExecutor(AT_ONCE) as pool:
        wrong = list(filter(None, pool.map(kill, (points[::2], points[1::2]))))
    print(f"killed at {len(points)} points, which {len(undisturbed.tasks)} tasks have")
    assert not wrong, json.dumps(wrong, indent=1)


def test_a_play_that_was_killed_is_finished_by_the_next(small_site: Site, undisturbed: Undisturbed) -> None:
    """With BENCHWRIGHT_FAULTS=all at every task, otherwise at a part of them, another each day."""

    def kill(name: str) -> Any:
        with fresh_host(small_site) as host:
            kill_at(host, small_site, name)
            return finished(host, small_site, undisturbed)

    points = undisturbed.points
    names = random.Random(SEED).sample(points, max(1, round(SHARE * len(points))))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = dict(zip(names, pool.map(kill, names), strict=True))
    print(f"killed at {len(names)} of {len(points)} points (BENCHWRIGHT_FAULT_SEED={SEED})")
    wrong = {name: what for name, what in found.items() if what}
    assert not wrong, json.dumps(wrong, indent=1)
