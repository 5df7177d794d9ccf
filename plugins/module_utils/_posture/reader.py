# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""Files of a host, read in bounds; what could not be read is remembered, so that it can be told."""

from __future__ import annotations

import errno
import os
import pwd
import stat
from pathlib import Path

from .._service.process import user_name
from .facts import File

LARGEST = 1 << 20  # bytes; of a longer history the end is read
MOST_HOMES = 1000


class Reader:
    """Reads, and lists what it was not allowed to read in ``unread``."""

    def __init__(self) -> None:
        self.unread: list[str] = []

    def note(self, path: object, error: OSError) -> None:
        """Remember what could not be read."""
        told = "%s: %s" % (path, error.strerror or error)
        if told not in self.unread:
            self.unread.append(told)

    def file(self, path: str, end: bool = False) -> File | None:
        """A regular file and its text; None when there is none. ``end`` reads the last part of a large one."""
        try:
            status = os.stat(path)
            directory = os.stat(os.path.dirname(os.path.realpath(path)))
        except OSError as error:
            if not isinstance(error, (FileNotFoundError, NotADirectoryError)):
                self.note(path, error)
            return None
        if not stat.S_ISREG(status.st_mode):
            return None
        # In a directory with the sticky bit, only a file's owner can replace it.
        writable = bool(directory.st_mode & 0o002) and not directory.st_mode & stat.S_ISVTX
        mode = stat.S_IMODE(status.st_mode)
        text = self._text(path, status.st_size, end)
        return File(path, mode, status.st_uid, status.st_gid, status.st_mtime, text, writable)

    def _text(self, path: str, size: int, end: bool) -> str | None:
        try:
            with open(path, "rb") as stream:
                if end and size > LARGEST:
                    stream.seek(size - LARGEST)
                return stream.read(LARGEST).decode("utf-8", "replace")
        except OSError as error:
            self.note(path, error)
            return None

    def names(self, directory: str) -> list[str]:
        """The names in a directory, sorted; none where there is no such directory."""
        try:
            return sorted(os.listdir(directory))
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError as error:
            self.note(directory, error)
            return []

    def files(self, directory: str, *endings: str) -> list[File]:
        """The regular files of a directory whose names end so."""
        paths = [os.path.join(directory, name) for name in self.names(directory) if name.endswith(endings or "")]
        return [file for file in map(self.file, paths) if file]


def homes(reader: Reader) -> list[str]:
    """The home directories that can be looked into, each once."""
    found: dict[str, bool] = {}
    for entry in pwd.getpwall()[:MOST_HOMES]:
        home = os.path.realpath(entry.pw_dir)
        if len(Path(home).parts) > 1 and home not in found and os.path.isdir(home):
            found[home] = os.access(home, os.X_OK)
            if not found[home]:
                reader.note(home, PermissionError(errno.EACCES, os.strerror(errno.EACCES)))
    return [home for home, open_to_us in found.items() if open_to_us]


def primary_group(uid: int) -> int:
    """The number of an account's own group; -1 when there is no such account."""
    try:
        return pwd.getpwuid(uid).pw_gid
    except KeyError:
        return -1


def private_group(gid: int, uid: int) -> bool:
    """Whether a group is but the account of that number."""
    import grp

    try:
        members = grp.getgrgid(gid).gr_mem
    except KeyError:
        members = []
    alone = [entry.pw_uid for entry in pwd.getpwall() if entry.pw_gid == gid]
    return set(alone) <= {uid, 0} and set(members) <= {user_name(uid), "root"}
