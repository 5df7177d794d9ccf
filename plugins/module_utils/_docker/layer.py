# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""A directory as the tar stream of an image's layer: the same bytes for the same files, wherever and whenever it is made."""

from __future__ import annotations

import datetime
import os
import stat
import tarfile
import typing as t

from .engine import DockerError

TIME = datetime.datetime(1980, 1, 1)
"""When every file was changed last, as far as the image tells, in UTC; a zip archive knows no earlier time."""
TIMESTAMP = int(TIME.replace(tzinfo=datetime.timezone.utc).timestamp())
BLOCK = 1 << 20


def tar_stream(directory: str) -> t.Iterator[bytes]:
    """Yield a tar archive of what is in the directory, which is the image's root; raises DockerError, OSError.

    Everything belongs to root, who alone may write; of a file's mode only whether it is a program is kept.
    """
    for path in _below(directory):
        yield from _member(path, os.path.relpath(path, directory))
    yield bytes(2 * tarfile.BLOCKSIZE)


def _below(directory: str) -> t.Iterator[str]:
    """Each directory before what is in it, by name and not as the file system lists them."""
    for name in sorted(os.listdir(directory), key=os.fsencode):
        path = os.path.join(directory, name)
        yield path
        if os.path.isdir(path) and not os.path.islink(path):
            yield from _below(path)


def _member(path: str, name: str) -> t.Iterator[bytes]:
    status, member = os.lstat(path), tarfile.TarInfo(name)
    member.mtime = TIMESTAMP
    member.mode = 0o755 if status.st_mode & stat.S_IXUSR else 0o644
    if stat.S_ISDIR(status.st_mode):
        member.type, member.mode = tarfile.DIRTYPE, 0o755
    elif stat.S_ISLNK(status.st_mode):
        member.type, member.mode, member.linkname = tarfile.SYMTYPE, 0o777, os.readlink(path)
    elif stat.S_ISREG(status.st_mode):
        member.size = status.st_size
    else:
        raise DockerError(
            f"{path} is neither a file nor a directory nor a link, so no image can hold it; remove the package it is of"
        )
    yield member.tobuf(tarfile.GNU_FORMAT, "utf-8", "surrogateescape")
    if member.size:
        yield from _content(path, member.size)


def _content(path: str, size: int) -> t.Iterator[bytes]:
    left = size
    with open(path, "rb") as stream:
        while left:
            block = stream.read(min(BLOCK, left))
            if not block:
                raise DockerError(
                    f"{path} became shorter while the image was made; see who else works there, and run again"
                )
            left -= len(block)
            yield block
    yield bytes(-size % tarfile.BLOCKSIZE)
