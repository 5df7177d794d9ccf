"""What something takes of the processor: by the clock it would hang on what else the machine does."""

from __future__ import annotations

import resource
from collections.abc import Callable
from typing import TypeVar

Thing = TypeVar("Thing")


def used_by(call: Callable[[], Thing]) -> tuple[float, Thing]:
    """Seconds of the processor that the processes took which the call ran and waited for, and what it returned."""
    before = _seconds()
    returned = call()
    return _seconds() - before, returned


def _seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
