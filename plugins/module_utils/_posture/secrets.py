# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""Passwords and tokens: what they are, and texts in which they stand."""

from __future__ import annotations

import re
import typing as t

SECRET_NAMES = frozenset({"password", "hashed_password", "token"})
HASH = re.compile(r"([a-z0-9]+):[0-9a-f]*:[0-9a-f]+$")
# A setting with a value, in a command line, a unit, a crontab or a history; a variable's name is no secret.
SAID = re.compile(
    r"(?:--(?:ServerApp|NotebookApp|LabApp|(?:Password)?IdentityProvider)\.(?P<option>token|password|hashed_password)[= ]|"
    r"--(?P<short>token)[= ]|\b(?P<variable>JUPYTER_TOKEN)=)[\"']?(?P<value>[^\s\"']+)"
)


def said_in(text: str) -> list[tuple[int, str]]:
    """The lines that hold a secret, and what it is called there. A reference to a variable holds none."""
    return [
        (number, match.group("option") or match.group("short") or match.group("variable"))
        for number, line in enumerate(text.split("\n"), 1)
        for match in SAID.finditer(line)
        if not match.group("value").startswith("$")
    ]


def weakness(password: t.Any) -> tuple[str, str] | None:
    """The kind of finding that a stored password is, and what was found; None for argon2 and other slow hashes."""
    if not isinstance(password, str) or not password or password.startswith(("argon2:", "argon2id:")):
        return None
    match = HASH.match(password)
    if match:
        return "weak-hash", "a %s hash" % match.group(1)
    return "password-in-clear", "a text that is no hash"
