"""What earlier runs tell of the next one, and that nothing is told where there are none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchwright.history import Expected, durations, expected, waves
from benchwright.outcome import Outcome
from benchwright.record import Progress, Record, Task
from benchwright.run_directory import new_run


def kept(place: Path, **meta: Any) -> None:
    run = new_run(place, "apply", "site", ["hosts.yml"], "the hosts of hosts.yml")
    run.write_meta({"check": False, "exit_code": 0, "tasks": [["role : a", 10.0], ["role : b", 20.0]], **meta})


def test_without_an_earlier_run_there_is_no_eta(tmp_path: Path) -> None:
    kept(tmp_path, exit_code=2)
    kept(tmp_path, check=True)
    kept(tmp_path, playbook="other")
    assert expected(tmp_path, "site", False) == Expected()
    assert expected(tmp_path / "nowhere", "site", False).left(Record()) is None


def test_medians_of_runs_of_the_same_playbook_in_the_same_mode(tmp_path: Path) -> None:
    for seconds in (1.0, 2.0, 30.0):
        kept(tmp_path, tasks=[["role : a", seconds]])
    known = expected(tmp_path, "site", False)
    assert (known.runs, known.seconds) == (3, {"role : a": 2.0})


def test_what_is_left_is_what_did_not_begin_and_the_rest_of_what_runs() -> None:
    known = Expected(["role : a", "role : b", "role : c"], {"role : a": 10.0, "role : b": 20.0, "role : c": 40.0}, 2)
    record = Record(clock=lambda: 115.0, progress={f"host{number}": Progress() for number in range(10)}, forks=5)
    assert known.left(record) == 140.0
    record.tasks += [Task("a", "role", 80.0, 20.0), Task("b", "role", 100.0)]
    assert known.left(record) == 80.0 + 25.0
    record.tasks[-1].started = 1.0  # longer than ever before
    assert known.left(record) == 80.0


def test_hosts_come_in_waves_of_as_many_as_there_are_forks() -> None:
    assert [waves(1, 5), waves(5, 5), waves(6, 5), waves(500, 20), waves(0, 5)] == [1, 1, 2, 25, 1]


def test_a_run_keeps_the_median_of_its_hosts() -> None:
    outcomes = {
        host: Outcome(host, start=10.0, end=10.0 + seconds) for host, seconds in zip("abc", (1, 2, 9), strict=True)
    }
    tasks = [Task("a", "role", 10.0, 9.0, outcomes=outcomes), Task("include", "role", 20.0, 1.0)]
    assert durations(tasks) == [["role : a", 2.0]]
