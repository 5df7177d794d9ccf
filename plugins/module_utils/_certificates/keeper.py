# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""Keeps a server's PEM file: reads, decides, makes, replaces it by one rename."""

from __future__ import annotations

import os
import time
import typing as t
from pathlib import Path

from .._files import write_atomically
from .certificate import Certificate, Pair
from .decide import day_of, overdue, wrong_names
from .names import CertificateError
from .openssl import OpenSSL, available
from .sources import SOURCES, SelfSigned, Settings, found_pair


class Kept(t.NamedTuple):
    """What was done, or in check mode would be."""

    reason: str | None
    """Why there is a new certificate; None when the one that was there stays."""
    before: Certificate | None
    after: Certificate | None
    """None in check mode where it is yet to be made."""
    warnings: tuple[str, ...] = ()
    """What is not as it was asked for, and can be used all the same."""
    overdue: str | None = None
    """Why it seems that nobody renews it."""


def keep(settings: Settings, openssl: OpenSSL, own: t.Callable[[str], object], check: bool = False) -> Kept:
    """Replace the PEM file where that is needed; a file that cannot be replaced stays.

    :param own: gets the path of the new file before it takes the other's place, to set owner, group and mode.

    Raises CertificateError, OSError.
    """
    source = source_of(settings, openssl)
    found = found_pair(openssl, settings.path)
    reason = source.reason(found)
    if reason and check:
        return Kept(reason, leaf_of(found), None)
    if reason:
        text = source.text(found)
        made: Pair | None = openssl.pair(text)
        write_atomically(Path(settings.path), text, 0o600, own)
    else:
        made = found
    if made is None:
        raise CertificateError("there is no certificate in %s" % settings.path)
    warnings = tuple(wrong_names(made.leaf, settings.names))
    return Kept(
        reason,
        leaf_of(found),
        made.leaf,
        warnings,
        overdue(made.leaf.not_after, settings.renew_before_days, time.time()),
    )


def too_early(settings: Settings, other: str | None) -> bool:
    """Whether what the certificate is made from, or with, is not there yet; ``other`` is an openssl besides the system's."""
    paths = {"issuer": (str(settings.issuer),), "files": settings.files}.get(settings.source, ())
    return not all(map(os.path.exists, paths)) or not (available(other) or os.path.exists(settings.path))


def source_of(settings: Settings, openssl: OpenSSL) -> SelfSigned:
    return SOURCES[settings.source](settings, openssl, time.time())


def leaf_of(pair: Pair | None) -> Certificate | None:
    return pair.leaf if pair else None


def describe(certificate: Certificate | None) -> dict[str, t.Any]:
    """The public part, for people."""
    if certificate is None:
        return {}
    names, end = sorted(certificate.names), day_of(certificate.not_after)
    return {"names": names, "issuer": certificate.issuer, "not_after": end}
