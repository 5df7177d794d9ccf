"""A time axis: where a second lies in a picture, and which seconds are marked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from benchwright.outcome import Outcome

STEPS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400)
"""Seconds between two marks."""
MOST_MARKS = 10


@dataclass(frozen=True)
class Mark:
    """A line across the picture."""

    x: float
    label: str


@dataclass(frozen=True)
class Axis:
    """Times are in seconds since 1970, places in units of the picture."""

    began: float
    ended: float
    left: float
    width: float

    def place(self, time: float) -> float:
        return round(self.left + (time - self.began) / (self.ended - self.began) * self.width, 1)

    def marks(self) -> list[Mark]:
        seconds = self.ended - self.began
        step = next((step for step in STEPS if seconds / step <= MOST_MARKS), STEPS[-1] * 6)
        count = int(seconds / step) + 1
        return [Mark(self.place(self.began + index * step), duration(index * step)) for index in range(count)]


def axis_of(outcomes: Iterable[Outcome], left: float, width: float) -> Axis:
    """Return the axis on which all of these lie; there has to be one at least."""
    times = [(outcome.start, outcome.end) for outcome in outcomes]
    began, ended = min(start for start, _end in times), max(end for _start, end in times)
    return Axis(began, max(ended, began + 0.1), left, width)


def duration(seconds: float) -> str:
    """Return seconds as people write them: 0.4 s, 12 s, 3 min 20 s, 1 h 05 min."""
    if seconds < 10:
        return f"{seconds:.1f} s".replace(".0 s", " s")
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s".replace(" 00 s", "")
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"
