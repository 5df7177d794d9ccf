"""The machines of an inventory, as its hosts tell of them: one table, and one list for programs."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from rich.markup import escape
from rich.table import Table

from benchwright.record import Record

TASK = "Show the machines"
COLUMNS = {
    "name": "host",
    "address": "address",
    "provider": "provider",
    "region": "region",
    "size": "size",
    "role": "role",
    "status": "status",
    "monthly_cost": "$ a month",
    "expires": "last day",
}
Machine = Mapping[str, Any]


def machines_of(record: Record) -> list[dict[str, Any]]:
    """Return what the playbook ``hosts`` said of each host."""
    return [
        dict(machine)
        for task in record.tasks
        if task.name == TASK
        for outcome in task.outcomes.values()
        for machine in (outcome.answer or {}).get("msg") or ()
    ]


def expired(machines: Iterable[Machine], today: datetime.date) -> list[Machine]:
    """Return the machines whose last day is over."""
    return [each for each in machines if each.get("expires") and str(each["expires"]) < today.isoformat()]


def machines_table(machines: Iterable[Machine]) -> Table:
    """Return the table, with what all of them cost together below the costs."""
    listed = sorted(machines, key=lambda each: str(each.get("name")))
    cost = sum(float(each.get("monthly_cost") or 0) for each in listed)
    table = Table(box=None, pad_edge=False, show_footer=bool(cost))
    for name, title in COLUMNS.items():
        table.add_column(
            title,
            justify="right" if name == "monthly_cost" else "left",
            footer=f"{cost:.2f}" if name == "monthly_cost" else "",
        )
    for machine in listed:
        table.add_row(*(escape(_text(machine.get(name))) for name in COLUMNS))
    return table


def _text(value: Any) -> str:
    return f"{value:.2f}" if isinstance(value, float) else str(value or "")
