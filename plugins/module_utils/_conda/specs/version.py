# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""conda's order of versions.

A version is an optional epoch (``1!``), segments separated by ``.`` or ``_``, and an optional local part (``+abc.1``).
A segment is a run of numbers and words. The order, from least to greatest, of what can stand at one place:
``*`` < ``dev`` < ``_`` < any word < a number < ``post``; what is missing counts as 0, so that 1.1 == 1.1.0.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import zip_longest
from typing import Tuple, Union

from ..errors import CondaError

__all__ = ["Version", "VersionError", "parse_version"]

# A number sorts by its value, a word by its text; "post" is a number greater than every other.
Atom = Union[int, float, str]
Segments = Tuple[Tuple[Atom, ...], ...]

# "DEV" in upper case, because every other word is in lower case and ``*`` < ``D`` < ``_`` < ``a`` in ASCII.
SPECIAL_WORDS: dict[str, Atom] = {"post": float("inf"), "dev": "DEV"}

VERSION_TEXT = re.compile(r"[0-9a-z_.*+!]+")
NUMBER_OR_WORD = re.compile(r"[0-9]+|\*+|[^0-9*]+")


class VersionError(CondaError, ValueError):
    """A text is no conda version, or no constraint on versions; the message says which text and why."""


class Version:
    """One version of a conda package, ordered and compared as conda does.

    :param text: the version as a package record spells it; case and surrounding blanks do not count.
    :raises VersionError: when conda would refuse the text.
    """

    __slots__ = ("_local", "_public", "text")

    def __init__(self, text: str) -> None:
        normal = text.strip().lower()
        if "_" not in normal:
            normal = normal.replace("-", "_")
        if not VERSION_TEXT.fullmatch(normal):
            raise VersionError(
                f"{text!r} is not a conda version: wanted letters, digits and any of '._+!*', "
                "or '-' where there is no '_'"
            )
        epoch, bang, rest = normal.rpartition("!")
        public, plus, local = rest.partition("+")
        if "!" in epoch or "+" in local:
            raise VersionError(f"{text!r} is not a conda version: it has two '!' or two '+'")
        if bang and not epoch.isdigit():
            raise VersionError(f"{text!r} is not a conda version: what stands before '!' must be a number")
        self.text = normal
        # A trailing '_' is a word of the last segment, so that openssl's 1.0.1_ < 1.0.1a; any other separates.
        words = public[:-1].replace("_", ".") + public[-1:]
        self._public = ((int(epoch or "0"),), *_segments(words, text))
        self._local = _segments(local.replace("_", "."), text) if plus else ()

    def startswith(self, prefix: Version) -> bool:
        """Whether this version lies in ``prefix.*``: 1.2.3 in 1.2.*, 1.20 not; a word may be cut: 1.2rc in 1.2r.*."""
        mine, wanted = self._public, prefix._public
        if prefix._local:
            if _compare(mine, wanted):
                return False
            mine, wanted = self._local, prefix._local
        last = len(wanted) - 1
        if _compare(mine[:last], wanted[:last]):
            return False
        segment = mine[last] if len(mine) > last else ()
        *head, end = wanted[last]
        if _compare((segment[: len(head)],), (tuple(head),)):
            return False
        atom = segment[len(head)] if len(segment) > len(head) else 0
        if isinstance(end, str):
            return isinstance(atom, str) and atom.startswith(end)
        return atom == end

    def _order(self, other: Version) -> int:
        return _compare(self._public, other._public) or _compare(self._local, other._local)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Version) and not self._order(other)

    def __lt__(self, other: Version) -> bool:
        return self._order(other) < 0

    def __le__(self, other: Version) -> bool:
        return self._order(other) <= 0

    def __gt__(self, other: Version) -> bool:
        return self._order(other) > 0

    def __ge__(self, other: Version) -> bool:
        return self._order(other) >= 0

    def __hash__(self) -> int:
        return hash((_without_zeros(self._public), _without_zeros(self._local)))

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"Version({self.text!r})"


parse_version = lru_cache(maxsize=8192)(Version)


def _segments(dotted: str, whole: str) -> Segments:
    return tuple([_atoms(name, whole) for name in dotted.split(".")])


def _atoms(name: str, whole: str) -> tuple[Atom, ...]:
    try:
        if name.isdigit():
            return (int(name),)
        atoms = [int(run) if run.isdigit() else SPECIAL_WORDS.get(run, run) for run in NUMBER_OR_WORD.findall(name)]
    except ValueError:  # Python refuses to read thousands of digits
        raise VersionError(f"{whole[:40]!r}... is not a conda version: it has a number too long to read") from None
    if not atoms:
        raise VersionError(f"{whole!r} is not a conda version: it has an empty part")
    # Every segment starts with a number, so that numbers meet numbers: 1.1.a1 == 1.1.0a1.
    return tuple(atoms) if name[0].isdigit() else (0, *atoms)


def _compare(left: Segments, right: Segments) -> int:
    """Negative, zero or positive, as left is less than, equal to or greater than right."""
    for mine, other in zip_longest(left, right, fillvalue=()):
        if mine == other:
            continue
        for a, b in zip_longest(mine, other, fillvalue=0):
            if a != b:
                return -1 if _less(a, b) else 1
    return 0


def _less(a: Atom, b: Atom) -> bool:
    if isinstance(a, str):
        return not isinstance(b, str) or a < b
    return not isinstance(b, str) and a < b


def _without_zeros(segments: Segments) -> Segments:
    """What is left when everything is cut off that compares equal to nothing."""
    kept = [segment[: 1 + max((i for i, atom in enumerate(segment) if atom != 0), default=-1)] for segment in segments]
    while kept and not kept[-1]:
        kept.pop()
    return tuple(kept)
