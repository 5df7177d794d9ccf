"""A failure as a card: which task, where it stands, what it said, and how to try that host again."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console, Group
from rich.markup import escape
from rich.panel import Panel
from rich.text import Text

from benchwright.outcome import Failure
from benchwright.paths import short


def show_failure(console: Console, failure: Failure, again: str = "") -> None:
    """Print the card: in a frame on a terminal, as lines elsewhere. ``again`` is a command line that takes ``--limit``."""
    where = "could not be reached" if failure.unreachable else f"failed at {failure.task}"
    lines = list(_lines(failure, again))
    if console.is_terminal:
        title = f"[bold red]✗ {escape(failure.host)} {escape(where)}[/]"
        console.print(Panel(Group(*lines), title=title, title_align="left", border_style="red", padding=(0, 1)))
        return
    console.print(f"[red bold]{escape(failure.host)} {escape(where)}[/]", highlight=False, soft_wrap=True)
    for line in lines:
        console.print(Text("  ") + line, soft_wrap=True)


def _lines(failure: Failure, again: str) -> Iterator[Text]:
    if failure.path:
        yield Text(short(failure.path), style="dim")
    for line in failure.message.splitlines():
        yield Text(line)
    for line in failure.stderr.splitlines():
        yield Text(line, style="dim")
    if again:
        yield Text(f"again: {again} --limit {failure.host}", style="cyan")
