# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""Where a server's key and certificate come from: three sources with the same methods.

`reason` says why what a server has must be replaced, and `text` gives the new PEM text, with the key that was there where it is
the host's own: OpenSSL opens a file twice, for certificates and for key, and what is renewed in between is a pair all the same.
Adding a source is adding a class here and a line to `SOURCES`.
"""

from __future__ import annotations

import os
import typing as t

from . import configuration
from .certificate import DAY, Certificate, Pair, certificates_in, keys_in
from .decide import day_of, ending, outside_its_life, reason_to_renew
from .names import CertificateError, subject_names
from .openssl import OpenSSL


class Settings(t.NamedTuple):
    """What a certificate is to be. `names` are in the form `DNS:x` or `IP:x`, and `issuer` and `files` are paths."""

    path: str
    names: tuple[str, ...]
    source: str = "self_signed"
    issuer: str | None = None
    files: tuple[str, ...] = ()
    valid_days: int = 365
    renew_before_days: int = 30


def settings_of(given: t.Mapping[str, t.Any]) -> Settings:
    """Read from options. Raises CertificateError, and KeyError where something is missing."""
    if given["valid_days"] <= given["renew_before_days"]:
        raise CertificateError(
            "`valid_days` must be more than `renew_before_days`, or every run makes a new certificate"
        )
    plain = {name: given[name] for name in ("path", "source", "issuer", "valid_days", "renew_before_days")}
    return Settings(names=subject_names(given["names"]), files=tuple(given["files"]), **plain)


class SelfSigned:
    """The key signs its own certificate."""

    def __init__(self, settings: Settings, openssl: OpenSSL, now: float) -> None:
        self._settings, self._openssl, self._now = settings, openssl, now

    def reason(self, found: Pair | None) -> str | None:
        reason = self._renewal(found, self._now + self._settings.valid_days * DAY)
        if reason or (found and self._made(found.leaf)):
            return reason
        return "it was issued by %s, not by itself" % (found.leaf.issuer if found else "")

    def text(self, found: Pair | None) -> str:
        return self._openssl.self_signed(self._key(found), self._settings.names, self._settings.valid_days)

    def _made(self, leaf: Certificate) -> bool:
        """Whether it is from this source, whatever its names and its days."""
        return leaf.self_signed

    def _key(self, found: Pair | None) -> str:
        """That of the certificate to be replaced. One from elsewhere, or of another kind, does not go on."""
        if found and found.leaf.p256 and self._made(found.leaf):
            return found.key
        return self._openssl.new_key()

    def _renewal(self, found: Pair | None, until: float) -> str | None:
        leaf, settings = found.leaf if found else None, self._settings
        reason = reason_to_renew(leaf, settings.names, settings.renew_before_days, self._now, until)
        wrong = outside_its_life(leaf, self._now)
        return reason or ("it %s" % wrong if wrong else None)


class Issued(SelfSigned):
    """An authority on the host, whose key and certificates are in one PEM file, signs it."""

    def reason(self, found: Pair | None) -> str | None:
        issuer = self._issuer()
        until = self._now + self._days(issuer) * DAY
        reason = self._renewal(found, until)
        if reason or (found and found.chain == (issuer.leaf, *issuer.chain[:-1])):
            return reason
        return "it was issued by %s, not by %s" % (found.leaf.issuer if found else "", issuer.leaf.subject)

    def text(self, found: Pair | None) -> str:
        issuer, settings = self._issuer(), self._settings
        issued = self._openssl.issued(self._key(found), settings.names, self._days(issuer), str(settings.issuer))
        # The last of the chain is what people trust: they have it, and would not believe it if it came from here.
        return issued + "".join(certificate.pem for certificate in (issuer.leaf, *issuer.chain[:-1]))

    def _made(self, leaf: Certificate) -> bool:
        return configuration.names_authority(leaf.issuer)

    def _issuer(self) -> Pair:
        return read_pair(self._openssl, str(self._settings.issuer))

    def _days(self, issuer: Pair) -> int:
        """No certificate is good for longer than its authority."""
        left = int((issuer.leaf.not_after - self._now) / DAY)
        if left < 1:
            advice = "run the role again, which has it signed anew"
            raise CertificateError("the authority in %s %s; %s" % (self._settings.issuer, self._end(issuer), advice))
        return min(self._settings.valid_days, left)

    def _end(self, issuer: Pair) -> str:
        return ending(issuer.leaf.not_after, self._now)


class FromFiles(SelfSigned):
    """Others keep key and certificates, in one file or in several."""

    def reason(self, found: Pair | None) -> str | None:
        wanted = self._pair()
        if found is None:
            return "there is no usable key and certificate"
        return (
            None if found == wanted else "the files hold another one, which ends on %s" % day_of(wanted.leaf.not_after)
        )

    def text(self, dummy: Pair | None) -> str:
        return self._pair().text()

    def _pair(self) -> Pair:
        files = self._settings.files
        try:
            text = "\n".join(read_text(path) for path in files)
            pair = in_order(self._openssl, keys_in(text), certificates_in(text))
            self._openssl.verify(pair)
        except CertificateError as error:
            raise CertificateError("%s, in %s" % (error, ", ".join(files))) from error
        wrong = outside_its_life(pair.leaf, self._now)
        if wrong:
            raise CertificateError("the certificate in %s %s" % (", ".join(files), wrong))
        if not pair.leaf.server_use:
            raise CertificateError("the certificate in %s is not for servers" % ", ".join(files))
        return pair


SOURCES: dict[str, type[SelfSigned]] = {"self_signed": SelfSigned, "issuer": Issued, "files": FromFiles}


def in_order(openssl: OpenSSL, keys: t.Sequence[str], pems: t.Sequence[str]) -> Pair:
    """The certificate of the key, followed by who issued it, and who issued that. Raises CertificateError."""
    keys = list(dict.fromkeys(keys))
    if len(keys) != 1:
        raise CertificateError("one private key is wanted, but there are %d" % len(keys))
    public = openssl.public_key(keys[0])
    left = [openssl.certificate(pem) for pem in dict.fromkeys(pems)]
    leaves = [certificate for certificate in left if certificate.key == public]
    if not leaves:
        subjects = ", ".join(certificate.subject for certificate in left) or "none"
        raise CertificateError("the key belongs to none of the certificates (there are: %s)" % subjects)
    leaf = max(leaves, key=lambda certificate: certificate.not_after)
    chain = _chain(leaf, [certificate for certificate in left if certificate not in leaves])
    return Pair(openssl.plain_key(keys[0]), leaf, chain)


def _chain(leaf: Certificate, others: list[Certificate]) -> tuple[Certificate, ...]:
    chain = [leaf]
    while others:
        issuer = next((other for other in others if other.issued(chain[-1])), None)
        if issuer is None:
            subjects = ", ".join(other.subject for other in others)
            raise CertificateError(
                "nobody needs the certificate of %s: %s issued the last one of the chain" % (subjects, chain[-1].issuer)
            )
        others.remove(issuer)
        chain.append(issuer)
    return tuple(chain[1:])


def read_text(path: str) -> str:
    """Raises CertificateError when there is no such file, or it is none of text."""
    try:
        with open(path, encoding="ascii", errors="replace") as file:
            return file.read()
    except OSError as error:
        raise CertificateError("cannot read %s (%s)" % (path, os.strerror(error.errno or 0))) from error


def read_pair(openssl: OpenSSL, path: str) -> Pair:
    """The key and the certificates in a PEM file. Raises CertificateError, with the path."""
    try:
        return openssl.pair(read_text(path))
    except CertificateError as error:
        raise CertificateError("%s: %s" % (path, error)) from error


def found_pair(openssl: OpenSSL, path: str) -> Pair | None:
    """The same, or None when it cannot be used."""
    try:
        return read_pair(openssl, path)
    except CertificateError:
        return None
