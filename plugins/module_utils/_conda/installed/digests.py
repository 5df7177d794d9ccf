# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""Packages on this disk. conda and rattler take them as they are, so their digests are computed here."""

from __future__ import annotations

import hashlib
import typing as t
from pathlib import Path
from urllib.parse import unquote, urlsplit

DIGESTS = ("sha256", "md5")
"""The digests that channels and locks give of a package, the better one first."""


def local_path(url: str) -> Path | None:
    """Return the path that a ``file://`` address names; None for every other address."""
    parts = urlsplit(url)
    return Path(unquote(parts.path)) if parts.scheme == "file" else None


def file_digests(path: Path, kinds: t.Iterable[str] = DIGESTS) -> dict[str, str]:
    """Return the file's digests, in hexadecimal, by their kind, from reading it once.

    :raises OSError: when it cannot be read.
    """
    # md5 is all that some locks have; a host that refuses it for security still computes it as a checksum.
    digests = {kind: hashlib.new(kind, usedforsecurity=False) for kind in kinds}
    with path.open("rb") as stream:
        for block in iter(lambda: stream.read(1 << 20), b""):
            for digest in digests.values():
                digest.update(block)
    return {kind: digest.hexdigest() for kind, digest in digests.items()}
