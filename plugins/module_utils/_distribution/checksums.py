# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""The digest that a publisher puts beside an installer."""

from __future__ import annotations

import json
import posixpath
import re

from .errors import DistributionError

SHA256 = re.compile(r"[0-9a-fA-F]{64}")
LINE = re.compile(r"^([0-9a-fA-F]{64})(?:[ \t]+\*?(\S.*?))?[ \t]*$", re.MULTILINE)


def published_checksum(text: str, name: str, source: str) -> str:
    """Return the sha256 of file ``name`` out of ``text``: JSON by file name, lines of ``sha256sum``, or the digest alone.

    ``source`` is where the text is from, for the error. Raises DistributionError.
    """
    found = _of_json(text, name) if text.lstrip().startswith("{") else _of_lines(text, name)
    if not SHA256.fullmatch(found):
        raise DistributionError(
            f"wanted the sha256 of {name} in {source}, but it is not there; give a checksum yourself"
        )
    return found.lower()


def _of_json(text: str, name: str) -> str:
    try:
        return str(json.loads(text)[name]["sha256"])
    except (ValueError, KeyError, TypeError):
        return ""


def _of_lines(text: str, name: str) -> str:
    found = [(digest, posixpath.basename(path or "")) for digest, path in LINE.findall(text)]
    named: list[str] = [digest for digest, path in found if path == name or len(found) == 1]
    return named[0] if named else ""
