# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.
"""SSH keys in authorized_keys: which are there, and the text with those that are wanted."""

from __future__ import annotations

import contextlib
import os
import re
import typing as t

from . import text

# Options, if there are any, the kind of key, the key, and a comment.
_KEY = re.compile(r"(?:^|\s)((?:ssh|ecdsa|sk-ssh|sk-ecdsa)-[\w@.-]+)\s+(AAAA[A-Za-z0-9+/]+={0,3})(?:\s|$)")


def blob(line: str) -> str:
    """Return what identifies a key, without its options and comment; empty for a line that holds none."""
    found = None if line.lstrip().startswith("#") else _KEY.search(line)
    return f"{found.group(1)} {found.group(2)}" if found else ""


def keys_in(content: str | None) -> list[str]:
    """Return the keys of an authorized_keys file."""
    return [key for key in map(blob, (content or "").splitlines()) if key]


def with_keys(content: str | None, wanted: t.Sequence[str], unwanted: t.Collection[str], exclusive: bool) -> str | None:
    """Return the text with the wanted lines, each in the place of the same key, and without the keys ``unwanted``.

    With ``exclusive`` nothing else stays. None is no file, which an empty list of keys needs none for.
    """
    before = (content or "").splitlines()
    left = {blob(line): line.strip() for line in wanted}
    unwanted, lines = {*unwanted, *left}, []
    for line in before:
        key = blob(line)
        if key in left:
            lines.append(left.pop(key))
        elif not exclusive and key not in unwanted:
            lines.append(line)
    lines += left.values()
    if lines == before:
        return content
    return "".join(line + "\n" for line in lines)


def path_of(home: str) -> str:
    """Where sshd looks for the keys unless it is told otherwise."""
    return os.path.join(home, ".ssh/authorized_keys")


def write(path: str, content: str) -> None:
    """Write the file as sshd demands it: nobody else may write there. One without a line is removed. Raises OSError."""
    directory = os.path.dirname(path)
    if content:
        os.makedirs(directory, 0o700, exist_ok=True)
        text.replace(path, content, mode=0o600)
        return
    os.unlink(path)
    with contextlib.suppress(OSError):  # something else is there
        os.rmdir(directory)
