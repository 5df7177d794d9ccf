"""A play of the three roles, killed at the start of any task and run again, ends as one that nobody disturbed."""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
from support.end_state import differences, read_state
from support.site_directory import Site, small_variables
from support.systemd_host import SystemdHost, boot

PLAY = Path(__file__).with_name("three_roles.yml")
SEED = int(os.environ.get("BENCHWRIGHT_FAULT_SEED", time.strftime("%Y%m%d")))
SHARE = (
    1.0 if os.environ.get("BENCHWRIGHT_FAULTS") == "all" else float(os.environ.get("BENCHWRIGHT_FAULT_SHARE", "0.25"))
)
AT_ONCE = 2


@dataclass(frozen=True)
class Undisturbed:
    """Of a run that was let be: the names of its tasks in their order, and the state it left."""

    tasks: list[str]
    state: dict[str, Any]


@contextmanager
def fresh_host(site: Site) -> Iterator[SystemdHost]:
    with boot("--hostname=fresh", "--volume", f"{site.directory}:/srv/site:ro") as host:
        yield host


def play(host: SystemdHost, site: Site, kill_at: int = 0) -> tuple[CompletedProcess[str], list[str]]:
    names = host.scratch / f"tasks-{kill_at}"
    names.write_text("")
    done = host.play(
        PLAY,
        small_variables(site),
        ANSIBLE_CALLBACKS_ENABLED="kill_at_task",
        BENCHWRIGHT_KILL_AT_TASK=str(kill_at),
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


def test_a_play_that_was_killed_is_finished_by_the_next(small_site: Site, undisturbed: Undisturbed) -> None:
    """With BENCHWRIGHT_FAULTS=all at every task, otherwise at a part of them, another each day.

    Of tasks between which no module was called on the host, as those that are skipped, the first stands for all.
    """

    def kill(number: int) -> Any:
        with fresh_host(small_site) as host:
            killed, begun = play(host, small_site, number)
            assert killed.returncode == -9, killed.stdout + killed.stderr
            assert begun == undisturbed.tasks[:number]
            again, dummy = play(host, small_site)
            if again.returncode:
                return again.stdout[-3000:] + again.stderr
            return differences(read_state(host), undisturbed.state)

    points = [number for number, name in enumerate(undisturbed.tasks, 1) if not name.startswith("=")]
    numbers = sorted(random.Random(SEED).sample(points, max(1, round(SHARE * len(points)))))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = dict(zip(numbers, pool.map(kill, numbers), strict=True))
    print(
        f"killed at {len(numbers)} of {len(points)} points, which {len(undisturbed.tasks)} tasks have"
        f" (BENCHWRIGHT_FAULT_SEED={SEED})"
    )
    wrong = {f"{number}{undisturbed.tasks[number - 1]}": what for number, what in found.items() if what}
    assert not wrong, json.dumps(wrong, indent=1)
