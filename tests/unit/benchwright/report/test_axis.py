"""Where a second lies in a picture."""

from __future__ import annotations

import pytest

from benchwright.outcome import Outcome
from benchwright.report.axis import MOST_MARKS, Axis, axis_of, duration


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.04, "0 s"),
        (0.44, "0.4 s"),
        (3, "3 s"),
        (59.4, "59 s"),
        (60, "1 min"),
        (200, "3 min 20 s"),
        (3900, "1 h 05 min"),
    ],
)
def test_durations_are_as_people_write_them(seconds: float, words: str) -> None:
    assert duration(seconds) == words


@pytest.mark.parametrize("seconds", [0.3, 1, 9, 61, 700, 5000, 80_000, 400_000])
def test_marks_are_few_and_inside(seconds: float) -> None:
    axis = Axis(100.0, 100.0 + seconds, 190.0, 900.0)
    marks = axis.marks()
    assert 1 < len(marks) <= MOST_MARKS + 1
    assert all(190 <= mark.x <= 1090 for mark in marks)


def test_a_run_without_any_time_has_an_axis_nevertheless() -> None:
    axis = axis_of([Outcome("h", start=5.0, end=5.0)], 0.0, 100.0)
    assert axis.place(5.0) == 0.0
