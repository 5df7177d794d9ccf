# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Python's versions and version specifiers (PEP 440), for targets that have no ``packaging``."""

from __future__ import annotations

import re
from functools import total_ordering
from typing import Any, Callable, NamedTuple

__all__ = ["PythonVersion", "PythonVersionError", "SpecifierSet"]

VERSION = re.compile(
    r"""\s* v?
    (?:(?P<epoch>[0-9]+)!)?
    (?P<release>[0-9]+(?:\.[0-9]+)*)
    (?:[-_.]?(?P<pre>alpha|beta|preview|pre|a|b|c|rc)[-_.]?(?P<pre_number>[0-9]*))?
    (?:-(?P<post_alone>[0-9]+)|[-_.]?(?P<post>post|rev|r)[-_.]?(?P<post_number>[0-9]*))?
    (?:[-_.]?(?P<dev>dev)[-_.]?(?P<dev_number>[0-9]*))?
    (?:\+(?P<local>[a-z0-9]+(?:[-_.][a-z0-9]+)*))?
    \s*""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
SPECIFIER = re.compile(r"\s*(===|~=|==|!=|<=|>=|<|>)\s*(\S+?)(\.\*)?\s*", re.ASCII)
PRE_RELEASES = {"alpha": "a", "a": "a", "beta": "b", "b": "b", "c": "rc", "rc": "rc", "pre": "rc", "preview": "rc"}

# Parts of the sort key that stand for an absent part: before, or after, every present one.
BEFORE: tuple[int, ...] = (-1,)
AFTER: tuple[int, ...] = (1,)


class PythonVersionError(ValueError):
    """A text is no version, or no version specifier, of a Python package; the message says which and why."""


@total_ordering
class PythonVersion:
    """One version of a Python package, ordered as PEP 440 says.

    :raises PythonVersionError: when the text is no such version.
    """

    def __init__(self, text: str) -> None:
        match = VERSION.fullmatch(text)
        if not match:
            raise PythonVersionError(
                f"{text!r} is not a version as PEP 440 defines it, such as 1.2, 1.2rc1 or 1.2.post1"
            )
        try:
            self._read(match)
        except ValueError:  # Python refuses to read thousands of digits
            raise PythonVersionError(f"{text[:40]!r}... is not a version: it has a number too long to read") from None

    def _read(self, match: re.Match[str]) -> None:
        self.epoch = int(match["epoch"] or 0)
        self.release = tuple(int(number) for number in match["release"].split("."))
        self.pre = (PRE_RELEASES[match["pre"].lower()], int(match["pre_number"] or 0)) if match["pre"] else None
        post = match["post_alone"] or (match["post"] and (match["post_number"] or 0))
        self.post = None if post is None else int(post)
        self.dev = int(match["dev_number"] or 0) if match["dev"] else None
        local = re.split(r"[-_.]", match["local"].lower()) if match["local"] else []
        self.local = tuple((1, int(part), "") if part.isdigit() else (0, 0, part) for part in local)

    @property
    def is_prerelease(self) -> bool:
        """Whether it precedes its release: 1.0a1, 1.0rc2, 1.0.dev3."""
        return self.pre is not None or self.dev is not None

    @property
    def base(self) -> tuple[Any, ...]:
        """Epoch and release: what pre-, post- and development releases of one release have in common."""
        return self.epoch, _without_zeros(self.release)

    @property
    def public(self) -> tuple[Any, ...]:
        """What sorts versions that differ in more than their local part."""
        # 1.0.dev1 < 1.0a1 < 1.0: a development release of no pre-release comes before the pre-releases.
        absent = BEFORE if self.post is None and self.dev is not None else AFTER
        pre = (0, *self.pre) if self.pre else absent
        post = BEFORE if self.post is None else (0, self.post)
        dev = AFTER if self.dev is None else (0, self.dev)
        return (*self.base, pre, post, dev)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PythonVersion) and (self.public, self.local) == (other.public, other.local)

    def __lt__(self, other: PythonVersion) -> bool:
        return (self.public, self.local) < (other.public, other.local)

    def __hash__(self) -> int:
        return hash((self.public, self.local))


class Specifier(NamedTuple):
    """One clause of a specifier set."""

    sign: str
    text: str
    """The version as written; what ``===`` compares."""
    version: PythonVersion | None
    """None for ``===``."""

    def admits(self, candidate: str) -> bool:
        """Whether a version satisfies the clause; one that PEP 440 does not know satisfies only ``===``."""
        if self.version is None:
            return candidate.strip().lower() == self.text.lower()
        try:
            return TESTS[self.sign](PythonVersion(candidate), self.version)
        except PythonVersionError:
            return False


class SpecifierSet:
    """Clauses separated by commas, all of which a version must satisfy: ``>=1.2,!=1.3.*``.

    :raises PythonVersionError: when a clause is not one that PEP 440 allows.
    """

    def __init__(self, text: str) -> None:
        self.specifiers = [_read_specifier(clause) for clause in text.split(",")] if text.strip() else []

    def admits(self, version: str) -> bool:
        """Whether an installed version satisfies every clause; a pre-release may, for it is installed."""
        return all(specifier.admits(version) for specifier in self.specifiers)


def _read_specifier(clause: str) -> Specifier:
    match = SPECIFIER.fullmatch(clause)
    if not match:
        raise PythonVersionError(f"{clause.strip()!r} is not a version specifier, such as >=1.2 or ==1.2.*")
    sign, text, series = match.groups()
    if sign == "===":
        return Specifier(sign, text + (series or ""), None)
    version = PythonVersion(text)
    if version.local and (series or sign not in ("==", "!=")):
        raise PythonVersionError(f"{clause.strip()!r}: a local version, after '+', is for == and != only")
    if sign == "~=" and len(version.release) < 2:
        raise PythonVersionError(f"{clause.strip()!r}: '~=' wants at least two numbers, as in ~=1.4")
    if series and (sign not in ("==", "!=") or version.pre or version.post is not None or version.dev is not None):
        raise PythonVersionError(f"{clause.strip()!r}: '.*' stands after plain numbers, with == or != only")
    return Specifier(sign + (series or ""), text, version)


def _without_zeros(release: tuple[int, ...]) -> tuple[int, ...]:
    return release[: 1 + max((place for place, number in enumerate(release) if number), default=-1)]


def _equals(candidate: PythonVersion, wanted: PythonVersion) -> bool:
    return candidate.public == wanted.public and (not wanted.local or candidate.local == wanted.local)


def _starts_with(candidate: PythonVersion, release: PythonVersion, length: int | None = None) -> bool:
    numbers = release.release[:length]
    padded = candidate.release + (0,) * len(numbers)
    return candidate.epoch == release.epoch and padded[: len(numbers)] == numbers


def _less(candidate: PythonVersion, wanted: PythonVersion) -> bool:
    """The pre-releases of the very version that is excluded are excluded too: 1.0rc1 is not < 1.0."""
    if wanted.is_prerelease:
        return candidate.public < wanted.public
    earliest = (*wanted.base, BEFORE if wanted.post is None else AFTER, wanted.public[-2], (0, 0))
    return candidate.public < earliest


def _greater(candidate: PythonVersion, wanted: PythonVersion) -> bool:
    """The post-releases of the very version that is excluded are excluded too: 1.0.post1 is not > 1.0."""
    own_post_release = (
        candidate.post is not None
        and wanted.post is None
        and wanted.dev is None
        and (candidate.base, candidate.pre) == (wanted.base, wanted.pre)
    )
    return candidate.public > wanted.public and not own_post_release


TESTS: dict[str, Callable[[PythonVersion, PythonVersion], bool]] = {
    "==": _equals,
    "!=": lambda candidate, wanted: not _equals(candidate, wanted),
    "==.*": _starts_with,
    "!=.*": lambda candidate, wanted: not _starts_with(candidate, wanted),
    "~=": lambda candidate, wanted: candidate.public >= wanted.public and _starts_with(candidate, wanted, -1),
    "<=": lambda candidate, wanted: candidate.public <= wanted.public,
    ">=": lambda candidate, wanted: candidate.public >= wanted.public,
    "<": _less,
    ">": _greater,
}
