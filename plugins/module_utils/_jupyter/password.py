# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The server's password: the file that people read it from, and the hash that the server checks it against."""

from __future__ import annotations

import json
import secrets
import typing as t

Run = t.Callable[..., t.Tuple[int, str, str]]
RANDOM_BYTES = 24  # 32 characters, 192 bits

# Runs in the environment's Python, which has argon2 because the server needs it. The parameters are those of
# `jupyter_server.auth.passwd`; importing that itself would cost a second on each run.
HASHER = """
import json, sys
import argon2
asked = json.load(sys.stdin)
prefix = "argon2:"
kept = asked["hash"] or ""
try:
    argon2.PasswordHasher().verify(kept[len(prefix):] if kept.startswith(prefix) else "", asked["password"])
except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
    hasher = argon2.PasswordHasher(memory_cost=10240, time_cost=10, parallelism=8)
    kept = prefix + hasher.hash(asked["password"])
json.dump(kept, sys.stdout)
"""


class PasswordError(Exception):
    """The password cannot be read or hashed; the text never holds it."""


def generate() -> str:
    """A new password of 32 characters that need no quoting anywhere."""
    return secrets.token_urlsafe(RANDOM_BYTES)


def parse(text: str, path: str) -> str:
    """The password in the text of its file: one line, whose end does not count.

    Raises PasswordError when it is empty or has more than one line.
    """
    lines = text.splitlines()
    if len(lines) != 1 or not lines[0].strip():
        raise PasswordError(
            "%s must hold one line, the secret; it has %d lines. Write one, or delete the file to get a new secret"
            % (path, len(lines))
        )
    return lines[0]


def hash_for(password: str, kept: str | None, python: str, run: Run) -> str:
    """`kept` when it is a hash of the password, else a new hash. The password goes through a pipe.

    Raises PasswordError when the environment's Python cannot do it.
    """
    asked = json.dumps({"password": password, "hash": (kept or "").strip()})
    code, out, err = run([python, "-I", "-c", HASHER], data=asked, binary_data=True)
    if code != 0:
        lines = err.strip().splitlines() or ["(no message)"]
        raise PasswordError("%s cannot hash the password: %s. Is jupyterlab in this environment?" % (python, lines[-1]))
    return str(json.loads(out))
