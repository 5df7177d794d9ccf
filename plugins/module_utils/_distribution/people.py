# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""The users of this host, and their files: changed as that user, so that a link in a home leads nowhere the user could not go."""

from __future__ import annotations

import contextlib
import os
import pwd
import tempfile
import typing as t


def people() -> list[pwd.struct_passwd]:
    """Everybody whose files this process may change: all users for root, otherwise oneself."""
    found = pwd.getpwall() if os.geteuid() == 0 else [pwd.getpwuid(os.geteuid())]
    by_home = {user.pw_dir: user for user in reversed(found) if os.path.isdir(user.pw_dir) and user.pw_dir != "/"}
    return sorted(by_home.values(), key=lambda user: user.pw_uid)


@contextlib.contextmanager
def acting_as(user: pwd.struct_passwd) -> t.Iterator[None]:
    """Have this user's rights and no others while the block runs."""
    if os.geteuid() != 0 or user.pw_uid == 0:
        yield
        return
    groups, group = os.getgroups(), os.getegid()
    try:
        os.setgroups(os.getgrouplist(user.pw_name, user.pw_gid))
        os.setegid(user.pw_gid)
        os.seteuid(user.pw_uid)
        yield
    finally:
        os.seteuid(0)
        os.setegid(group)
        os.setgroups(groups)


def read_text(path: str) -> str | None:
    """The file's text with its line ends as they are, or None where there is none."""
    try:
        with open(path, encoding="utf-8", errors="surrogateescape", newline="") as stream:
            return stream.read()
    except (FileNotFoundError, NotADirectoryError):
        return None


def replace_text(path: str, text: str) -> None:
    """Replace a file in one rename and keep its permissions; where it is a link, what it leads to. Raises OSError."""
    path = os.path.realpath(path)
    mode = os.stat(path).st_mode & 0o7777 if os.path.exists(path) else 0o644
    descriptor, new = tempfile.mkstemp(dir=os.path.dirname(path), prefix="." + os.path.basename(path))
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="surrogateescape", newline="") as stream:
            os.fchmod(stream.fileno(), mode)
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(new, path)
    except BaseException:
        os.unlink(new)
        raise
