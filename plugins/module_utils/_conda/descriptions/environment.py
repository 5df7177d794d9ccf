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

from ..errors import CondaError
from ..specs.channel import split_subdir, without_credentials
from ..specs.match_spec import MatchSpec, MatchSpecError
from ..specs.pip_requirement import PipRequirement, PipRequirementError

# conda's own rules (no "/", space, ":" or "#"), and nothing that a command line could take for an option.
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,62}")
# A password in an address that is written wrong, as https:/me:password@host, which nothing else would recognize.
SECRET = re.compile(r"\S*[:/]\s?\S*@")
ARCHIVE = re.compile(r"\.(?:conda|tar\.bz2)$")
CHANNEL = re.compile(r"[^\s-]\S{0,2047}")
ADDRESS = re.compile(r"(?:[A-Za-z0-9+.-]*:?//)?(?:[^/@]*@)?([^/:]*)")
# What conda's DEFAULT_CHANNELS and DEFAULT_CUSTOM_CHANNELS, of today's and of older releases, make of anaconda.com.
LICENSED_NAMES = ("defaults", "pkgs/main", "pkgs/r", "pkgs/msys2", "pkgs/pro", "pkgs/free")
VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,254}")
# conda's RESERVED_ENV_VARS: it writes them down and then does not set them.
RESERVED_VARIABLES = ("PATH",)
UNSET_VARIABLE = "***unset***"
NO_VALUE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
LONGEST_VALUE = 100000


class EnvironmentFileError(CondaError):
    """A description is wrong. ``str()`` is ``file:line: key: what is wrong and what to do``, in one line, without passwords."""

    def __init__(self, message: str, source: str, line: int | None = None, key: str = "") -> None:
        place = source if line is None else "%s:%d" % (source, line)
        told = [SECRET.sub("***@", without_credentials(part)) for part in (key, message) if part]
        text = ": ".join(part for part in (place, *told) if part)
        super().__init__("".join(char if char.isprintable() else repr(char)[1:-1] for char in text))


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
        raise EnvironmentFileError(
            f"{name!r} is conda's own environment; choose another name", source, line, "name" if line else ""
        )
    return name


def is_licensed(channel: str) -> bool:
    """Whether a channel, a name or an address, is one that companies may not use without accepting Anaconda's terms."""
    host = t.cast("re.Match[str]", ADDRESS.match(channel))[1].lower().rstrip(".")
    name = split_subdir(channel)[0].strip("/").lower()
    return name in LICENSED_NAMES or ("." + host).endswith(".anaconda.com")


def check_terms(channel: str, accepted: bool, source: str, line: int | None, key: str) -> None:
    """Raise :class:`EnvironmentFileError` for a licensed channel whose terms are not accepted."""
    if not accepted and is_licensed(channel):
        raise EnvironmentFileError(
            f"{channel!r} is Anaconda's licensed channel, which companies may not use without terms; name 'conda-forge' or "
            "a channel of your own, or say 'accept_anaconda_terms: true'",
            source,
            line,
            key,
        )


def check_channels(
    channels: t.Sequence[str], source: str = "channels", accept_anaconda_terms: bool = False
) -> tuple[str, ...]:
    """Return the channels without ``nodefaults``, which is always in effect; refuse what is none, and licensed ones."""
    found: tuple[str, ...] = ()
    for index, channel in enumerate(channels):
        found += check_channel(channel, source, None, "[%d]" % index, accept_anaconda_terms)
    return found


def check_channel(
    channel: str, source: str, line: int | None, key: str, accept_anaconda_terms: bool = False
) -> tuple[str, ...]:
    """Return the channel, or nothing for ``nodefaults``; raise :class:`EnvironmentFileError` as :func:`check_channels`."""
    if not CHANNEL.fullmatch(channel) or not channel.isprintable():
        raise EnvironmentFileError(f"{channel!r} is no channel; wanted a name or an address", source, line, key)
    check_terms(channel, accept_anaconda_terms, source, line, key)
    return () if channel == "nodefaults" else (channel,)


def check_variables(variables: t.Mapping[str, object], source: str = "variables") -> dict[str, str]:
    """Return the variables as text; raise :class:`EnvironmentFileError` naming the first that cannot be set."""
    return {name: check_variable(name, str(value), source) for name, value in variables.items()}


def check_variable(name: str, value: str, source: str, line: int | None = None, key: str = "") -> str:
    """Return the value if conda can set the variable to it; raise :class:`EnvironmentFileError` otherwise."""
    problem = ""
    if not VARIABLE.fullmatch(name):
        problem = "no name for an environment variable; use letters, digits, _"
    elif name.upper() in RESERVED_VARIABLES:
        problem = "conda sets this itself and ignores what is given here; leave it out"
    elif value == UNSET_VARIABLE:
        problem = "conda takes this text for 'not set'; leave the variable out"
    elif len(value) > LONGEST_VALUE or NO_VALUE.search(value):
        problem = f"longer than {LONGEST_VALUE} characters or with control characters, which no process can be given"
    if problem:
        raise EnvironmentFileError(problem, source, line, key or name)
    return value


def check_dependencies(
    specs: t.Sequence[str], source: str = "dependencies", accept_anaconda_terms: bool = False
) -> tuple[str, ...]:
    """Return the specs if each is a match spec; raise :class:`EnvironmentFileError` naming the first that is not."""
    return tuple(
        check_spec(spec, source, None, "[%d]" % index, accept_anaconda_terms) for index, spec in enumerate(specs)
    )


def check_spec(spec: str, source: str, line: int | None, key: str, accept_anaconda_terms: bool = False) -> str:
    """Return the text if it is a match spec and asks for no licensed channel."""
    check_item(MatchSpec.parse, spec, source, line, key)
    check_terms(MatchSpec.parse(spec).fields.get("channel", ""), accept_anaconda_terms, source, line, key)
    return spec


def check_pip(requirements: t.Sequence[str], source: str = "pip") -> tuple[str, ...]:
    """Return the requirements if each is one; raise :class:`EnvironmentFileError` naming the first that is not."""
    return tuple(
        check_item(PipRequirement.parse, requirement, source, None, "[%d]" % index)
        for index, requirement in enumerate(requirements)
    )


def check_item(parse: t.Callable[[str], object], text: str, source: str, line: int | None, key: str) -> str:
    """Return the text if it can be parsed; raise :class:`EnvironmentFileError` for its place otherwise."""
    try:
        parse(text)
    except (MatchSpecError, PipRequirementError) as error:
        raise EnvironmentFileError(str(error), source, line, key) from error
    return text
