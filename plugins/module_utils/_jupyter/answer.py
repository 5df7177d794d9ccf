# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Does the server answer at all? The one question that needs no password."""

from __future__ import annotations

import http.client
import ssl

from .certificate import trusting_context

LOOPBACK = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # where a server that listens everywhere is found


def answer_of(address: str, port: int, certificate: str, patience: float = 5) -> str | None:
    """None when a server with this certificate answers /api over TLS within `patience` seconds, else what happened instead.

    Raises CertificateError when the certificate cannot be read.
    """
    connection = http.client.HTTPSConnection(
        LOOPBACK.get(address, address),
        port,
        timeout=patience,
        context=trusting_context(certificate, check_hostname=False),
    )
    try:
        connection.request("GET", "/api")
        status = connection.getresponse().status
        return None if status == 200 else "GET /api was answered with HTTP status %d" % status
    except (OSError, ssl.SSLError, http.client.HTTPException) as error:
        return "GET /api on port %d: %s" % (port, error or type(error).__name__)
    finally:
        connection.close()
