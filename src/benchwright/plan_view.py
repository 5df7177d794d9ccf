"""A plan for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import indent

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from benchwright.paths import short
from benchwright.pieces import Piece
from benchwright.plan import Change, Plan

STYLES = {"+": "green", "-": "red", "~": "yellow", "↻": "cyan", "?": "magenta", "!": "bold red", "@": "cyan"}
MOST_LINES = 40
"""Lines of one difference, and packages of one list, that are shown without ``--full-diff``."""
MOST_NEW_LINES = 10
"""The same of a file that is all new, or all gone."""
MOST_HOSTS = 5
"""Hosts that are named; of more there is only the number."""


def show_plan(console: Console, plan: Plan, title: str, full: bool = False) -> None:
    """Print the plan; ``full`` leaves no line of a difference out."""
    console.print(Text(f"Plan for {title}", style="bold"), soft_wrap=True)
    for change in plan.changes:
        console.print(_headline(change.sign, change.task, change.hosts, change.path), soft_wrap=True)
        console.print(Group(*_details(change, full)), soft_wrap=True)
    for each in plan.unpredictable:
        console.print(_headline("?", each.task, each.hosts, each.path), soft_wrap=True)
        console.print(Text(f"      cannot be predicted: {each.reason}", style="dim"), soft_wrap=True)
    for failure in plan.failures:
        what = "cannot be reached" if failure.unreachable else f"would fail: {failure.task}"
        console.print(_headline("!", what, (failure.host,), failure.path), soft_wrap=True)
        console.print(Text(indent(failure.message, "      ")), soft_wrap=True)
        if failure.stderr:
            console.print(Text(indent(failure.stderr, "      "), style="dim"), soft_wrap=True)
    console.print(Text(summary(plan), style="bold"), soft_wrap=True)
    for line in missing(plan):
        console.print(Text(line, style="bold yellow"), soft_wrap=True)


def summary(plan: Plan) -> str:
    """Return the line that counts."""
    signs, touched = plan.signs, len({host for change in plan.changes for host in change.hosts})
    if not (plan.changes or plan.unpredictable or plan.failures):
        return f"No changes: {_count(len(plan.hosts), 'host')} as described." if plan.complete else "No changes so far."
    words = [
        f"{signs['+']} to add, {signs['~'] + signs['↻']} to change, {signs['-']} to remove "
        f"on {touched} of {_count(len(plan.hosts), 'host')}",
        f"{len(plan.unpredictable)} not predictable",
        f"{_count(len(plan.failures), 'failure')}",
    ]
    alike = f" {plan.alike} hosts share one identical plan." if plan.alike > 1 else ""
    return f"Summary: {', '.join(words)}.{alike}"


def missing(plan: Plan) -> list[str]:
    """Return sentences about how far a plan goes that is not complete."""
    if plan.complete:
        return []
    ends = [f"on {_named(end.hosts)} it ends at {end.task}" for end in plan.ends] or ["it ends before the first task"]
    return [f"NOT COMPLETE: {end}; what comes after is not in this plan." for end in ends]


def _headline(sign: str, what: str, hosts: Sequence[str], path: str) -> Text:
    return Text.assemble(
        ("  " + sign + " ", STYLES.get(sign, "")), (f"{what:<56}", "bold"), f"  {_named(hosts)}  ", (short(path), "dim")
    )


def _details(change: Change, full: bool) -> Iterator[RenderableType]:
    if change.hidden:
        yield Text("      no_log hides the difference", style="dim")
    yield from _pieces(change.pieces, full)


def show_pieces(console: Console, pieces: Sequence[Piece], full: bool = False) -> None:
    """Print the parts of a change without the change's own line."""
    console.print(Group(*_pieces(pieces, full)), soft_wrap=True)


def _pieces(pieces: Sequence[Piece], full: bool) -> Iterator[RenderableType]:
    for piece in pieces:
        if piece.subject:
            count = f"  ({_count(len(piece.packages), 'package')})" if piece.packages else ""
            yield Text.assemble("      ", (piece.sign, STYLES.get(piece.sign, "")), f" {piece.subject}{count}")
        most = MOST_LINES if piece.sign == "~" or piece.packages else MOST_NEW_LINES
        most = len(piece.lines) + len(piece.packages) if full else most
        for line in piece.lines[:most]:
            yield Text(f"          {line}", style=STYLES.get(line[:1], "") if line[:1] in "+-@" else "")
        if piece.packages:
            yield Padding(_packages(piece, most), (0, 0, 0, 10))
        if left := len(piece.lines[most:]) + len(piece.packages[most:]):
            yield Text(f"          ... {left} more; --full-diff shows them", style="dim")


def _packages(piece: Piece, most: int) -> Table:
    table = Table(box=None, pad_edge=False)
    for column in ("package", "now", "then"):
        table.add_column(column, no_wrap=True)
    for name, before, after in piece.packages[:most]:
        sign = "+" if not before else "-" if not after else "~"
        table.add_row(Text(f"{sign} {name}", style=STYLES[sign]), Text(before or "-"), Text(after or "-"))
    return table


def _named(hosts: Sequence[str]) -> str:
    return " ".join(hosts) if len(hosts) <= MOST_HOSTS else f"{len(hosts)} hosts"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"
