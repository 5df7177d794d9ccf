# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""The users of this host, and their files: changed as that user, so that a link in a home leads nowhere the user could not go."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

from .. import _files


def people() -> list[pwd.struct_passwd]:
    """Everybody whose files this process may change: all users for root, otherwise oneself."""
    found = pwd.getpwall() if os.geteuid() == 0 else [pwd.getpwuid(os.geteuid())]
    by_home = {user.pw_dir: user for user in reversed(found) if os.path.isdir(user.pw_dir) and user.pw_dir != "/"}
    return sorted(by_home.values(), key=lambda user: user.pw_uid)


def read_text(path: str) -> str | None:
    """The file's text with its line ends as they are, or None where there is none."""
    return _files.read_text(path, errors="surrogateescape", newline="")


def replace_text(path: str, text: str) -> None:
    """Replace a file in one rename and keep its permissions; where it is a link, what it leads to. Raises OSError."""
    path = os.path.realpath(path)
    mode = os.stat(path).st_mode & 0o7777 if os.path.exists(path) else 0o644
    _files.write_atomically(Path(path), text, mode, errors="surrogateescape")
