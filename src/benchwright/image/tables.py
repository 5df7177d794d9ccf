"""Images and containers for people. Pure but for the printing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from rich.filesize import decimal
from rich.markup import escape
from rich.table import Table

from benchwright.console import console_for

"""Columns of a table that nobody sees on a terminal."""
UNITS = (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1))


def age(created: str, now: datetime) -> str:
    """``2026-11-29T01:54:30Z`` -> ``3 hours``."""
    seconds = max(0, int((now - datetime.strptime(created, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)).total_seconds()))
    for unit, length in UNITS:
        count = seconds // length
        if count:
            return f"{count} {unit}{'s' * (count != 1)}"
    return "now"


def short(identifier: str) -> str:
    """Return the first digits of an id, which do for every command."""
    return identifier.removeprefix("sha256:")[:12]


def images_table(images: Sequence[Mapping[str, Any]], now: datetime) -> Table:
    """Return the table of images, in the order in which they come."""
    table = _table("name", "tag", "id", "age", "size", "environments", "serves on", "containers")
    for image in images:
        table.add_row(
            escape(image["name"] or "(none)"),
            escape(image["tag"] or "(none)"),
            short(image["id"]),
            age(image["created"], now),
            decimal(image["size"]),
            escape(", ".join(image["environments"])),
            str(image["port"] or ""),
            str(image["containers"]),
        )
    return table


def containers_table(containers: Sequence[Mapping[str, Any]], now: datetime) -> Table:
    """Return the table of containers, in the order in which they come."""
    table = _table("name", "id", "image", "state", "age", "ports")
    for one in containers:
        table.add_row(
            escape(one["name"]),
            short(one["id"]),
            escape(one["image"]),
            escape(one["status"]),
            age(one["created"], now),
            escape(", ".join(one["ports"])),
        )
    return table


def show(table: Table) -> None:
    """Print it, as wide as it has to be where nobody sees it on a terminal."""
    console_for().print(table)


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, justify="right" if column in ("size", "containers") else "left", no_wrap=True)
    return table
