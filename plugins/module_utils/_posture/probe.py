# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""What a listening server answers: one GET of its login page, and one handshake with old TLS."""

from __future__ import annotations

import contextlib
import http.client
import re
import socket
import ssl
import warnings
from dataclasses import replace

from .._jupyter.answer import LOOPBACK
from .facts import Answer

TIMEOUT = 3.0  # seconds, of each connection


def ask(address: str, port: int, base_url: str = "/") -> Answer:
    """Ask a server on this host. What does not answer leaves the defaults.

    Without TLS first: a server without it lets a handshake wait for ever, and one with it drops or refuses (400) plain text.
    """
    local, answer, path = LOOPBACK.get(address, address), Answer(address, port), base_url.rstrip("/") + "/login"
    with contextlib.suppress(OSError, http.client.HTTPException):
        plain = _get(answer, http.client.HTTPConnection(local, port, timeout=TIMEOUT), path)
        if plain.status != http.client.BAD_REQUEST:
            return plain
    with contextlib.suppress(OSError, http.client.HTTPException):
        secure = http.client.HTTPSConnection(local, port, timeout=TIMEOUT, context=_context())
        secure.connect()
        certificate = secure.sock.getpeercert(binary_form=True) or b""
        answer = replace(answer, tls=True, certificate=certificate, old_tls=_accepts_old(local, port))
        answer = _get(answer, secure, path)
    return answer


def _context(old: bool = False) -> ssl.SSLContext:
    """Takes any certificate: this is about what the server accepts, and nothing is entrusted to it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    if old:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.set_ciphers("ALL:@SECLEVEL=0")
            context.minimum_version = ssl.TLSVersion.TLSv1
            context.maximum_version = ssl.TLSVersion.TLSv1_1
    return context


def _accepts_old(address: str, port: int) -> bool:
    """False also where the host's own OpenSSL knows no old TLS: then nothing here can accept it either."""
    try:
        with socket.create_connection((address, port), TIMEOUT) as connection, _context(old=True).wrap_socket(
            connection
        ):
            return True
    except (OSError, ValueError):
        return False


def _get(answer: Answer, connection: http.client.HTTPConnection, path: str) -> Answer:
    try:
        connection.request("GET", path)
        page = connection.getresponse()
        cookies = page.headers.get_all("Set-Cookie", [])
        insecure = [cookie.partition("=")[0] for cookie in cookies if "; secure" not in cookie.lower()]
        hsts = bool(page.headers.get("Strict-Transport-Security"))
        target = page.headers.get("Location", "")
        # To another host or page of login is where other ways to log in begin.
        passes = page.status == 302 and re.match(r"/(?!/)(?!.*login)", target) is not None
        return replace(answer, status=page.status, passes=passes, hsts=hsts, insecure_cookies=tuple(insecure))
    finally:
        connection.close()
