"""The one way in which commands ask whether to go on."""

from __future__ import annotations

import sys

import typer

from benchwright.errors import BenchwrightError

WITHOUT = "--yes confirms without a question"


def confirm(question: str, without: str = WITHOUT) -> None:
    """Ask on stderr; raises BenchwrightError unless somebody says yes. ``without`` says how to go on without being asked."""
    try:
        agreed = typer.confirm(question, err=True)
    except typer.Abort as abort:
        typer.echo(err=True)  # nobody has ended the question's line
        raise BenchwrightError(f"not confirmed, so nothing was done; {without}") from abort
    if not sys.stdin.isatty():
        typer.echo(err=True)
    if not agreed:
        raise BenchwrightError("not confirmed, so nothing was done")
