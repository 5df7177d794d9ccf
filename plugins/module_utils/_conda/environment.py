# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""An environment as it is wanted, and the checks that each part of its description has to pass."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field
from urllib.parse import unquote

from .match_spec import MatchSpec, MatchSpecError
from .pip_requirement import PipRequirement, PipRequirementError

# conda's own rules (no "/", space, ":" or "#"), and nothing that a command line could take for an option.
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,62}")
ARCHIVE = re.compile(r"\.(?:conda|tar\.bz2)$")
VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class EnvironmentFileError(Exception):
    """A description is wrong. ``str()`` is ``file:line: key: what is wrong and what to do``."""

    def __init__(self, message: str, source: str, line: int | None = None, key: str = "") -> None:
        place = source if line is None else "%s:%d" % (source, line)
        super().__init__(": ".join(part for part in (place, key, message) if part))


@dataclass(frozen=True)
class LockedPackage:
    """One package of a lock: exactly this file."""

    url: str
    """The whole address, ``.../SUBDIR/NAME-VERSION-BUILD.conda`` or ``.tar.bz2``; may hold credentials."""
    sha256: str = ""
    md5: str = ""
    """Hexadecimal digests; empty where the lock has none."""

    @property
    def file_name(self) -> str:
        """The last part of the address."""
        return unquote(self.url.rpartition("/")[2])

    @property
    def dist(self) -> str:
        """``name-version-build``, as conda-meta's records are called."""
        return ARCHIVE.sub("", self.file_name)

    @property
    def name(self) -> str:
        """The package's name."""
        return self.dist.rsplit("-", 2)[0]

    @property
    def version(self) -> str:
        """The package's version."""
        return self.dist.rsplit("-", 2)[1]

    @property
    def build(self) -> str:
        """The package's build string."""
        return self.dist.rsplit("-", 2)[2]

    @property
    def channel(self) -> str:
        """The channel's address, without the platform."""
        return self.url.rsplit("/", 2)[0]

    @property
    def subdir(self) -> str:
        """The platform: ``linux-64``, ``noarch``."""
        return self.url.rsplit("/", 2)[1]


@dataclass(frozen=True)
class Environment:
    """What an environment is wanted to hold. Specs are conda's match specs, ``pip`` lines are pip's requirements.

    A lock gives ``packages`` instead of ``dependencies``; ``pip_complete`` says that its pip lines name every dependency.
    """

    name: str | None = None
    channels: tuple[str, ...] = ()
    dependencies: tuple[str, ...] = ()
    pip: tuple[str, ...] = ()
    variables: t.Mapping[str, str] = field(default_factory=dict)
    packages: tuple[LockedPackage, ...] = ()
    pip_complete: bool = False


def check_name(name: str, source: str = "name", line: int | None = None) -> str:
    """Return the name if conda can take it as an environment's name; raise :class:`EnvironmentFileError` otherwise."""
    if not NAME.fullmatch(name):
        raise EnvironmentFileError(
            f"{name!r} is no name for an environment: up to 63 letters, digits and . _ + -, beginning with a letter or digit; "
            "for a path use 'prefix'",
            source,
            line,
            "name" if line else "",
        )
    if name in ("base", "root"):
        raise EnvironmentFileError(f"{name!r} is conda's own environment; choose another name", source, line)
    return name


def check_channels(channels: t.Sequence[str], source: str = "channels", line: int | None = None) -> tuple[str, ...]:
    """Return the channels without ``nodefaults``, which is always in effect; refuse the licensed default channels."""
    for channel in channels:
        if channel == "defaults" or re.search(r"(^|[/.])anaconda\.com(/|$)", channel):
            raise EnvironmentFileError(
                f"{channel!r} is Anaconda's licensed channel, which companies may not use without terms; name 'conda-forge' or "
                "a channel of your own",
                source,
                line,
            )
    return tuple(channel for channel in channels if channel != "nodefaults")


def check_dependencies(specs: t.Sequence[str], source: str = "dependencies") -> tuple[str, ...]:
    """Return the specs if each is a match spec; raise :class:`EnvironmentFileError` naming the first that is not."""
    for index, spec in enumerate(specs):
        check_item(MatchSpec.parse, spec, source, None, "[%d]" % index)
    return tuple(specs)


def check_pip(requirements: t.Sequence[str], source: str = "pip") -> tuple[str, ...]:
    """Return the requirements if each is one; raise :class:`EnvironmentFileError` naming the first that is not."""
    for index, requirement in enumerate(requirements):
        check_item(PipRequirement.parse, requirement, source, None, "[%d]" % index)
    return tuple(requirements)


def check_item(parse: t.Callable[[str], object], text: str, source: str, line: int | None, key: str) -> str:
    try:
        parse(text)
    except (MatchSpecError, PipRequirementError) as error:
        raise EnvironmentFileError(str(error), source, line, key) from error
    return text
