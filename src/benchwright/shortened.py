"""A line that gives up its middle where there is no room for all of it: both ends of a name or a path tell more."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.text import Text


@dataclass(frozen=True)
class Shortened:
    """One line of text in a rich style."""

    text: str
    style: str = ""

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        width = cell_len(self.text)
        return Measurement(min(1, width), width).with_maximum(options.max_width)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Text(shortened(self.text, options.max_width), self.style, no_wrap=True, overflow="crop")


def shortened(text: str, width: int) -> str:
    """Return a text that takes at most so many columns of a terminal, with ``…`` for what had to go."""
    if cell_len(text) <= width:
        return text
    last = (width - 1) // 2
    return f"{set_cell_size(text, width - 1 - last)}…{set_cell_size(text[::-1], last)[::-1]}" if width > 0 else ""
