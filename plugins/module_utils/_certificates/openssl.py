# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""The one door to openssl, 1.1.1 or later. It never sees its own configuration directory: the one file it reads is ours."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import tempfile
import typing as t

from . import configuration
from .certificate import SHOWN, Certificate, Pair, certificates_in, keys_in, parse
from .names import CertificateError

# The system's own comes first: what root runs should not lie where others may write.
SYSTEM = "/usr/bin:/bin:/usr/local/bin"
COMMON = ("-sha256", "-days")


def available(other: str | None) -> str | None:
    """The system's openssl, or else the other one, or None."""
    return shutil.which("openssl", path=SYSTEM) or (other if other and os.access(other, os.X_OK) else None)


def executable(other: str | None) -> str:
    """The same. Raises CertificateError when there is neither."""
    found = available(other)
    if found is None:
        raise CertificateError("no openssl: neither the system's nor %s. Install openssl, or give `openssl`" % other)
    return found


class OpenSSL:
    """Keys only ever are in pipes, or in files that nobody else can read."""

    def __init__(self, path: str) -> None:
        self._path = path

    def _call(self, *arguments: str, data: str = "", text: str = "") -> str:
        """Run openssl with a configuration file of this text; returns what it prints."""
        with tempfile.NamedTemporaryFile("w", suffix=".cnf") as file:
            file.write(text)
            file.flush()
            done = subprocess.run(
                [self._path, *(file.name if argument == "CONFIGURATION" else argument for argument in arguments)],
                input=data,
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                env={"OPENSSL_CONF": file.name, "LC_ALL": "C", "PATH": SYSTEM},
                check=False,
            )
        if done.returncode != 0:
            raise CertificateError("`openssl %s` failed: %s" % (arguments[0], done.stderr.strip() or done.stdout))
        return done.stdout

    def certificate(self, pem: str) -> Certificate:
        """What matters of one certificate. Raises CertificateError."""
        options = ("-noout", "-subject", "-issuer", "-nameopt", "RFC2253", "-dates", "-pubkey", "-ext", SHOWN)
        return parse(pem, self._call("x509", *options, data=pem))

    def pair(self, text: str) -> Pair:
        """The key and the certificates of a PEM text, in the order in which they are there.

        Raises CertificateError when it holds another number of keys than one, no certificate, or one of another key.
        """
        keys, pems = keys_in(text), certificates_in(text)
        if len(keys) != 1 or not pems:
            raise CertificateError("%d keys and %d certificates, where one key has its own" % (len(keys), len(pems)))
        leaf, *chain = map(self.certificate, pems)
        if self.public_key(keys[0]) != leaf.key:
            raise CertificateError("the key is not that of the certificate for %s" % leaf.subject)
        return Pair(keys[0], leaf, tuple(chain))

    def public_key(self, key: str) -> str:
        """The public part of a private key. Raises CertificateError, also for a key under a passphrase."""
        return self._call("pkey", "-pubout", "-passin", "pass:", data=key)

    def plain_key(self, key: str) -> str:
        """The same private key in the form in which openssl writes keys."""
        return self._call("pkey", "-passin", "pass:", data=key)

    def new_key(self) -> str:
        return self._call("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")

    def self_signed(self, key: str, names: t.Sequence[str], days: int) -> str:
        """The key and its certificate, as one PEM text."""
        text = configuration.for_server(names)
        options = ("-x509", "-new", "-key", "/dev/stdin", "-config", "CONFIGURATION", "-extensions", "extensions")
        return key + self._call("req", *options, *COMMON, str(days), data=key, text=text)

    def request(self, key: str, text: str) -> str:
        """A certificate signing request with what the configuration in the text says."""
        options = ("-new", "-key", "/dev/stdin", "-config", "CONFIGURATION", "-reqexts", "extensions", "-sha256")
        return self._call("req", *options, data=key, text=text)

    def issued(self, key: str, names: t.Sequence[str], days: int, issuer: str) -> str:
        """The key and its certificate by the authority in the PEM file ``issuer``, as one PEM text without the chain."""
        text = configuration.for_server(names)
        # The authority's identifier is known only when it signs, not in the request.
        asked = self._request_of_a_server(key, text)
        serial = "0x%s" % secrets.token_hex(16)
        authority = ("-req", "-CA", issuer, "-CAkey", issuer, "-set_serial", serial)
        extensions = ("-extfile", "CONFIGURATION", "-extensions", "extensions")
        return key + self._call("x509", *authority, *extensions, *COMMON, str(days), data=asked, text=text)

    def _request_of_a_server(self, key: str, text: str) -> str:
        return self._call("req", "-new", "-key", "/dev/stdin", "-config", "CONFIGURATION", data=key, text=text)

    def verify(self, pair: Pair) -> None:
        """Whether each certificate signed the one before it, whatever the day. Raises CertificateError."""
        certificates = (pair.leaf, *pair.chain)
        with tempfile.NamedTemporaryFile("w", suffix=".pem") as trusted, tempfile.NamedTemporaryFile("w") as between:
            trusted.write(certificates[-1].pem)
            between.write("".join(certificate.pem for certificate in pair.chain))
            trusted.flush()
            between.flush()
            options = ("-partial_chain", "-no_check_time", "-no-CAfile", "-no-CApath", "-trusted", trusted.name)
            self._call("verify", *options, *(("-untrusted", between.name) if pair.chain else ()), data=pair.leaf.pem)
