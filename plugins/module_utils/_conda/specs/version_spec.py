# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The constraints that a match spec puts on a version, judged as conda judges them.

========================== ===========================================================
``1.2``, ``==1.2``         equal in conda's order, so 1.2.0 too
``=1.2``, ``1.2.*``        1.2 and whatever starts with it
``>=1.2`` ``<2`` ``!=1.3`` conda's order; a ``.*`` counts for ``!=`` only
``~=1.4.2``                at least 1.4.2, and in 1.4.*
``1.*.3``                  ``*`` stands for any text
``^1\\.[02]$``             a regular expression on the version's text
``a,b``  ``a|b``  ``(a)``  both, either, grouped; ``,`` binds before ``|``
========================== ===========================================================
"""

from __future__ import annotations

import operator
import re
from collections import deque
from typing import Any, Callable, Iterable, Tuple

from .version import Version, VersionError, parse_version

__all__ = ["VersionSpec"]

Predicate = Callable[[str], bool]
# What reading a part of a constraint yields: its one spelling, and the test.
Part = Tuple[str, Predicate]

# A regular expression is one token: it may hold the characters that separate the others.
TOKEN = re.compile(r"\s*(\^[^$]*\$|[()|,]|[^()|,]+)")
RELATION = re.compile(r"(~=|==|!=|<=|>=|=|<|>)\s*([^=<>!~\s].*)?")
GLOB_TEXT = re.compile(r"[0-9A-Za-z_.*+!-]+")
MAX_PARENTHESES = 20
COMPARISONS: dict[str, Callable[[Version, Version], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
    "=": Version.startswith,
}


class VersionSpec:
    """A constraint on versions.

    :ivar text: the constraint in one spelling: ``==1.2`` for an exact version, ``1.2.*`` for a prefix, no blanks.
    :ivar matches: takes a record's version as text; raises VersionError when that is no version.
    :raises VersionError: when the text is no constraint.
    """

    __slots__ = ("matches", "text")

    def __init__(self, text: str) -> None:
        if text.count("(") > MAX_PARENTHESES:
            raise VersionError(f"version constraint {text[:40]!r}... has more than {MAX_PARENTHESES} parentheses")
        tokens = deque(filter(None, (token.strip() for token in TOKEN.findall(text))))
        self.text, self.matches = _either(tokens, text)
        if tokens:
            raise VersionError(f"version constraint {text!r}: ',' or '|' is missing before {tokens[0]!r}")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, VersionSpec) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return f"VersionSpec({self.text!r})"


def _either(tokens: deque[str], whole: str) -> Part:
    return _joined("|", any, _both, tokens, whole)


def _both(tokens: deque[str], whole: str) -> Part:
    return _joined(",", all, _group, tokens, whole)


def _joined(
    separator: str,
    combine: Callable[[Iterable[bool]], bool],
    read_part: Callable[[deque[str], str], Part],
    tokens: deque[str],
    whole: str,
) -> Part:
    parts: list[Part] = [read_part(tokens, whole)]
    while tokens and tokens[0] == separator:
        tokens.popleft()
        parts.append(read_part(tokens, whole))
    if len(parts) == 1:
        return parts[0]
    tests = [test for dummy, test in parts]
    return separator.join(text for text, dummy in parts), lambda version: combine(test(version) for test in tests)


def _group(tokens: deque[str], whole: str) -> Part:
    token = tokens.popleft() if tokens else "its end"
    if token in ("its end", ",", "|", ")"):
        raise VersionError(f"version constraint {whole!r} lacks a version before {token}")
    if token != "(":
        return _constraint(token, whole)
    text, test = _either(tokens, whole)
    if not tokens or tokens.popleft() != ")":
        raise VersionError(f"version constraint {whole!r} has an unclosed '('")
    return f"({text})", test


def _constraint(text: str, whole: str) -> Part:
    """One constraint without ',' and '|'."""
    if text.startswith("^") or text.endswith("$"):
        return text, _pattern(text, whole)
    relation = RELATION.fullmatch(text)
    if relation:
        if not relation.group(2):
            raise VersionError(f"version constraint {whole!r}: a version is missing after {text!r}")
        return _relation(relation.group(1), relation.group(2), whole)
    if text == "*":
        return text, _pattern("^.*$", whole)
    if "*" in text[:-1]:
        return text, _glob(text, whole)
    if text.endswith("*"):
        return _relation("=", text[:-1].rstrip("."), whole)
    return _relation("==", text, whole)


def _relation(sign: str, text: str, whole: str) -> Part:
    series = text.endswith(".*")
    if series:
        text = text[:-2]
        if text.endswith("*"):
            raise VersionError(f"version constraint {whole!r}: '.*' stands once, at the end")
    wanted = parse_version(text)
    if sign == "~=":
        if series or "." not in text:
            raise VersionError(f"version constraint {whole!r}: '~=' wants at least two numbers and no '*', as in ~=1.4")
        return f"~={text}", _compatible(wanted, parse_version(wanted.text.rpartition(".")[0]))
    if sign == "!=" and series:
        return f"!={text}.*", lambda version: not parse_version(version).startswith(wanted)
    compare = COMPARISONS[sign]
    # conda takes the '*' of ">=1.2*" for a word of the version, less than any other: 1.2rc1 is admitted. No version
    # has that word, so that "=1.2*,<3" would admit nothing.
    if sign in ("=", "==") and "*" in text:
        raise VersionError(f"version constraint {whole!r}: write {text.replace('*', '.*')!r} for what starts with it")
    return f"{text}.*" if sign == "=" else sign + text, lambda version: bool(compare(parse_version(version), wanted))


def _compatible(least: Version, series: Version) -> Predicate:
    def test(text: str) -> bool:
        version = parse_version(text)
        return version >= least and version.startswith(series)

    return test


def _glob(text: str, whole: str) -> Predicate:
    if "**" in text or not GLOB_TEXT.fullmatch(text):
        raise VersionError(f"version constraint {whole!r}: {text!r} is no pattern of a version")
    return _pattern(f"^{re.escape(text)}$".replace(r"\*", ".*"), whole)


def _pattern(text: str, whole: str) -> Predicate:
    if not (text.startswith("^") and text.endswith("$")):
        raise VersionError(f"version constraint {whole!r}: a regular expression starts with '^' and ends with '$'")
    try:
        pattern = re.compile(text)
    except (re.error, OverflowError, RecursionError) as error:
        raise VersionError(f"version constraint {whole!r}: {text!r} is no regular expression: {error}") from None
    return lambda version: pattern.match(version) is not None
