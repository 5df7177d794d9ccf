# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.
"""Certificates of the site that the whole system is to trust, each in a file of its own, and the system's bundle with them."""

from __future__ import annotations

import base64
import binascii
import glob
import hashlib
import os
import re
from pathlib import Path

from . import text
from .command import LinuxError, change, exists, run

SOURCES, LINKS = "usr/local/share/ca-certificates/benchwright", "etc/ssl/certs"
PREFIX = "benchwright-"
_PEM = re.compile(r"-----BEGIN CERTIFICATE-----\s(.*?)-----END CERTIFICATE-----", re.S)


def split(pem: str) -> dict[str, str]:
    """Return the certificates of a PEM text, each in canonical form, by the name of its file. Raises LinuxError."""
    found = {}
    for body in _PEM.findall(pem):
        try:
            der = base64.b64decode("".join(body.split()), validate=True)
        except binascii.Error as error:
            raise LinuxError(
                f"a certificate of the CA bundle is damaged ({error}); give its PEM text as it was issued"
            ) from error
        lines = base64.encodebytes(der).decode().replace("\n", "")
        wrapped = "\n".join(lines[start : start + 64] for start in range(0, len(lines), 64))
        name = f"{PREFIX}{hashlib.sha256(der).hexdigest()[:16]}.crt"
        found[name] = f"-----BEGIN CERTIFICATE-----\n{wrapped}\n-----END CERTIFICATE-----\n"
    if pem.strip() and not found:
        raise LinuxError("the CA bundle holds no '-----BEGIN CERTIFICATE-----': give certificates as PEM text")
    return found


def trust(pem: str, check: bool, root: str = "/") -> list[dict[str, str]]:
    """Have the system trust exactly these certificates of ours; returns the changes.

    Without update-ca-certificates the files lie there for the package ca-certificates, which takes them in when it is installed.
    Raises LinuxError, OSError.
    """
    directory = os.path.join(root, SOURCES)
    wanted = {os.path.join(directory, name): content for name, content in split(pem).items()}
    found = {path: text.read_text(path) for path in glob.glob(os.path.join(directory, PREFIX + "*.crt"))}
    changes = [
        change(path, found.get(path), wanted.get(path))
        for path in sorted({*wanted, *found})
        if found.get(path) != wanted.get(path)
    ]
    stale = bool(changes) or not _taken_in(wanted, root)
    if check or not stale:
        return changes or ([change(LINKS, "other certificates", "as wanted")] if stale else [])
    os.makedirs(directory, exist_ok=True)
    for path in set(found) - set(wanted):
        os.unlink(path)
    for path, content in wanted.items():
        text.replace(path, content, mode=0o644)
    if exists("update-ca-certificates"):
        # Only --fresh takes the links to what is gone away.
        run("update-ca-certificates", *(() if all(link.exists() for link in _links(root)) else ("--fresh",)))
    if not wanted:
        os.rmdir(directory)  # last: while it is there, something may be left to do
    return changes or [change(LINKS, "other certificates", "as wanted")]


def _taken_in(wanted: dict[str, str], root: str) -> bool:
    """Whether the bundle has what is wanted, and no link leads to what is gone; as good as that where nothing makes a bundle."""
    if not exists("update-ca-certificates"):
        return True
    bundle = text.read_text(os.path.join(root, LINKS, "ca-certificates.crt")) or ""
    return all(content.strip() in bundle for content in wanted.values()) and all(link.exists() for link in _links(root))


def _links(root: str) -> list[Path]:
    return [Path(path) for path in glob.glob(os.path.join(root, LINKS, PREFIX + "*.pem"))]
