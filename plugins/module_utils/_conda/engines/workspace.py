# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""The directories that a tool works in: copies to plan in, caches, and the prefix from before its first package."""

from __future__ import annotations

import contextlib
import os
import tempfile
import typing as t
from pathlib import Path

from ..._files import write_atomically
from ..installed.prefix import InstalledPackage, record_path
from .cache_lock import PRIVATE, cache_lock
from .credentials import Credentials
from .interface import EngineError


def write_scratch(path: str, prefix: str, stay: t.Iterable[InstalledPackage], pins: t.Iterable[str]) -> None:
    """Make a directory that a tool takes for an environment with these packages of ``prefix``, to plan in."""
    meta = os.path.join(path, "conda-meta")
    os.mkdir(meta)
    for package in stay:
        os.symlink(record_path(prefix, package), record_path(path, package))
    for name, lines in (("history", ()), ("pinned", tuple(pins))):
        with open(os.path.join(meta, name), "w", encoding="utf-8") as stream:
            stream.write("".join(line + "\n" for line in lines))


@contextlib.contextmanager
def silent_python(prefix: str) -> t.Iterator[None]:
    """Where the prefix has no Python and no uv, have some that say nothing: mamba 2 asks them for pip's packages."""
    directory = os.path.join(prefix, "bin")
    made = [path for path in (os.path.join(directory, name) for name in ("python", "uv")) if not os.path.lexists(path)]
    os.makedirs(directory, exist_ok=True)
    for path in made:
        os.symlink("/bin/true", path)
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            for path in made:
                os.unlink(path)
            os.rmdir(directory)


def write_cache(path: str, shared: str | None) -> dict[str, str]:
    """Make ``path`` an empty package cache, with which every package is described in full; return the variable that names it.

    The channels' indexes, which are large, are kept in the cache ``shared`` where there is one.
    """
    if shared and os.access(shared, os.W_OK | os.X_OK):
        indexes = os.path.join(shared, "cache")
        os.makedirs(indexes, exist_ok=True)
        os.symlink(indexes, os.path.join(path, "cache"))
    return {"CONDA_PKGS_DIRS": path}


@contextlib.contextmanager
def package_cache(path: str, credentials: Credentials, patience: float) -> t.Iterator[tuple[dict[str, str], int]]:
    """The package cache to install from; yields the variable that names it, and the lock, for children to inherit.

    With tokens it is one that nobody else can read and that goes afterwards: the tools note there where packages came from.
    Another run that changes the cache is waited for, for ``patience`` seconds.
    """
    with cache_lock(path, patience) as lock:
        if not credentials.tokens:
            yield {"CONDA_PKGS_DIRS": path}, lock
            return
        with tempfile.TemporaryDirectory(dir=path, prefix=PRIVATE) as private:
            yield {"CONDA_PKGS_DIRS": private}, lock


@contextlib.contextmanager
def environment(prefix: str, credentials: Credentials) -> t.Iterator[None]:
    """Make the prefix an environment, as conda sees it, and leave no trace of it if nothing could be installed."""
    meta = Path(prefix, "conda-meta")
    missing = [path for path in (meta, meta.parent) if not path.exists()]
    try:
        meta.mkdir(parents=True, exist_ok=True)
        (meta / "history").touch()
    except OSError as error:
        raise EngineError(
            f"nothing can be made in {prefix} ({error.strerror}); choose another prefix, or run as its owner"
        ) from error
    try:
        yield
    except EngineError:
        _remove_if_empty(meta, missing)
        raise
    finally:
        if credentials.tokens and meta.exists():
            _without_tokens(meta, credentials)


def _remove_if_empty(meta: Path, made: t.Iterable[Path]) -> None:
    with contextlib.suppress(OSError):
        if not any(meta.glob("*.json")) and not (meta / "history").stat().st_size:
            (meta / "history").unlink()
        for path in made:
            path.rmdir()


def _without_tokens(meta: Path, credentials: Credentials) -> None:
    for path in [*meta.glob("*.json"), meta / "history"]:
        text = path.read_text(encoding="utf-8")
        public = credentials.without_tokens(text)
        if public != text:
            write_atomically(path, public)
