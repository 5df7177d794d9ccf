# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""``~/.conda/environments.txt``, where conda writes down every environment that a user ever made."""

from __future__ import annotations

import contextlib
import os

from .._linux.accounts import acting_as
from .people import people, read_text, replace_text

FILE = ".conda/environments.txt"


def without_lines(text: str, prefix: str) -> str:
    """The text without the lines that name ``prefix`` or something in it."""
    kept = [line for line in text.splitlines(True) if not is_inside(line.strip(), prefix)]
    return "".join(kept)


def is_inside(path: str, prefix: str) -> bool:
    """Whether a path is ``prefix`` or lies in it."""
    return (path.rstrip("/") + "/").startswith(prefix.rstrip("/") + "/")


def forget(prefix: str, check: bool) -> list[str]:
    """Take the prefix out of everybody's file; returns the files that change. A file that had nothing else goes with its directory."""
    changed = []
    for user in people():
        path = os.path.join(user.pw_dir, FILE)
        with acting_as(user.pw_uid, user.pw_gid), contextlib.suppress(PermissionError, UnicodeError):
            before = read_text(path)
            after = without_lines(before or "", prefix)
            if before is None or after == before:
                continue
            changed.append(path)
            if check:
                continue
            if after.strip():
                replace_text(path, after)
            else:
                os.unlink(path)
                with contextlib.suppress(OSError):  # something else is in it
                    os.rmdir(os.path.dirname(path))
    return changed
