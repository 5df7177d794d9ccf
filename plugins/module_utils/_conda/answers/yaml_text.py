# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""YAML as environment files need it, written without PyYAML, which hosts do not have. Pure.

Texts are quoted exactly where a reader of YAML 1.1 or 1.2 would take them for something else: ``yes``, ``1.10``, ``a: b``.
"""

from __future__ import annotations

import re
import typing as t

Node = t.Union[str, t.Sequence["Node"], t.Mapping[str, "Node"]]

PLAIN = re.compile(r"[A-Za-z0-9_/.$(+][^\s:#]*(?:(?::(?=\S)|(?<=\S)#| (?=[^\s#]))[^\s:#]*)*")
# A number, a date or a time to some reader: what begins like one and has none but their characters.
NUMBER_LIKE = re.compile(r"[-+.0-9][-+.:_0-9a-fA-FxoObBtTzZ ]*|[-+.]*(?:inf|nan)", re.IGNORECASE)
WORDS = frozenset(["y", "n", "yes", "no", "on", "off", "true", "false", "null"])
# What YAML lets stand for itself between quotes.
PRINTABLE = re.compile(r"[\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]*")
ESCAPED = re.compile(r'["\\]|[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]')
ESCAPES = {"\n": r"\n", "\t": r"\t", "\r": r"\r", '"': r"\"", "\\": r"\\"}


def dump(document: t.Mapping[str, Node]) -> str:
    """Return the document in block style, laid out as conda's own exports are."""
    return "".join(line + "\n" for line in _mapping(document))


def scalar(text: str) -> str:
    """Return the text so that it is read back as this text, quoted only where it has to be."""
    if not PRINTABLE.fullmatch(text):
        return f'"{ESCAPED.sub(_escape, text)}"'
    if PLAIN.fullmatch(text) and not NUMBER_LIKE.fullmatch(text) and text.lower() not in WORDS:
        return text
    return "'{}'".format(text.replace("'", "''"))


def _escape(match: t.Match[str]) -> str:
    code = ord(match.group())
    if match.group() in ESCAPES:
        return ESCAPES[match.group()]
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def _mapping(mapping: t.Mapping[str, Node]) -> t.Iterator[str]:
    for key, value in mapping.items():
        yield from _entry(f"{scalar(key)}:", value)


def _entry(start: str, value: Node) -> t.Iterator[str]:
    if isinstance(value, str):
        yield f"{start} {scalar(value)}"
    elif not value:
        yield start + (" {}" if isinstance(value, t.Mapping) else " []")
    else:
        yield start
        lines = _mapping(value) if isinstance(value, t.Mapping) else _sequence(value)
        yield from ("  " + line for line in lines)


def _sequence(items: t.Sequence[Node]) -> t.Iterator[str]:
    for item in items:
        if isinstance(item, t.Mapping):
            # "- pip:" and what belongs to it two columns further in than the key.
            first, *rest = _mapping(item)
            yield f"- {first}"
            yield from ("  " + line for line in rest)
        else:
            yield f"- {scalar(str(item))}"
