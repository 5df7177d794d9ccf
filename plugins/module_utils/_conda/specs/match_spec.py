# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""conda's match specs: what an environment file, or a package's ``depends``, asks of a package.

``[channel[/subdir]::]name[ version[ build]][[key=value, ...]]``; the fields in brackets win over those outside. A build
and a license may be globs (``py312*``) or regular expressions (``^py.*$``). See ``version_spec`` for the versions.

Stricter than conda on purpose, wherever conda ignores a part of what was written: parentheses, conditions, an
operator without a version, text behind the brackets, blanks inside a version. Each is an error that says so.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Iterable, Mapping

from ..errors import CondaError
from .channel import split_subdir, without_credentials
from .match_field import FIELDS, spelling
from .version import VersionError

__all__ = ["MatchSpec", "MatchSpecError", "unsatisfied_specs"]


NAME = re.compile(r"_{0,2}[a-z0-9]+(?:[._-][a-z0-9]+)*[._-]?")
BRACKETS = re.compile(r"([^\[\]]*)\[(.*)\]")
KEY_VALUE = re.compile(r"""\s*([a-z0-9_]+)\s*=\s*(?:'([^']+)'|"([^"]+)"|([^\s,'"]+))\s*(?:,|\s|$)""")
BLANK_IN_VERSION = re.compile(r"[^\s=<>!~,|(]\s+[^\s,|)]")


class MatchSpecError(CondaError, ValueError):
    """A text is no match spec, or a record cannot be judged by one; the message says what was found and allowed."""


class MatchSpec:
    """One match spec. Make it with :meth:`parse`; ``str()`` gives the same spelling for the same meaning.

    :ivar name: the package's name, in lower case.
    :ivar fields: what else is asked, by the name of the record's field, in one spelling each.
    """

    __slots__ = ("_tests", "_text", "fields", "name")

    def __init__(self, name: str, fields: Mapping[str, str]) -> None:
        parts = {key: FIELDS[key](value) for key, value in fields.items()}
        self.name = name
        # "*" asks for nothing.
        self.fields = {key: text for key, (text, dummy) in parts.items() if text != "*"}
        self._tests = [(key, parts[key][1]) for key in self.fields]
        self._text = spelling(name, self.fields)

    @staticmethod
    def parse(text: str) -> MatchSpec:
        """Read a match spec.

        :raises MatchSpecError: when conda would refuse the text, or would ignore a part of it.
        """
        return _parse(text)

    def matches(self, record: object) -> bool:
        """Whether a record is what this spec asks for.

        :param record: a mapping, or an object with attributes: name, version, build, build_number, channel, subdir,
            md5, sha256, url, license. A missing one, or None, satisfies nothing. The channel is a name or a URL.
        :raises MatchSpecError: when the record's version is no conda version.
        """
        if _value(record, "name") != self.name:
            return False
        try:
            for key, test in self._tests:
                value = _value(record, key)
                if value is None or not test(value):
                    return False
        except VersionError as error:
            raise MatchSpecError(f"the installed package {self.name} cannot be judged by {self}: {error}") from None
        return True

    def __eq__(self, other: object) -> bool:
        return isinstance(other, MatchSpec) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __str__(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return f"MatchSpec({self._text!r})"


def unsatisfied_specs(texts: Iterable[str], records: Iterable[object]) -> list[str]:
    """Return the match specs, as given, that none of the records satisfies.

    :param records: as :meth:`MatchSpec.matches` takes them, one for a name.
    :raises MatchSpecError: when a text is no match spec, or a record cannot be judged by one.
    """
    found = {_value(record, "name"): record for record in records}
    specs = ((text, MatchSpec.parse(text)) for text in texts)
    return [text for text, spec in specs if spec.name not in found or not spec.matches(found[spec.name])]


def _value(record: object, key: str) -> Any:
    return record.get(key) if isinstance(record, Mapping) else getattr(record, key, None)


@lru_cache(maxsize=8192)
def _parse(text: str) -> MatchSpec:
    try:
        return _read(text)
    except ValueError as error:
        raise MatchSpecError(without_credentials(f"{text!r} is not a match spec: {error}")) from None


def _read(text: str) -> MatchSpec:
    bare = text.partition("#")[0].strip()
    if not bare.isprintable():
        raise MatchSpecError("it holds control characters")
    fields: dict[str, str] = {}
    in_brackets: dict[str, str] = {}
    if "[" in bare or "]" in bare:
        bare, in_brackets = _brackets(bare)
    if bare.endswith((".conda", ".tar.bz2")) or ("://" in bare and "::" not in bare):
        raise MatchSpecError("it is a file or an address; name the package, as in 'channel::name=1.2'")
    channel, separator, bare = bare.rpartition("::")
    if separator:
        fields.update(_channel_and_subdir(channel))
    name = re.split(r"[ =<>!~]", bare, maxsplit=1)[0]
    if not NAME.fullmatch(name.lower()):
        raise MatchSpecError(
            f"{name!r} is not a package name; wanted letters, digits and single '.', '_', '-' between them"
        )
    if " if " in bare:
        raise MatchSpecError("conditions, after 'if', are not supported")
    fields.update(_version_and_build(bare[len(name) :].strip()))
    if "channel" in in_brackets:
        fields.update(_channel_and_subdir(in_brackets.pop("channel")))
    if "version" in in_brackets:
        fields["version"] = _bare_version(in_brackets.pop("version"), has_build=False)
    fields.update(in_brackets)
    return MatchSpec(name.lower(), fields)


def _brackets(text: str) -> tuple[str, dict[str, str]]:
    """What stands before the brackets, and the fields in them."""
    match = BRACKETS.fullmatch(text)
    if not match:
        raise MatchSpecError("brackets stand once, at its end, as in name[version='>=1.2',build='py*']")
    head, inside = match.groups()
    fields: dict[str, str] = {}
    position = 0
    while position < len(inside):
        pair = KEY_VALUE.match(inside, position)
        if not pair:
            raise MatchSpecError(f"{inside[position:]!r} in brackets is not key='value'")
        key, position = pair.group(1), pair.end()
        if key not in FIELDS:
            raise MatchSpecError(f"the field {key!r} is not supported; the supported ones are {', '.join(FIELDS)}")
        if key in fields:
            raise MatchSpecError(f"the field {key!r} stands twice in brackets")
        fields[key] = pair.group(2) or pair.group(3) or pair.group(4)
    return head.strip(), fields


def _channel_and_subdir(text: str) -> dict[str, str]:
    channel, subdir = split_subdir(text)
    return {"channel": channel, "subdir": subdir} if subdir else {"channel": channel}


def _version_and_build(text: str) -> dict[str, str]:
    """Split 'version build' or 'version=build'; a build follows the last blank or '=' that ends no operator."""
    if "(" in text:
        raise MatchSpecError("parentheses are read inside [version='...'] only")
    if not text:
        return {}
    # No character of a build is one of these.
    start = max(1, *(text.rfind(sign) for sign in "-=,|<>~"))
    for index in range(start, len(text) - 1):
        if text[index] in " =" and text[index - 1] not in "=!|,<>~":
            version = _bare_version(text[:index], has_build=True)
            return {"version": version, "build": text[index + 1 :].strip()}
    return {"version": _bare_version(text, has_build=False)}


def _bare_version(text: str, has_build: bool) -> str:
    """Turn a leading '=' into what it means for conda: '=1.2' is 1.2.*, but '=1.2=build' is exactly 1.2."""
    if BLANK_IN_VERSION.search(text):
        raise MatchSpecError(f"{text!r} has a blank inside a version, or lacks ',' between two constraints")
    version = re.sub(r"\s", "", text)
    bare = version.lstrip("=")
    if not bare:
        raise MatchSpecError(f"a version is missing after {version!r}")
    if bare == version or (version.startswith("==") and not has_build):
        return bare
    if re.search(r"[=,|]", bare):
        return version
    return bare if has_build or bare.endswith("*") else f"{bare}*"
