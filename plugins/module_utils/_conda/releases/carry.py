# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""Takes over what no package brought into a release: files that somebody put there, and conda's notes on the environment."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from pathlib import Path

from ..changes.guards import ChangeError
from ..installed.unowned import unowned_files
from .pin import OWN_FILES

# In conda-meta: the owner's word on what may change, and variables. The history is written by who builds the release.
NOTES = ("conda-meta/pinned", "conda-meta/frozen", "conda-meta/state")
# Larger files than this are data, and name no path.
LARGEST_REWRITTEN = 64 << 20


def carried_files(old: Path) -> list[str]:
    """Return the paths, below the release, of what is to be taken over from it."""
    files = [path for path in unowned_files(old) if not path.endswith(OWN_FILES)]
    return files + [path for path in NOTES if os.path.lexists(str(old / path))]


def own_files(release: Path) -> dict[str, tuple[int, int, str]]:
    """Return what :func:`carried_files` names with its mode, its size, and what it holds; variables, which are no files, aside.

    The release's own path does not count, nor what large files hold: those have the time of their last change.
    """
    paths = (path for path in carried_files(release) if path != NOTES[-1])
    return {path: _fingerprint(release, release / path) for path in paths}


def _fingerprint(release: Path, path: Path) -> tuple[int, int, str]:
    status, own = os.lstat(str(path)), os.fsencode(str(release))
    if stat.S_ISLNK(status.st_mode):
        content = os.readlink(os.fsencode(str(path)))
    elif stat.S_ISREG(status.st_mode) and status.st_size <= LARGEST_REWRITTEN:
        content = path.read_bytes()
    else:
        content = b"%d" % status.st_mtime_ns
    return status.st_mode, status.st_size, hashlib.sha256(content.replace(own, b"")).hexdigest()


def size_of(old: Path, paths: list[str]) -> int:
    """Return the bytes that copies of these files take."""
    return sum(os.lstat(str(old / path)).st_size for path in paths)


def carry(old: Path, new: Path, paths: list[str]) -> None:
    """Copy what is not in the new release yet; where a file names the old release's path it names the new one's then."""
    for path in paths:
        if not os.path.lexists(str(new / path)):
            try:
                _make_directories(old, new, Path(path).parent)
            except (NotADirectoryError, FileExistsError) as error:
                raise ChangeError(
                    f"{old / path}, which no package brought, cannot be taken over, because a package has a file at "
                    f"{error.filename}; move it away and run again"
                ) from error
            try:
                _copy(old, new, path)
            except PermissionError as error:
                raise ChangeError(
                    f"{old / path}, which no package brought, cannot be read; move it away, or run as its owner"
                ) from error


def _make_directories(old: Path, new: Path, directory: Path) -> None:
    for part in (*reversed(directory.parents), directory):
        if not (new / part).exists():
            (new / part).mkdir()
            shutil.copystat(str(old / part), str(new / part))
            _give(old / part, new / part)


def _copy(old: Path, new: Path, path: str) -> None:
    source, copy = old / path, new / path
    if source.is_symlink():
        copy.symlink_to(os.readlink(str(source)).replace(str(old), str(new)))
    elif source.is_file():
        shutil.copy2(str(source), str(copy))
        _rewrite(copy, os.fsencode(str(old)), os.fsencode(str(new)))
    _give(source, copy)


def _rewrite(path: Path, old: bytes, new: bytes) -> None:
    """Both paths are of one length, so that this is right for a program as well as for a text."""
    status = path.stat()
    if status.st_size <= LARGEST_REWRITTEN and len(old) == len(new):
        content = path.read_bytes()
        if old in content:
            path.chmod(0o600)  # its owner may have no leave to write it
            path.write_bytes(content.replace(old, new))
            path.chmod(stat.S_IMODE(status.st_mode))
            os.utime(str(path), ns=(status.st_atime_ns, status.st_mtime_ns))


def _give(source: Path, copy: Path) -> None:
    status = os.lstat(str(source))
    if os.geteuid() == 0 and os.path.lexists(str(copy)):
        os.chown(str(copy), status.st_uid, status.st_gid, follow_symlinks=False)
        if not copy.is_symlink():
            copy.chmod(stat.S_IMODE(status.st_mode))  # a change of the owner takes bits away
