# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""What a build is given: files in a tar archive that is made in memory, the same bytes for the same files."""

from __future__ import annotations

import io
import tarfile
import typing as t
from pathlib import PurePosixPath

from .layer import TIMESTAMP


class File(t.NamedTuple):
    """A text file with a relative name."""

    name: str
    content: str
    mode: int = 0o644


def archived(files: t.Sequence[File]) -> bytes:
    """Return the archive, with the directories of the files: an image's layer has their time and mode, too."""
    stream = io.BytesIO()
    directories = {str(above) for file in files for above in PurePosixPath(file.name).parents if above.name}
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for name in sorted(directories):
            archive.addfile(_member(name, 0o755, tarfile.DIRTYPE))
        for file in files:
            content = file.content.encode()
            member = _member(file.name, file.mode)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return stream.getvalue()


def _member(name: str, mode: int, kind: bytes = tarfile.REGTYPE) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.mode, member.type, member.mtime = mode, kind, TIMESTAMP
    return member
