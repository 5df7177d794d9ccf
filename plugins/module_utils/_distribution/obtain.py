# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""Gets the installer, from a server or a directory, and knows what it got: nothing is run whose digest is not the wanted one."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import os
import posixpath
import time
import typing as t
import urllib.error
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from ansible.module_utils.urls import open_url

from .checksums import published_checksum
from .errors import DistributionError
from .installer_file import Room

BLOCK = 1 << 20
ATTEMPTS = 3
PAUSE = 2.0  # seconds before the second attempt; each further one waits twice as long
TIMEOUT = 30  # seconds without a byte
SMALL = 4 << 20  # bytes; a file of digests is not larger


@dataclass(frozen=True)
class Source:
    """``address`` is a URL (http, https, file) or a path on this host. Exactly one of the digests is given."""

    address: str
    sha256: str = ""
    sha256_address: str = ""
    user: str = ""
    password: str = ""
    ca_path: str = ""

    @property
    def name(self) -> str:
        """The file's name."""
        return posixpath.basename(urlsplit(self.address).path if "://" in self.address else self.address)


class _Interrupted(Exception):
    """A transfer broke; another attempt may help."""


def obtain(source: Source, target: str, room: Room, attempts: int = ATTEMPTS, pause: float = PAUSE) -> str:
    """Write the installer to ``target`` and return its sha256. Raises DistributionError and OSError.

    ``room`` is asked before the first byte is written.
    """
    sha256 = source.sha256.lower() or _published(source, attempts, pause)
    got, size = _repeated(lambda: _copy(source, target, room), attempts, pause)
    if got != sha256:
        with open(target, "rb") as stream:
            begin = stream.read(60)
        os.unlink(target)
        raise DistributionError(
            f"{source.address} is not what was wanted and was not run: wanted sha256 {sha256}, got {got} of {size} bytes that begin with "
            f"{begin!r}. Was it cut short, changed, or an error page? Get it again, or correct the checksum"
        )
    return sha256


def _published(source: Source, attempts: int, pause: float) -> str:
    def read() -> str:
        with _opened(source, source.sha256_address) as (stream, dummy):
            return stream.read(SMALL).decode("utf-8", "replace")

    return published_checksum(_repeated(read, attempts, pause), source.name, source.sha256_address)


Result = t.TypeVar("Result")


def _repeated(get: t.Callable[[], Result], attempts: int, pause: float) -> Result:
    attempt = 1
    while True:
        try:
            return get()
        except _Interrupted as error:
            if attempt >= attempts:
                raise DistributionError(
                    f"{error}, at {attempts} attempts; is the address right and the server up? Behind a proxy, set http_proxy and "
                    "https_proxy in the task's environment"
                ) from None
            time.sleep(pause * 2 ** (attempt - 1))
            attempt += 1


def _copy(source: Source, target: str, room: Room) -> tuple[str, int]:
    """Copy it; returns its sha256 and size."""
    with _opened(source, source.address) as (stream, length):
        room(length or 0)
        digest, size = hashlib.sha256(), 0
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as written:
            for block in _blocks(stream, source.address):
                digest.update(block)
                size += len(block)
                written.write(block)
    if length is not None and size != length:
        raise _Interrupted(f"{source.address} ended after {size} of {length} bytes")
    return digest.hexdigest(), size


def _blocks(stream: t.IO[bytes], address: str) -> t.Iterator[bytes]:
    while True:
        try:
            block = stream.read(BLOCK)
        except (OSError, http.client.HTTPException) as error:
            raise _Interrupted(f"{address} broke off: {error!r}") from None
        if not block:
            return
        yield block


@contextlib.contextmanager
def _opened(source: Source, address: str) -> t.Iterator[tuple[t.IO[bytes], int | None]]:
    """The stream and its length, None where the server does not say; closed at the end."""
    parts = urlsplit(address)
    if parts.scheme in ("http", "https"):
        stream, length = _request(source, address)
    else:
        stream, length = _local(unquote(parts.path) if parts.scheme == "file" else address)
    with contextlib.closing(stream):
        yield stream, length


def _local(path: str) -> tuple[t.IO[bytes], int]:
    try:
        stream = open(path, "rb")  # noqa: SIM115 - its caller closes it
        return stream, os.fstat(stream.fileno()).st_size
    except OSError as error:
        raise DistributionError(
            f"{path} cannot be read ({error.strerror}); give the installer's path on this host"
        ) from None


def _request(source: Source, address: str) -> tuple[t.IO[bytes], int | None]:
    try:
        answer = open_url(
            address,
            timeout=TIMEOUT,
            http_agent="benchwright",
            url_username=source.user or None,
            url_password=source.password or None,
            force_basic_auth=bool(source.user),
            ca_path=source.ca_path or None,
            decompress=False,
            use_netrc=False,
        )
    except urllib.error.HTTPError as error:
        if error.code >= 500 or error.code in (408, 429):
            raise _Interrupted(f"{address} answered {error.code} {error.reason}") from None
        raise DistributionError(
            f"{address} answered {error.code} {error.reason}; correct the version, the mirror, or the user and password"
        ) from None
    except (OSError, http.client.HTTPException) as error:
        raise _Interrupted(f"{address} does not answer: {error}") from None
    length = answer.headers.get("Content-Length")
    return answer, int(length) if length else None
