"""The one way in which commands ask whether to go on."""

from __future__ import annotations

import typer

from benchwright.errors import BenchwrightError


def confirm(question: str) -> None:
    """Ask on stderr; raises BenchwrightError unless somebody says yes."""
    try:
        agreed = typer.confirm(question, err=True)
    except typer.Abort as abort:
        raise BenchwrightError("not confirmed, so nothing was done; --yes confirms without a question") from abort
    if not agreed:
        raise BenchwrightError("not confirmed, so nothing was done")
