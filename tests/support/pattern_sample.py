"""A text that a regular expression matches, such as a path for a route."""

from __future__ import annotations

import re
import re._constants as sre  # type: ignore[import-untyped]
import re._parser as parser  # type: ignore[import-untyped]
from collections.abc import Callable, Mapping
from itertools import takewhile
from typing import Any

CATEGORIES = {sre.CATEGORY_WORD: "a", sre.CATEGORY_DIGIT: "1", sre.CATEGORY_SPACE: " "}


def sample(pattern: str, groups: Mapping[str, str]) -> str:
    """Everything that may be repeated is there once, groups that have a name as ``groups`` says.

    Raises ValueError where the text does not match after all.
    """
    names = {number: name for name, number in re.compile(pattern).groupindex.items()}
    text = "".join(_part(kind, value, names, groups) for kind, value in parser.parse(pattern))
    if not re.fullmatch(pattern, text):
        raise ValueError(f"{text!r} was to match {pattern!r}")
    return text


def beginning(pattern: str) -> str:
    """What every text begins with that matches: all up to the first that may be this or that."""
    literals = takewhile(lambda part: part[0] in (sre.LITERAL, sre.AT), parser.parse(pattern))
    return "".join(chr(value) for kind, value in literals if kind is sre.LITERAL)


SINGLE: dict[Any, Callable[[Any], str]] = {
    sre.CATEGORY: lambda value: CATEGORIES[value],
    sre.LITERAL: chr,
    sre.RANGE: lambda value: chr(value[0]),
    sre.AT: lambda dummy: "",
}


def _part(kind: Any, value: Any, names: Mapping[int, str], groups: Mapping[str, str]) -> str:
    def inner(parts: Any) -> str:
        return "".join(_part(*part, names, groups) for part in parts)

    if kind is sre.SUBPATTERN:
        number, dummy_added, dummy_removed, parts = value
        name = names.get(number, "")
        return groups[name] if name in groups else inner(parts)
    if kind in (sre.MAX_REPEAT, sre.MIN_REPEAT):
        minimum, dummy_maximum, parts = value
        return inner(parts) * max(1, minimum)
    if kind is sre.BRANCH:
        return inner(value[1][0])
    if kind is sre.IN:
        return _part(*value[0], names, groups)
    return SINGLE.get(kind, lambda dummy: "x")(value)  # any character, or any but some
