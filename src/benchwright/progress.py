"""Progress of long work that has steps: one line that changes on a terminal, a line per step elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def steps() -> Iterator[Callable[[str], None]]:
    """Yield what to call with each message. ``step: detail`` is a step with a detail that changes quickly."""
    if sys.stderr.isatty():
        from rich.console import Console

        with Console(stderr=True).status("") as status:
            yield status.update
        return
    seen: set[str] = set()

    def say(message: str) -> None:
        step = message.partition(":")[0]
        if step not in seen:
            seen.add(step)
            print(message, file=sys.stderr, flush=True)

    yield say
