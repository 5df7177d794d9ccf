"""The parts of a change, made of the differences that modules give: what it is about, its sign, and lines or packages."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

PACKAGE_ACTIONS = (
    "benchwright.python.conda_env",
    "benchwright.python.conda_package",
    "benchwright.python.debian_packages",
)
"""Modules whose differences are lists of packages, one a line."""
ADDED, REMOVED, CHANGED = "+", "-", "~"


@dataclass(frozen=True)
class Piece:
    """One file, directory, environment or state that would be different."""

    sign: str
    subject: str
    """A path, mostly; empty where the task says all."""
    lines: tuple[str, ...] = ()
    packages: tuple[tuple[str, str, str], ...] = ()
    """Name, version before, version after; no version: not there."""


def pieces_of(parts: Sequence[Mapping[str, Any]], action: str) -> tuple[Piece, ...]:
    """Return the pieces of a result's differences."""
    return tuple(_piece(part, action) for part in parts)


def _piece(part: Mapping[str, Any], action: str) -> Piece:
    subject = _subject(part)
    if "prepared" in part:
        return Piece(CHANGED, subject, tuple(str(part["prepared"]).splitlines()))
    before, after = part.get("before"), part.get("after")
    sign = _sign(before, after)
    if isinstance(before, Mapping) or isinstance(after, Mapping):
        return Piece(sign, subject, tuple(_values(before or {}, after or {})))
    old, new = str(before or "").splitlines(), str(after or "").splitlines()
    if action in PACKAGE_ACTIONS:
        others = tuple(line for line in _changed_lines(*(_others(side) for side in (old, new))) if line[0] in "+-")
        return Piece(sign if subject else CHANGED, subject, others, tuple(_packages(old, new)))
    return Piece(sign, subject, tuple(_changed_lines(old, new)))


def _subject(part: Mapping[str, Any]) -> str:
    for side in ("after_header", "before_header"):
        if part.get(side):
            return str(part[side])
    for side in ("after", "before"):
        if isinstance(part.get(side), Mapping) and part[side].get("path"):
            return str(part[side]["path"])
    return ""


def _sign(before: Any, after: Any) -> str:
    return ADDED if _absent(before) else REMOVED if _absent(after) else CHANGED


def _absent(side: Any) -> bool:
    return not side or (isinstance(side, Mapping) and side.get("state") == "absent")


def _values(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """Yield what differs of values that have names."""
    for name in [*before, *(name for name in after if name not in before)]:
        old, new = before.get(name), after.get(name)
        if old != new:
            yield f"{name}: {new}" if old is None else f"{name}: {old} -> {new}"


def _changed_lines(old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    lines = difflib.unified_diff(old, new, n=1, lineterm="")
    for line in list(lines)[2:]:
        if not line.startswith("@@ -1 ") and not line.startswith("@@ -0,0"):
            yield line


def _others(lines: Sequence[str]) -> list[str]:
    """Return what is no package: variables and the like, as ``facts: /envs/lab``."""
    return [line for line in lines if line.split()[:1] and line.split()[0].endswith(":")]


def _packages(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Lines are ``name version build`` or ``name version``, or only a name where apt knows the version later."""
    sides = [_versions(side) for side in (old, new)]
    for name in sorted({**sides[0], **sides[1]}):
        before, after = sides[0].get(name, ""), sides[1].get(name, "")
        if before != after:
            yield name, before, after


def _versions(lines: Sequence[str]) -> dict[str, str]:
    words = [line.split() for line in lines if line.strip()]
    return {name: " ".join(rest) or "any" for name, *rest in words if not name.endswith(":")}
