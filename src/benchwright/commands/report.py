"""`benchwright report`: a run as a page to look at and hand on."""

from __future__ import annotations

import json
import webbrowser
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from benchwright.errors import BenchwrightError
from benchwright.report.render import Format, render
from benchwright.report.story import Story, story_of, tell
from benchwright.run_directory import find_run, places_in_view
from benchwright.whole_file import PRIVATE, write_whole

STDOUT = "-"

RunOrEvents = Annotated[
    str,
    typer.Argument(
        metavar="[RUN]",
        help="The run's name, its beginning or end, or 'last'; or a file of events, as of plain ansible-playbook. Default: last.",
    ),
]


def report(
    run: RunOrEvents = "last",
    format: Annotated[
        Format,
        typer.Option(
            "--format",
            help="html: one page that needs nothing else; md: for a comment on a change; junit: for CI; json: everything.",
        ),
    ] = Format.HTML,
    out: Annotated[
        str | None,
        typer.Option(
            "--out", metavar="FILE", help="Where to write it; - is stdout. Default: a page beside the run, else stdout."
        ),
    ] = None,
    open_it: Annotated[bool, typer.Option("--open", help="Open it in a browser.")] = False,
) -> None:
    """Tell of a run: outcome, failures, a picture of each host's time, changes with their differences, checks."""
    story, beside = _found(run)
    text = render(story, format)
    place = out or (str(beside / "report.html") if format is Format.HTML else STDOUT)
    if place == STDOUT:
        if open_it:
            raise BenchwrightError("--open needs a file; name one with --out")
        typer.echo(text, nl=False)
        return
    path = Path(place)
    _write(path, text)
    typer.echo(f"{path} ({len(text.encode()) / 1000:.0f} kB)")
    if open_it:
        webbrowser.open(path.absolute().as_uri())


def _found(name: str) -> tuple[Story, Path]:
    """Return the story, and the directory where its page belongs."""
    path = Path(name)
    if path.is_file():
        return tell({}, _events(path)), path.absolute().parent
    kept = find_run(name, *places_in_view())
    return story_of(kept), kept.path


def _events(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the events of a file that need not come from a run of ours. Raises BenchwrightError where it holds something else."""
    for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
        try:
            event = json.loads(line)
        except ValueError:
            event = None
        if not isinstance(event, dict) or "event" not in event:
            raise BenchwrightError(f"{path}:{number}: expected an event, as docs/events.md describes it")
        yield event


def _write(path: Path, text: str) -> None:
    """Only its owner can read it, as the run itself: differences may be nobody else's business."""
    try:
        write_whole(path, text.encode(), PRIVATE)
    except OSError as error:
        raise BenchwrightError(f"--out {path}: {error.strerror}") from error
