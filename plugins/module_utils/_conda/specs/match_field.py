# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a match spec may ask of each field of a package record, and how the whole spec is spelled."""

from __future__ import annotations

import re
from functools import partial
from typing import Any, Callable, Mapping, Tuple

from .channel import ChannelName, without_credentials
from .version_spec import VersionSpec

__all__ = ["FIELDS", "FieldError", "spelling"]

# What reading a field yields: its one spelling, and the test of a record's value.
Field = Tuple[str, Callable[[Any], bool]]

NUMBER = re.compile(r"(?:(!=|<=|>=|<|>)|={0,2})\s*([0-9]{1,18})")
BUILD = re.compile(r"[A-Za-z0-9_.+*-]+|\^[^'\"]*\$")
# An exact version, or a prefix, that needs no brackets.
SHORT_VERSION = re.compile(r"==([0-9a-z_.+!]+)|([0-9a-z_.+!]+)\.\*")


class FieldError(ValueError):
    """A text asks nothing that a record's field can answer; the message says what was found and what is allowed."""


def _version(text: str) -> Field:
    spec = VersionSpec(text)
    return spec.text, spec.matches


def _channel(text: str) -> Field:
    if text == "*":
        return text, bool
    channel = ChannelName(text)
    return text, channel.matches


def _build(text: str) -> Field:
    if not BUILD.fullmatch(text):
        raise FieldError(f"the build {text!r} is no build string, glob or '^regular expression$'")
    return text, _pattern(text)


def _license(text: str) -> Field:
    test = _pattern(text.lower())
    return text, lambda value: test(str(value).lower())


def _pattern(text: str) -> Callable[[Any], bool]:
    if text.startswith("^") and text.endswith("$"):
        expression = text
    elif "*" in text:
        expression = "^" + re.escape(text).replace(r"\*", ".*") + "$"
    else:
        return lambda value: bool(value == text)
    try:
        pattern = re.compile(expression)
    except (re.error, OverflowError, RecursionError) as error:
        raise FieldError(f"{text!r} is no regular expression: {error}") from None
    return lambda value: pattern.match(str(value)) is not None


def _number(text: str) -> Field:
    match = NUMBER.fullmatch(text)
    if not match:
        raise FieldError(f"the build number {text!r} is no number with one of ==, !=, <, <=, >, >= before it")
    sign, digits = match.group(1) or "", str(int(match.group(2)))
    spec = VersionSpec(sign + digits)
    return sign + digits, lambda value: spec.matches(str(value))


def _digest(length: int, text: str) -> Field:
    if not re.fullmatch(f"[0-9a-fA-F]{{{length}}}", text):
        raise FieldError(f"the digest {text!r} is not {length} hexadecimal digits")
    return text.lower(), lambda value: str(value).lower() == text.lower()


def _url(text: str) -> Field:
    if without_credentials(text) != text:
        raise FieldError("the url holds a password or a token")
    return _exact(text)


def _exact(text: str) -> Field:
    return text, lambda value: bool(value == text)


# The order is that of the canonical spelling.
FIELDS: dict[str, Callable[[str], Field]] = {
    "channel": _channel,
    "subdir": _exact,
    "version": _version,
    "build": _build,
    "build_number": _number,
    "license": _license,
    "md5": partial(_digest, 32),
    "sha256": partial(_digest, 64),
    "url": _url,
}


def spelling(name: str, fields: Mapping[str, str]) -> str:
    """conda's short form of the channel and of simple versions, brackets for the rest, as py-rattler reads strictly."""
    rest = {key: fields[key] for key in FIELDS if key in fields}
    text = name
    if "channel" in rest:
        text = "/".join(rest.pop(key) for key in ("channel", "subdir") if key in rest) + f"::{name}"
    version = SHORT_VERSION.fullmatch(rest.get("version", ""))
    if version:
        del rest["version"]
        text += f"=={version.group(1)}" if version.group(1) else f"={version.group(2)}"
    pairs = ",".join(f'{key}="{value}"' if "'" in value else f"{key}='{value}'" for key, value in rest.items())
    return f"{text}[{pairs}]" if pairs else text
