# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""Who may read and write a distribution, whatever the umask was when it was installed."""

from __future__ import annotations

import os
import stat

SAMPLE = (".", "bin", "conda-meta", "envs", "pkgs")  # what is looked at while nothing has changed
READ = stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH
EXECUTE = stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH


def is_shared(prefix: str, group: int | None) -> bool:
    """Whether the directories that matter are as :func:`share` leaves them."""
    paths = [os.path.join(prefix, name) for name in SAMPLE]
    return all(_wanted(os.lstat(path), group) is None for path in paths if os.path.lexists(path))


def share(prefix: str, group: int | None) -> None:
    """Let everybody read, and let ``group`` write: new files get it from their directory. Environments in it are left alone.

    :param group: its number; None for files that only their owner may write.
    """
    for path, directories, files in os.walk(prefix):
        if path == os.path.join(prefix, "envs"):
            directories[:] = []
        for name in [".", *files]:
            _give(os.path.normpath(os.path.join(path, name)), group)


def _give(path: str, group: int | None) -> None:
    """Through a descriptor, so that nobody in the group can put a link in the file's place meanwhile."""
    found = os.lstat(path)
    if _wanted(found, group) is None:
        return
    if not (stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)):
        if group is not None:
            os.lchown(path, -1, group)
        return
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        found = os.fstat(descriptor)
        if group is not None and found.st_gid != group:
            os.fchown(descriptor, -1, group)
        os.fchmod(descriptor, _wanted(found, group) or stat.S_IMODE(found.st_mode))
    finally:
        os.close(descriptor)


def _wanted(found: os.stat_result, group: int | None) -> int | None:
    """The permissions a file should have, or None if it has these and the group."""
    mode = stat.S_IMODE(found.st_mode)
    wanted = mode if stat.S_ISLNK(found.st_mode) else mode | READ
    if stat.S_ISDIR(found.st_mode) or (mode & stat.S_IXUSR and stat.S_ISREG(found.st_mode)):
        wanted |= EXECUTE
    if group is not None and not stat.S_ISLNK(found.st_mode):
        wanted |= stat.S_IWGRP | (stat.S_ISGID if stat.S_ISDIR(found.st_mode) else 0)
    same_group = group is None or found.st_gid == group
    return None if wanted == mode and same_group else wanted
