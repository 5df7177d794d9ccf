# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""What a PEM file holds: keys, certificates, and what matters of each. Pure: openssl's answers are read here, not asked for."""

from __future__ import annotations

import re
import ssl
import typing as t

from .names import CertificateError, subject_name

DAY = 86400  # seconds
SHOWN = "subjectAltName,extendedKeyUsage,basicConstraints,nameConstraints,subjectKeyIdentifier,authorityKeyIdentifier"
"""The extensions that `parse` reads."""
_P256 = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE"  # with this every such public key begins
_BLOCK = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----.+?-----END \1-----", re.DOTALL)
_SECTION = re.compile(r"^X509v3 ([A-Za-z0-9 ]+): ?(?:critical)?[ ]*$", re.MULTILINE)


class Certificate(t.NamedTuple):
    """What matters of a certificate: names in the form `DNS:x` or `IP:x`, begin and end of its life in Unix seconds."""

    pem: str
    key: str
    """The public key, as PEM."""
    subject: str
    issuer: str
    not_before: float
    not_after: float
    names: frozenset[str] = frozenset()
    server_use: bool = True
    authority: bool = False
    constraints: frozenset[str] = frozenset()
    """What an authority is confined to."""
    key_identifier: str = ""
    issuer_key_identifier: str = ""

    def issued(self, other: Certificate) -> bool:
        """Whether this is the authority that the other one names. What is signed is for openssl to verify."""
        known = self.key_identifier and other.issuer_key_identifier
        return self.subject == other.issuer and (not known or self.key_identifier == other.issuer_key_identifier)

    @property
    def self_signed(self) -> bool:
        return self.issued(self)

    @property
    def p256(self) -> bool:
        """Whether its key is of the kind that new ones are made of."""
        return _P256 in self.key


class Pair(t.NamedTuple):
    """A private key, the certificate of that key, and those that lead from it towards the one that people trust."""

    key: str
    leaf: Certificate
    chain: tuple[Certificate, ...] = ()

    def text(self) -> str:
        """The one PEM file that a server reads."""
        return self.key + "".join(certificate.pem for certificate in (self.leaf, *self.chain))


def blocks(text: str) -> list[tuple[str, str]]:
    """The blocks of a PEM text: what each is called, and its lines."""
    return [(found.group(1), found.group(0) + "\n") for found in _BLOCK.finditer(text)]


def certificates_in(text: str) -> list[str]:
    """The certificates alone."""
    return [block for name, block in blocks(text) if name in ("CERTIFICATE", "TRUSTED CERTIFICATE")]


def keys_in(text: str) -> list[str]:
    """The private keys alone."""
    return [block for name, block in blocks(text) if name.endswith("PRIVATE KEY")]


def parse(pem: str, description: str) -> Certificate:
    """Read what `openssl x509 -subject -issuer -dates -pubkey -ext ...` prints of a certificate.

    Raises CertificateError when the dates are not in it.
    """
    sections = _SECTION.split(description)
    extensions = dict(zip(sections[1::2], sections[2::2]))
    usage = extensions.get("Extended Key Usage")
    return Certificate(
        pem=pem,
        key="".join(block for name, block in blocks(description) if name == "PUBLIC KEY"),
        subject=_line(description, "subject"),
        issuer=_line(description, "issuer"),
        not_before=_date(description, "notBefore"),
        not_after=_date(description, "notAfter"),
        names=_names(extensions.get("Subject Alternative Name", "")),
        server_use=usage is None or "TLS Web Server Authentication" in usage,
        authority="CA:TRUE" in extensions.get("Basic Constraints", ""),
        constraints=_names(extensions.get("Name Constraints", "").partition("Excluded")[0]),
        key_identifier=_identifier(extensions.get("Subject Key Identifier", "")),
        issuer_key_identifier=_identifier(extensions.get("Authority Key Identifier", "")),
    )


def _line(description: str, name: str) -> str:
    found = re.search("^%s=(.*)$" % name, description, re.MULTILINE)
    return found.group(1).strip() if found else ""


def _date(description: str, name: str) -> float:
    found = _line(description, name)
    if not found:
        raise CertificateError("openssl printed no %s" % name)
    return ssl.cert_time_to_seconds(found)


def _names(text: str) -> frozenset[str]:
    found = re.findall(r"(?:^|,)\s*(?:DNS|IP Address|IP):([^\s,/]+)", text, re.MULTILINE)
    return frozenset(subject_name(value) for value in found)


def _identifier(text: str) -> str:
    found = re.search(r"(?:[0-9A-F]{2}:){7,}[0-9A-F]{2}", text)
    return found.group(0) if found else ""
