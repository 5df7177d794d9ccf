# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Does the server answer, and is it closed? The two questions that need no password."""

from __future__ import annotations

import http.client
import socket
import ssl

from .certificate import trusting_context

LOOPBACK = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # where a server that listens everywhere is found
# What a stranger gets: the version, and no state. A server that tells the state to everybody is open, and counts as not started.
ANSWERS = {"/api": 200, "/api/status": 403}


class SocketConnection(http.client.HTTPConnection):
    """HTTP through a socket of the file system."""

    def __init__(self, path: str, timeout: float) -> None:
        super().__init__("localhost", timeout=timeout)
        self.path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def answer_of(address: str, port: int, certificate: str, patience: float = 5) -> str | None:
    """None when a server with this certificate answers as in ANSWERS, each within `patience` seconds, else what happened instead.

    Raises CertificateError when the certificate cannot be read.
    """
    context = trusting_context(certificate, check_hostname=False)
    host = LOOPBACK.get(address, address)
    return _answer(http.client.HTTPSConnection(host, port, timeout=patience, context=context), "port %d" % port)


def answer_through(path: str, patience: float = 5) -> str | None:
    """The same of a server that listens at a socket, where no TLS is needed."""
    return _answer(SocketConnection(path, patience), path)


def _answer(connection: http.client.HTTPConnection, where: str) -> str | None:
    path = ""
    try:
        for path, wanted in ANSWERS.items():
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            if answer.status != wanted:
                return "GET %s was answered with HTTP status %d instead of %d" % (path, answer.status, wanted)
        return None
    except (OSError, ssl.SSLError, http.client.HTTPException) as error:
        return "GET %s on %s: %s" % (path, where, error or type(error).__name__)
    finally:
        connection.close()
