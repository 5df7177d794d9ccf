"""What ``--diff`` shows: the differences that a task's result carries, as lines of a unified diff."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

MOST_LINES = 400
"""Lines of one difference that are shown; an environment has some hundred packages."""


def differences(found: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the lines for the differences of a result. Nothing where a task says nothing, or must not."""
    return [line for difference in found for line in _lines(difference)]


def _lines(difference: Mapping[str, Any]) -> Iterator[str]:
    if "prepared" in difference:
        yield from str(difference["prepared"]).splitlines()
        return
    before, after = (_text(difference.get(side)).splitlines() for side in ("before", "after"))
    old, new = (str(difference.get(f"{side}_header") or side) for side in ("before", "after"))
    shown = list(difflib.unified_diff(before, after, old, new, n=1, lineterm=""))
    yield from shown[:MOST_LINES]
    if len(shown) > MOST_LINES:
        yield f"... and {len(shown) - MOST_LINES} lines more"


def _text(side: Any) -> str:
    """Modules give text, or values that Ansible shows as JSON."""
    if side is None:
        return ""
    return side if isinstance(side, str) else json.dumps(side, indent=2, sort_keys=True)
