# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The trust of those who see the server's own certificate file: in this certificate, whoever issued it, and in nothing else."""

from __future__ import annotations

import ssl

from .._certificates.certificate import certificates_in
from .._certificates.names import CertificateError

# Python names it from 3.10 on. Without it only a certificate that signed itself could be trusted.
PARTIAL_CHAIN = getattr(ssl, "VERIFY_X509_PARTIAL_CHAIN", 0x80000)


def trusting_context(path: str, check_hostname: bool = True) -> ssl.SSLContext:
    """A TLS client context that trusts the server's certificate in this PEM file and nothing else.

    Raises CertificateError when the file cannot be read or holds no certificate.
    """
    try:
        with open(path, encoding="ascii") as file:
            leaf = "".join(certificates_in(file.read())[:1])
        context = ssl.create_default_context(cadata=leaf)
    except (OSError, ValueError) as error:
        raise CertificateError("cannot read the server's certificate in %s: %s" % (path, error)) from error
    context.verify_flags |= PARTIAL_CHAIN
    context.check_hostname = check_hostname
    return context
