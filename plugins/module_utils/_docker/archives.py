# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""Images in files, for networks that reach no registry: written whole or not at all, and taken in only if they are ours."""

from __future__ import annotations

import contextlib
import json
import os
import tarfile
import tempfile
import typing as t
from pathlib import Path

from .engine import DockerError, Engine
from .workbench import MARK

BLOCK = 1 << 20
MANIFEST = "manifest.json"


def save(engine: Engine, path: str, references: t.Sequence[str], check_mode: bool) -> bool:
    """Have these images in the file; return whether they were not there. Raises DockerError, OSError."""
    wanted = {reference: _id(engine, reference) for reference in references}
    if os.path.exists(path) and contents(path) == wanted:
        return False
    if not check_mode:
        _write(path, engine.save(references))
    return True


def load(engine: Engine, path: str, check_mode: bool) -> tuple[list[str], bool]:
    """Have the file's images on the engine; return their names, and whether one was missing. Raises DockerError, OSError."""
    found = contents(path)
    missing = [name for name, digest in found.items() if (engine.image(name) or {}).get("Id") != digest]
    if missing and not check_mode:
        with open(path, "rb") as stream:
            engine.load(iter(lambda: stream.read(BLOCK), b""))
    return sorted(found), bool(missing)


def contents(path: str) -> dict[str, str]:
    """Return the ids of a file's images by their names; raises DockerError for a file that holds others than ours."""
    try:
        with tarfile.open(path) as archive:
            manifest = _json(archive, MANIFEST)
            configurations = {entry["Config"]: _json(archive, entry["Config"]) for entry in manifest}
    except (tarfile.TarError, EOFError, KeyError, ValueError, TypeError) as error:
        raise DockerError(f"{path} is no archive of images, as 'save' writes it: {error}") from error
    for entry in manifest:
        if MARK not in ((configurations[entry["Config"]].get("config") or {}).get("Labels") or {}):
            raise DockerError(
                f"{path} holds {', '.join(entry['RepoTags'] or ['an image'])}, which was not made by this collection (it has no "
                f"label {MARK}); take it in with 'docker load'"
            )
    return {name: "sha256:" + Path(entry["Config"]).stem for entry in manifest for name in entry["RepoTags"] or ()}


def _json(archive: tarfile.TarFile, name: str) -> t.Any:
    member = archive.extractfile(name)
    if member is None:
        raise KeyError(name)
    return json.load(member)


def _id(engine: Engine, reference: str) -> str:
    found = engine.image(reference)
    if found is None:
        raise DockerError(f"the engine has no image {reference}; name one that 'list' shows")
    if MARK not in (found["Config"].get("Labels") or {}):
        raise DockerError(f"{reference} was not made by this collection (it has no label {MARK}); use 'docker save'")
    return str(found["Id"])


def _write(path: str, blocks: t.Iterable[bytes]) -> None:
    directory = os.path.dirname(path) or "."
    descriptor, name = tempfile.mkstemp(dir=directory, prefix=".saving-")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.writelines(blocks)
            os.fchmod(stream.fileno(), 0o644)
            os.fsync(stream.fileno())
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name)
        raise
