"""How wide what is printed may be, decided once for all commands."""

from __future__ import annotations

from rich.console import Console

PIPED_WIDTH = 200
"""Columns where no terminal says how many it has: enough for a table's row to stay one line."""


def console_for(stderr: bool = False, no_color: bool = False) -> Console:
    """Return a console on stdout or stderr: as wide as its terminal, and PIPED_WIDTH where it is none."""
    made = Console(stderr=stderr, no_color=no_color or None)
    if not made.is_terminal:
        made.width = PIPED_WIDTH
    return made
