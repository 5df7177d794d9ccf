"""Machines as a table, and those whose last day is over."""

from __future__ import annotations

import datetime
import io

from rich.console import Console

from benchwright.machines import expired, machines_of, machines_table
from benchwright.record import Record

MACHINES = [
    {"name": "wb-02", "address": "203.0.113.8", "expires": "2026-12-31", "monthly_cost": 12.0},
    {"name": "wb-01", "address": "203.0.113.7", "expires": "", "monthly_cost": 24.0},
    {"name": "desk", "address": "desk", "expires": "", "monthly_cost": ""},
]


def test_a_last_day_counts_whole() -> None:
    assert expired(MACHINES, datetime.date(2026, 12, 31)) == []
    assert [each["name"] for each in expired(MACHINES, datetime.date(2027, 1, 1))] == ["wb-02"]


def test_the_table_adds_the_costs() -> None:
    stream = io.StringIO()
    Console(file=stream, width=200).print(machines_table(MACHINES))
    lines = [line.split() for line in stream.getvalue().splitlines()]
    assert [line[0] for line in lines[1:4]] == ["desk", "wb-01", "wb-02"]
    assert lines[-1] == ["36.00"]


def test_machines_are_what_the_playbook_says() -> None:
    record = Record()
    known = {"id": "1", "task": "Show the machines", "time": 1.0}
    record.event({"event": "task", **known})
    record.event({"event": "result", **known, "host": "localhost", "status": "ok", "answer": {"msg": MACHINES}})
    assert machines_of(record) == MACHINES
