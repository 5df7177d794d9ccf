"""`benchwright lock`: which packages make the environment of a description, solved once, here, for all hosts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from benchwright.console import console_for
from benchwright.locking.asked import Asked
from benchwright.options import FullDiff
from benchwright.pieces import Piece
from benchwright.plan_view import show_pieces
from benchwright.progress import steps
from benchwright.runner import collection_path
from benchwright.status import ExitCode
from benchwright.target import target_of

if TYPE_CHECKING:
    from benchwright.locking.work import Lock

LOCAL_ADDRESSES = (
    "addresses of this machine's disk (file://), which other hosts cannot read; for them serve the channel "
    "('benchwright channel serve') and give its URL with --source"
)


def lock(
    asked: Asked,
    description: Annotated[
        Path,
        typer.Argument(
            metavar="[ENVIRONMENT.YML]", dir_okay=False, help="The description, in any form that conda_env reads."
        ),
    ] = Path("environment.yml"),
    check: Annotated[bool, typer.Option("-C", "--check", help="Write nothing; say what would change.")] = False,
    detailed_exitcode: Annotated[
        bool, typer.Option("--detailed-exitcode", help="Exit code 2 where something changes, or would.")
    ] = False,
    full_diff: FullDiff = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Solve a description once, and write down address and digest of each package: hosts given the lock solve nothing.

    What the lock has already stays as long as it is what the description asks for, also where there is something newer.
    """
    collection_path()  # the description is read by the collection's own reader
    from benchwright.locking.work import lock_of

    with steps() as progress:
        made = lock_of(description, asked, lambda text: typer.echo(text, err=True), progress, target_of(None).here)
    for what in made.wanted.ignored:
        typer.echo(f"{description}: {what}: not part of a lock; give it to conda_env beside the lock", err=True)
    if made.changed and "file://" in made.text:
        typer.echo(f"{made.path}: {LOCAL_ADDRESSES}", err=True)
    if made.changed and not check:
        made.write()
    code = ExitCode.CHANGES_PENDING if made.changed and detailed_exitcode else ExitCode.SUCCESS
    if as_json:
        typer.echo(json.dumps(_document(made, check, code)))
    else:
        _show(made, check, full_diff)
    raise typer.Exit(code)


def _document(made: Lock, check: bool, code: ExitCode) -> dict[str, Any]:
    pending = "changes_pending" if check else "changed"
    return {
        "format_version": "1.0",
        "command": "lock",
        "status": pending if made.changed else "unchanged",
        "exit_code": int(code),
        "changed": made.changed,
        "lock": str(made.path.absolute()),
        "platforms": list(made.platforms),
        "not_locked": list(made.wanted.ignored),
        "changes": [change for piece in made.changes for change in _changes(piece)],
    }


def _changes(piece: Piece) -> Sequence[dict[str, Any]]:
    return [
        {"platform": piece.subject, "package": name, "before": before or None, "after": after or None}
        for name, before, after in piece.packages
    ]


def _show(made: Lock, check: bool, full: bool) -> None:
    console = console_for()
    if made.changed and not made.changes:
        console.print(Text("the same packages, noted to be those of the description as it is now"), soft_wrap=True)
    if made.changes:
        show_pieces(console, made.changes, full)
    verb = ("would be written" if check else "written") if made.changed else "unchanged"
    console.print(Text(f"{made.path}: {verb}, for {', '.join(made.platforms)}"), soft_wrap=True)
