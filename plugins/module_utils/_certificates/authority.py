# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""An authority on the host: its key is made there and never leaves it, and another authority signs what it may do."""

from __future__ import annotations

import contextlib
import os
import time
import typing as t
from pathlib import Path

from .._files import write_atomically
from . import configuration
from .certificate import Certificate, Pair, keys_in
from .decide import reason_to_replace_issuer
from .names import CertificateError
from .openssl import OpenSSL
from .sources import Settings, found_pair, read_text


class Asked(t.NamedTuple):
    """What the other authority is asked to sign."""

    reason: str
    request: str
    """A certificate signing request, as PEM."""
    written: bool
    """Whether there is a new key in a file; in check mode, whether there would be."""


def ask(settings: Settings, openssl: OpenSSL, authority: str, check: bool) -> Asked | None:
    """Make the request for the host's authority, or None when it has what it needs. The key waits in a file for the answer.

    :param authority: the certificate that people trust, as PEM. Raises CertificateError, OSError.
    """
    found = found_pair(openssl, str(settings.issuer))
    trusted = openssl.certificate(authority)
    reason = reason_to_replace_issuer(found, trusted, settings.names, settings.valid_days, time.time())
    if reason is None:
        return None
    key = _waiting_key(settings, openssl)
    new = key or openssl.new_key()
    if not (key or check):
        write_atomically(Path(_waiting(settings)), new, 0o600)
    return Asked(reason, openssl.request(new, configuration.for_authority(settings.names)), key is None)


def take(settings: Settings, openssl: OpenSSL, authority: str, certificate: str) -> None:
    """Put the waiting key to use with its certificate. Raises CertificateError, OSError."""
    key = _waiting_key(settings, openssl)
    if key is None:
        raise CertificateError("there is no key in %s that the certificate could belong to" % _waiting(settings))
    pair = Pair(key, openssl.certificate(certificate), (openssl.certificate(authority),))
    openssl.pair(pair.text())
    openssl.verify(pair)
    _refuse_another(pair.leaf)
    write_atomically(Path(str(settings.issuer)), pair.text(), 0o600)
    os.unlink(_waiting(settings))


def _refuse_another(certificate: Certificate) -> None:
    if not certificate.authority:
        raise CertificateError("the certificate for %s is not one of an authority" % certificate.subject)


def _waiting(settings: Settings) -> str:
    return "%s.waiting" % settings.issuer


def _waiting_key(settings: Settings, openssl: OpenSSL) -> str | None:
    with contextlib.suppress(CertificateError):
        key = "".join(keys_in(read_text(_waiting(settings))))
        openssl.public_key(key)
        return key
    return None
