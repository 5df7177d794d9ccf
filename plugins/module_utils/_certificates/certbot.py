# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""What certbot keeps of a certificate, when another one is needed, and how it is asked for it."""

from __future__ import annotations

import os
import re
import typing as t

from .certificate import Certificate
from .decide import reason_to_renew
from .openssl import OpenSSL, executable
from .sources import read_text

SERVER = re.compile(r"^server *= *(\S+)", re.MULTILINE)
LOG = re.compile(r"^Saving debug log to (\S+)", re.MULTILINE)
DETAIL = re.compile(r'^ *"detail": "(.*)",?$', re.MULTILINE)
FOREVER = float("inf")


class Lineage(t.NamedTuple):
    """A certificate that certbot renews, and the URL of the ACME server's directory that it is from."""

    certificate: Certificate
    directory: str


def read(config_directory: str, name: str) -> Lineage | None:
    """What certbot keeps under this name; None where it keeps nothing that it could renew. Raises CertificateError."""
    settings = os.path.join(config_directory, "renewal", name + ".conf")
    certificate = os.path.join(config_directory, "live", name, "cert.pem")
    if not (os.path.exists(settings) and os.path.exists(certificate)):
        return None
    server = SERVER.search(read_text(settings))
    found = OpenSSL(executable(None)).certificate(read_text(certificate))
    return Lineage(found, server.group(1) if server else "")


def reason_to_ask(found: Lineage | None, names: t.Sequence[str], directory: str, now: float) -> str | None:
    """Why another certificate is needed. certbot's own timer renews ahead; here only one that has ended is renewed.

    :param names: in the form ``DNS:x``.
    :param now: Unix seconds.
    """
    if found and found.directory != directory:
        return "it is from %s, not from %s" % (found.directory or "an unknown server", directory)
    return reason_to_renew(found.certificate if found else None, names, 0, now, FOREVER)


def said_by_server(output: str) -> str:
    """The last that an ACME server had against it, which some releases of certbot keep to their log; empty for nothing.

    With Python 3.11 certbot 2.1 stumbles over every such answer, and says that an attribute cannot be set.

    :param output: what certbot printed.
    """
    log = LOG.search(output)
    if not log or not os.path.exists(log.group(1)):
        return ""
    details: list[str] = DETAIL.findall(read_text(log.group(1)))
    return details[-1] if details else ""


def asking(name: str, names: t.Sequence[str], email: str, directory: str, again: bool) -> list[str]:
    """certbot's arguments.

    :param again: whether it has a certificate of this name, which it is to replace though that is not near its end.
    """
    contact = ["--email", email] if email else ["--register-unsafely-without-email"]
    domains = [part for domain in names for part in ("--domain", domain)]
    replace = ["--renew-with-new-domains", "--force-renewal"] if again else []
    # A renewal keeps the key: what reads the file while it is replaced may have half of either.
    key = ["--key-type", "ecdsa", "--elliptic-curve", "secp256r1", "--reuse-key"]
    wanted = ["--cert-name", name, "--server", directory, *domains]
    return ["certonly", "--standalone", "--agree-tos", *contact, *key, *wanted, *replace]
