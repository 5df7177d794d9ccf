"""`benchwright runs` and `benchwright log`: what was run here before, and what it said."""

from __future__ import annotations

import json
import time
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from benchwright.console import console_for
from benchwright.display import Display
from benchwright.outcome import Failure
from benchwright.record import Record
from benchwright.run_directory import RunDirectory, all_runs, find_run, no_run, places_in_view

RunName = Annotated[
    str, typer.Argument(metavar="[RUN]", help="The run's name, its beginning or end, or 'last'. Default: last.")
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]


def runs(as_json: AsJson = False) -> None:
    """List the runs of this directory's project and those of this machine, the last one first."""
    places = places_in_view()
    found = all_runs(*places)
    if as_json:
        typer.echo(json.dumps({"format_version": "1.0", "runs": [run.meta for run in found]}))
        return
    if not found:
        typer.echo(no_run(*places), err=True)
        return
    table = Table(box=None, pad_edge=False)
    for column in ("run", "command", "by", "took", "ended", "on"):
        table.add_column(column, no_wrap=True)
    for run in found:
        table.add_row(*_row(run.id, run.meta))
    console_for().print(table)


def log(
    run: RunName = "last",
    host: Annotated[str | None, typer.Option("--host", metavar="HOST", help="Only what happened on this host.")] = None,
    failed: Annotated[bool, typer.Option("--failed", help="Only what failed.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show what a run said: Ansible's own words, or one line for each result of a host, or the failures."""
    kept = find_run(run, *places_in_view())
    events = [
        event
        for event in kept.read_events()
        if event["event"] == "result"
        and host in (None, event["host"])
        and (not failed or (event["status"] in ("failed", "unreachable") and not event.get("ignored")))
    ]
    if as_json:
        typer.echo(json.dumps({"format_version": "1.0", "run": kept.meta, "results": events}))
    elif failed:
        display = Display(console_for())
        for failure in _failures(kept, host):
            display.failure(failure)
    elif host:
        for event in events:
            typer.echo(_line(event))
    else:
        typer.echo(kept.stdout.read_text(encoding="utf-8"), nl=False)


def _failures(kept: RunDirectory, host: str | None) -> list[Failure]:
    record = Record()
    for event in kept.read_events():
        record.event(event)
    return [failure for failure in record.failures if host in (None, failure.host)]


def _row(name: str, meta: dict[str, Any]) -> list[Text]:
    took = f"{meta['seconds']:.0f} s" if "seconds" in meta else "?"
    ended = str(meta.get("status", "killed, or still running"))
    words = [
        name,
        meta.get("command"),
        meta.get("who"),
        took,
        ended,
        meta.get("on"),
    ]
    return [Text(str(word)) for word in words]


def _line(event: dict[str, Any]) -> str:
    word = "changed" if event["changed"] and event["status"] == "ok" else event["status"]
    when = time.strftime("%H:%M:%S", time.localtime(event["end"]))
    title = f"{event['role']} : {event['task']}" if event["role"] else event["task"]
    why = event.get("skip_reason") or event.get("message") or ""
    return f"{when} {word:<11} {event['end'] - event['start']:6.1f} s  {title}{f'  ({why})' if why else ''}"
