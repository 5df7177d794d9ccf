"""The moving picture: few hosts, many hosts, and what it costs."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from rich.console import Console

from benchwright.display import FRAMES
from benchwright.history import Expected
from benchwright.live import Picture
from benchwright.record import Record

RESULTS_A_SECOND = 40
"""Ansible needs some 30 ms of a core for each task on each host."""


def events(hosts: int, tasks: int) -> Iterator[dict[str, Any]]:
    names = [f"host{number:03}" for number in range(hosts)]
    yield {"event": "run", "forks": 20}
    yield {"event": "play", "hosts": names}
    for number in range(tasks):
        yield {"event": "task", "id": str(number), "task": f"Task {number}", "role": "role", "time": float(number)}
        for host in names:
            same = {"id": str(number), "host": host, "time": float(number)}
            yield {"event": "start", **same}
            status = "failed" if host == "host003" and number == 1 else "ok"
            yield {"event": "result", "status": status, "changed": number == 0, "end": number + 0.5, **same}


def picture(
    record: Record, expected: Expected | None = None, title: str = "apply  lab / site.yml", width: int = 110
) -> str:
    text = io.StringIO()
    console = Console(file=text, width=width, force_terminal=True, color_system=None)
    console.print(Picture(record, title, expected))
    return text.getvalue()


def test_a_line_for_each_host_with_its_task_and_an_eta_from_earlier_runs() -> None:
    record = Record(clock=lambda: 30.0)
    for event in events(2, 1):
        record.event(event)
    record.event({"event": "task", "id": "x", "task": "Make it", "role": "conda_env", "time": 10.0})
    record.event({"event": "start", "id": "x", "host": "host000", "time": 10.0})
    record.event({"event": "item", "id": "x", "host": "host000"})
    known = Expected(["role : Task 0", "conda_env : Make it"], {"conda_env : Make it": 90.0}, 3)
    lines = [line.rstrip() for line in picture(record, known).splitlines()]
    assert lines[0] == "apply  lab / site.yml  2 hosts  forks 20  00:00  ETA ~01:10 (from 3 earlier runs)"
    assert lines[1].endswith("task 2 of ~2  conda_env : Make it  20 s, usually 90 s")
    assert lines[2].split() == ["host", "progress", "now", "ok", "chg", "skip", "fail", "time"]
    assert lines[3].split()[0] == "host000"
    assert lines[3].endswith("conda_env : Make it [1]   1    1     0     0   20s")
    assert lines[4].split()[0] == "host001"


@pytest.mark.parametrize("width", [80, 120])
def test_names_give_way_to_figures_where_there_is_little_room(width: int) -> None:
    record = Record(clock=lambda: 30.0)
    host, path = f"first-{'x' * 100}.example.org", f"/srv/{'directory/' * 20}hosts.yml"
    title = f"conda_env : Make {path}"
    for event in (
        {"event": "play", "hosts": [host]},
        {"event": "task", "id": "x", "task": f"Make {path}", "role": "conda_env", "time": 10.0},
        {"event": "start", "id": "x", "host": host, "time": 10.0},
        {"event": "item", "id": "x", "host": host},
    ):
        record.event(event)
    text = picture(record, Expected([title], {title: 90.0}, 10), f"apply  {path} / site.yml", width)
    assert max(len(line) for line in text.splitlines()) <= width
    headline, task, columns, row = (line.rstrip() for line in text.splitlines())
    assert re.fullmatch(
        r"apply  .*….*/ site.yml  1 host  forks 5  00:00  ETA ~01:10 \(from 10 earlier runs\)", headline
    )
    assert re.fullmatch(r". task 1 of ~1  conda_env : .*….*hosts.yml  20 s, usually 90 s", task)
    assert columns.split() == ["host", "progress", "now", "ok", "chg", "skip", "fail", "time"]
    assert re.fullmatch(r"first-.*….*\.org +conda_env.*….* \[1\]   0    0     0     0   20s", row)


def test_without_earlier_runs_nothing_is_made_up() -> None:
    record = Record(clock=lambda: 30.0)
    for event in events(2, 2):
        record.event(event)
    text = picture(record)
    assert "ETA" not in text
    assert "task 2  role : Task 1" in text
    assert "usually" not in text
    assert "2 tasks" in text  # how much was done, and no part of an unknown whole


def test_before_the_first_host_it_says_what_is_waited_for() -> None:
    assert "apply  lab / site.yml: Ansible starts" in picture(Record())


def test_many_hosts_are_summed_up_and_those_that_failed_are_named() -> None:
    record = Record(clock=lambda: 30.0)
    for event in events(500, 2):
        record.event(event)
    record.event({"event": "task", "id": "x", "task": "Wait", "role": "", "time": 10.0})
    for number in range(9):
        record.event({"event": "start", "id": "x", "host": f"host{number + 100}", "time": 20.0 - number})
    lines = picture(record).splitlines()
    assert len(lines) < 12
    assert lines[3].split()[:2] == ["all", "500"]
    assert "9 running" in lines[3]
    assert [line.split()[0] for line in lines[4:]] == [
        "host003",
        "host108",
        "host107",
        "host106",
        "host105",
        "host104",
        "...",
    ]
    assert "494 hosts more" in lines[-1]


def test_the_display_of_500_hosts_takes_less_than_a_twentieth_of_a_core() -> None:
    record = Record()
    given = list(events(500, 4))
    begin = time.process_time()
    for event in given:
        record.event(event)
    for_each = (time.process_time() - begin) / (500 * 4)
    frames = 10
    begin = time.process_time()
    for dummy in range(frames):
        picture(record)
    for_a_frame = (time.process_time() - begin) / frames
    assert for_each * RESULTS_A_SECOND + for_a_frame * FRAMES < 0.05
