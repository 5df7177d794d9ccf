# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""Keys and certificates: what they say of themselves, and whether they belong together. Keys are never copied."""

from __future__ import annotations

import re
import ssl
import subprocess
from dataclasses import replace

from .._certificates.certificate import certificates_in
from .._certificates.names import CertificateError
from .._certificates.openssl import OpenSSL, executable
from .facts import Certificate, Setting, TlsFiles
from .reader import Reader

TIMEOUT = 10  # seconds, of openssl
KEY = re.compile(r"Public Key Algorithm: (\S+).*?Public-Key: \((\d+) bit", re.DOTALL)
DIGEST = re.compile(r"Signature Algorithm: (\S+)")


def describe(pem: str, where: str) -> Certificate | None:
    """The first certificate of a PEM text; None when there is none. Raises CertificateError, also without openssl."""
    pems = certificates_in(pem)
    if not pems:
        return None
    program = executable(None)
    found = OpenSSL(program).certificate(pems[0])
    text = _text(program, pems[0])
    key, digest = KEY.search(text), DIGEST.search(text)
    size = (key.group(1), int(key.group(2))) if key else ("", 0)
    return Certificate(where, frozenset(found.names), found.not_after, size, digest.group(1) if digest else "")


def _text(program: str, pem: str) -> str:
    command = [program, "x509", "-noout", "-text", "-certopt", "no_sigdump"]
    try:
        done = subprocess.run(command, input=pem, capture_output=True, text=True, timeout=TIMEOUT, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CertificateError(str(error)) from error
    return done.stdout


def tls_files(reader: Reader, certfile: str, keyfile: str, user_gid: int) -> TlsFiles:
    """What a configuration names; ``keyfile`` is empty where the key is in the certificate's file."""
    certificate_file, key_file = reader.file(certfile), reader.file(keyfile or certfile)
    certificate = described(reader, (certificate_file and certificate_file.text) or "", certfile)
    readable = all(file and file.text is not None for file in (certificate_file, key_file))
    together = _belong_together(certfile, keyfile) if readable else None
    holds_key = key_file and (key_file.text is None or "PRIVATE KEY-----" in key_file.text)
    # The key itself is no fact.
    return TlsFiles(replace(key_file, text=None) if key_file and holds_key else None, certificate, together, user_gid)


def described(reader: Reader, pem: str, where: str) -> Certificate | None:
    """As ``describe``; what cannot be described is remembered."""
    try:
        return describe(pem, where)
    except CertificateError as error:
        reader.note("the certificate of " + where, OSError(0, str(error).partition("\n")[0]))
        return None


def served(reader: Reader, der: bytes, where: str) -> Certificate | None:
    """The certificate that a handshake showed."""
    return described(reader, ssl.DER_cert_to_PEM_cert(der), where) if der else None


def _belong_together(certfile: str, keyfile: str) -> bool | None:
    """None for an encrypted key, which nobody is asked the password of."""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certfile, keyfile or None, password="")
    except ssl.SSLError as error:
        return False if "MISMATCH" in (error.reason or "") else None
    except (OSError, ValueError):
        return None
    return True


def named(setting: Setting | None) -> str:
    """The absolute path in a setting; empty when it is computed, or relative to a directory that is not known."""
    return setting.value if setting and isinstance(setting.value, str) and setting.value.startswith("/") else ""
