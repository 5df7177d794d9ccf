# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""Plain lists -> one :class:`Environment`: ``@EXPLICIT`` addresses (CEP 23), or one match spec per line."""

from __future__ import annotations

import re
import typing as t

from ..specs.match_spec import MatchSpec
from ..specs.pip_requirement import PipRequirement
from .environment import Environment, check_item, check_spec
from .lock_builder import LockBuilder
from .source import Source
from .yaml_node import LONGEST_LIST, LONGEST_TEXT

EXPLICIT = "@EXPLICIT"
PLATFORM = re.compile(r"#\s*platform:\s*(\S+)\s*")
DIGEST = re.compile(r"(?:(?P<md5>[0-9a-fA-F]{32})|(?:sha256:)?(?P<sha256>[0-9a-fA-F]{64}))")
# How "conda list --export" writes what pip installed: name=version=pypi_0.
FROM_PIP = re.compile(r"([A-Za-z0-9._-]+)=([^=\s]+)=(?:pypi(?:_\d+)?|<pip>)")
ONLY_PIP = re.compile(r"-|.*(?:;|\s--hash=|\s@\s|\w\[[\w,. -]+\](?:$|[=<>~!\s]))")


def is_explicit(text: str) -> bool:
    """Whether a text is a list of addresses."""
    return any(line.strip() == EXPLICIT for line in text.splitlines())


def read_explicit(text: str, source: Source) -> Environment:
    """Read a list of addresses; raises EnvironmentFileError for what is none, and for another platform's."""
    builder = LockBuilder(source)
    begun = False
    for number, line in _lines(text, source):
        if line == EXPLICIT:
            if begun:
                source.fail(number, "", f"a second {EXPLICIT}; keep one list per file")
            begun = True
            continue
        if not begun:
            source.fail(number, "", f"{line!r} stands before {EXPLICIT}; put that line first")
        url, separator, digest = line.partition("#")
        match = DIGEST.fullmatch(digest)
        if separator and not match:
            source.fail(number, "", f"{digest!r} is no digest; wanted #MD5, #SHA256 or #sha256:SHA256 in hexadecimal")
        builder.add_conda(url, match.groupdict("") if match else {}, number, "")
    return Environment(packages=tuple(builder.packages))


def read_specs(text: str, source: Source) -> Environment:
    """Read match specs; what ``conda list --export`` says to be from pip becomes a requirement of pip."""
    specs: list[str] = []
    pip: list[str] = []
    for number, line in _lines(text, source):
        from_pip = FROM_PIP.fullmatch(line)
        if from_pip:
            requirement = "{}=={}".format(*from_pip.groups())
            pip.append(check_item(PipRequirement.parse, requirement, source.name, number, ""))
        elif ONLY_PIP.match(line) and "::" not in line and "='" not in line:
            source.fail(
                number,
                "",
                f"{line!r} is a line for pip, not a match spec; put pip's lines below 'pip:' in an environment.yml",
            )
        else:
            specs.append(check_spec(line, source.name, number, "", source.accept_anaconda_terms))
    if not specs and not pip:
        source.fail(None, "", "empty; write one package per line, or an environment.yml")
    if pip and "pip" not in {MatchSpec.parse(spec).name for spec in specs}:
        specs.append("pip")
    return Environment(dependencies=tuple(specs), pip=tuple(pip))


def _lines(text: str, source: Source) -> t.Iterator[tuple[int, str]]:
    """The lines that say something, with their numbers; a header for another platform is an error."""
    for number, whole in enumerate(text.split("\n"), 1):
        line = whole.strip()
        platform = PLATFORM.fullmatch(line)
        if platform and source.platform and platform[1] not in (source.platform, "noarch"):
            source.fail(number, "platform", f"the list is for {platform[1]}, wanted one for {source.platform}")
        if len(line) > LONGEST_TEXT:
            source.fail(number, "", f"longer than {LONGEST_TEXT} characters; check that the file is a list")
        if number > LONGEST_LIST:
            source.fail(number, "", f"more than {LONGEST_LIST} lines; no description has so many")
        if line and not line.startswith("#"):
            yield number, line
