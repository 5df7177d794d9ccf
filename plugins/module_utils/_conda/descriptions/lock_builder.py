# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""The packages of a lock, each checked as it is added: address, file name, digests, platform, licence, no name twice."""

from __future__ import annotations

import re
import typing as t
from urllib.parse import quote, unquote

from ..specs.channel import SUBDIR
from ..specs.pip_requirement import PipRequirement
from .environment import LockedPackage, check_item, check_terms
from .source import Source

URL = re.compile(r"(?:https?://[^/\s]+|file://)/(?:[A-Za-z0-9._~!$&'()*+,;=:@%/-]+)")
FILE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+-]*-[A-Za-z0-9_.+!~]+-[A-Za-z0-9_.+~]+\.(?:conda|tar\.bz2)")
DIGESTS = {"md5": 32, "sha256": 64}


class LockBuilder:
    """Collects what a lock names; raises :class:`EnvironmentFileError` for the first entry that cannot be right."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.packages: list[LockedPackage] = []
        self.pip: list[str] = []
        self._lines: dict[tuple[str, str], int | None] = {}

    def add_conda(self, url: str, digests: t.Mapping[str, str], line: int | None, key: str, name: str = "") -> None:
        """Add a package of conda; ``digests`` by algorithm, empty where there is none; ``name`` as the lock says it."""
        if url.startswith("/"):
            url = "file://" + quote(url, safe="/!~+")
        self._check_url(url, line, key)
        known = {kind: self._digest(kind, digests.get(kind, ""), line, key) for kind in DIGESTS}
        package = LockedPackage(url, known["sha256"], known["md5"])
        if name and name != package.name:
            self.source.fail(line, key, f"called {name!r}, but its file is {package.file_name!r}; make the lock again")
        if self.source.platform and package.subdir not in ("noarch", self.source.platform):
            self.source.fail(
                line,
                key,
                f"{package.file_name!r} is for {package.subdir}, wanted {self.source.platform} or noarch; give a list "
                "that was made for the host's platform",
            )
        check_terms(package.channel, self.source.accept_anaconda_terms, self.source.name, line, key)
        self._once("conda", package.name, line, key)
        self.packages.append(package)

    def add_pip(self, name: str, url: str, sha256: str, line: int | None, key: str) -> None:
        """Add a package of pip. A digest is needed: pip checks those of all requirements, or of none."""
        if not re.match(r"https?://|file:///", url):
            self.source.fail(
                line, key, f"{url!r} is no http(s) or file address, so a host cannot fetch it and check its digest"
            )
        if not sha256:
            self.source.fail(line, key, f"{name!r} has no sha256, so pip could not check it; make the lock again")
        text = f"{name} @ {url} --hash=sha256:{self._digest('sha256', sha256, line, key)}"
        check_item(PipRequirement.parse, text, self.source.name, line, key)
        self._once("pip", PipRequirement.parse(text).name, line, key)
        self.pip.append(text)

    def _check_url(self, url: str, line: int | None, key: str) -> None:
        path = url.split("/")
        wanted = ""
        if not URL.fullmatch(url) or ".." in path:
            wanted = "http://, https:// or file:// and a whole path"
        elif not FILE.fullmatch(unquote(path[-1])):
            wanted = "a file NAME-VERSION-BUILD.conda or .tar.bz2 at its end"
        elif not SUBDIR.fullmatch(path[-2]):
            wanted = "a platform such as linux-64 or noarch before the file"
        if wanted:
            # Always the whole address: a part of it could be a token that nobody recognizes.
            self.source.fail(line, key, f"{url!r} is no address of a package; wanted {wanted}")

    def _digest(self, kind: str, text: str, line: int | None, key: str) -> str:
        if text and not re.fullmatch("[0-9a-fA-F]{%d}" % DIGESTS[kind], text):
            self.source.fail(line, key, f"{text!r} is no {kind}; wanted {DIGESTS[kind]} hexadecimal digits")
        return text.lower()

    def _once(self, manager: str, name: str, line: int | None, key: str) -> None:
        if (manager, name) in self._lines:
            first = self._lines[manager, name]
            where = "" if first is None else f" (first in line {first})"
            self.source.fail(line, key, f"{name!r} is given twice{where}; a lock has one of each")
        self._lines[manager, name] = line


def check_packages(
    packages: t.Sequence[t.Mapping[str, str]], source: str = "packages", accept_anaconda_terms: bool = False
) -> tuple[LockedPackage, ...]:
    """Return the packages that a module was handed as ``url``, ``sha256`` and ``md5``; raise EnvironmentFileError."""
    builder = LockBuilder(Source(source, platform="", accept_anaconda_terms=accept_anaconda_terms))
    for index, package in enumerate(packages):
        digests = {kind: package.get(kind) or "" for kind in DIGESTS}
        builder.add_conda(package["url"], digests, None, "[%d]" % index)
    return tuple(builder.packages)
