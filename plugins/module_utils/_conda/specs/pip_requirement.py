# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One line of the pip section of an environment file, and whether the installed packages satisfy it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterable, NamedTuple, Sequence

from .channel import without_credentials
from .pep440 import PythonVersionError, SpecifierSet

if TYPE_CHECKING:
    from ..installed.python_package import PythonPackage
from .python_name import normalized_name

__all__ = ["PipRequirement", "PipRequirementError"]

NAME = r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"
REQUIREMENT = re.compile(rf"({NAME})\s*(?:\[([^\]]*)\])?\s*(?:@\s*(\S+)|(.*))", re.DOTALL)
COMMENT = re.compile(r"(?:^|\s)#.*")
HASHES = re.compile(r"(?:\s+--hash=\S+)+\s*")
HASH = re.compile(r"--hash=(sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128})")
URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?://)?\S+")
PATH = re.compile(r"[./~\\]|[A-Za-z]:[\\/]|.*\.(?:whl|tar\.gz|zip)$|[^\s<>=!~;@]*/")


class PipRequirementError(ValueError):
    """A line of a pip section cannot be read; the message says what was found and what is allowed."""


class PipRequirement(NamedTuple):
    """One line: ``name[extra]>=1,<2 --hash=sha256:...`` or ``name @ URL``. Make it with :meth:`parse`."""

    text: str
    """The line for pip, without comment and blanks around it."""
    name: str
    """As PEP 503 normalizes it."""
    extras: Sequence[str]
    """Normalized and sorted."""
    specifier: str
    """The version clauses as written, ``>=1,<2``; empty for any version and for a URL."""
    url: str
    """The address after '@', or an empty text."""
    hashes: Sequence[str]
    """The digests that pip may accept, as ``sha256:...``."""

    @staticmethod
    def parse(text: str) -> PipRequirement:
        """Read one line.

        :raises PipRequirementError: for what is no requirement, and for options, paths and markers.
        """
        try:
            return _read(COMMENT.sub("", text).strip())
        except (PipRequirementError, PythonVersionError) as error:
            raise PipRequirementError(without_credentials(f"{text!r} is not a requirement of pip: {error}")) from None

    def satisfied_by(self, packages: Iterable[PythonPackage]) -> bool:
        """Whether one of the packages is what this line asks for.

        Neither the extras nor the hashes are judged: what is installed does not tell with which of them it was.
        """
        return any(package.name == self.name and self._admits(package) for package in packages)

    def _admits(self, package: PythonPackage) -> bool:
        if self.url:
            return _comparable(package.direct_url) == _comparable(self.url)
        return SpecifierSet(self.specifier).admits(package.version)


def _read(text: str) -> PipRequirement:
    if not text or not text.isprintable():
        raise PipRequirementError("it is empty" if not text else "it holds control characters")
    if text.startswith("-"):
        raise PipRequirementError(
            "options such as -r, -e or --index-url are not read here; wanted name>=1.2 or name @ URL"
        )
    hashes = HASHES.search(text)
    head = text[: hashes.start()] if hashes and hashes.end() == len(text) else text
    if " --" in head:
        raise PipRequirementError("of pip's options only --hash=sha256:... is read, at the end of the line")
    if ";" in head.partition("#")[0]:
        raise PipRequirementError("markers, after ';', are not supported here; keep one environment file per platform")
    digests = [_digest(option) for option in text[len(head) :].split()]
    match = REQUIREMENT.fullmatch(head)
    if not match or URL.fullmatch(head) or (PATH.match(head) and not match[3]):
        raise PipRequirementError("paths and bare addresses are not read here; wanted name>=1.2 or name @ URL")
    name, extras, url, versions = match.groups(default="")
    if url and not URL.fullmatch(url):
        raise PipRequirementError(f"{url!r} after '@' is no URL")
    specifier = versions.strip()
    if specifier.startswith("(") and specifier.endswith(")"):
        specifier = specifier[1:-1].strip()
    SpecifierSet(specifier)  # refuses what no version can be compared with
    return PipRequirement(text, normalized_name(name), _extras(extras), specifier, url, digests)


def _extras(text: str) -> list[str]:
    names = [name.strip() for name in text.split(",")] if text.strip() else []
    wrong = [name for name in names if not re.fullmatch(NAME, name)]
    if wrong:
        raise PipRequirementError(f"{wrong[0]!r} is no name of an extra")
    return sorted({normalized_name(name) for name in names})


def _digest(option: str) -> str:
    match = HASH.fullmatch(option)
    if not match:
        raise PipRequirementError(
            f"{option!r} is no digest; wanted --hash=sha256: and 64 hexadecimal digits, or sha384, sha512"
        )
    return match[1]


def _comparable(url: str) -> str:
    """The address as pip keeps it: without user and password, and of the fragment only the subdirectory."""
    address, *fragments = re.split("[#&]", url)
    subdirectory = [part for part in fragments if part.startswith("subdirectory=")]
    return "#".join([re.sub(r"//[^/@]*@", "//", address), *subdirectory[:1]])
