# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A self-signed TLS certificate: what is wanted, what a file holds, and the calls of openssl in between.

Works with OpenSSL 1.1.1 and later. openssl never sees its own configuration directory: the one file it reads is ours.
"""

from __future__ import annotations

import ipaddress
import re
import ssl
import time
import typing as t

Run = t.Callable[..., t.Tuple[int, str, str]]
DAY = 86400  # seconds

# basicConstraints says "not an authority": browsers refuse a certificate that is both authority and server. The key
# identifiers are what Python's strict verification (the default from 3.13 on) asks for.
CONFIGURATION = """\
[req]
distinguished_name = subject
x509_extensions = extensions
prompt = no
string_mask = utf8only
[subject]
CN = {common_name}
[extensions]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid:always
subjectAltName = {names}
"""
COMMON_NAME_LIMIT = 64  # characters, by X.520
HOST_NAME = re.compile(r"^(?=.{1,253}$)(\*\.)?[A-Za-z0-9_]([A-Za-z0-9_-]{0,62})(\.[A-Za-z0-9_-]{1,63})*\.?$")


class CertificateError(Exception):
    """The certificate cannot be read or made; the text says why."""


class Certificate(t.NamedTuple):
    """What matters of a certificate: its names in the form `DNS:x` or `IP:x`, and the end of its life in Unix seconds."""

    names: frozenset[str]
    not_after: float
    server_use: bool = True


def subject_name(name: str) -> str:
    """`localhost` -> `DNS:localhost`, `::1` -> `IP:::1`.

    Raises CertificateError when it is neither an address nor a host name.
    """
    try:
        return "IP:%s" % ipaddress.ip_address(name)
    except ValueError:
        pass
    if not HOST_NAME.match(name):
        raise CertificateError("%r in `names` is neither a host name nor an IP address" % name)
    return "DNS:%s" % name.rstrip(".").lower()


def configuration(names: t.Sequence[str]) -> str:
    """The text of openssl's configuration file for these subject names (`DNS:...`, `IP:...`); the first is the common name."""
    common_name = names[0].split(":", 1)[1][:COMMON_NAME_LIMIT]
    return CONFIGURATION.format(common_name=common_name, names=", ".join(names))


def parse(description: str) -> Certificate:
    """Read what `openssl x509 -enddate -ext subjectAltName,extendedKeyUsage` prints.

    Raises CertificateError when there is no end date in it.
    """
    end = re.search(r"^notAfter=(.+)$", description, re.MULTILINE)
    if end is None:
        raise CertificateError("openssl printed no end date")
    names = re.findall(r"(?:^|,)\s*(DNS|IP Address):([^\s,]+)", description, re.MULTILINE)
    return Certificate(
        names=frozenset(subject_name(value) for dummy, value in names),
        not_after=ssl.cert_time_to_seconds(end.group(1).strip()),
        server_use="TLS Web Server Authentication" in description,
    )


def reason_to_renew(
    found: Certificate | None, names: t.Sequence[str], renew_before_days: int, now: float
) -> str | None:
    """Why a new certificate is needed, or None when the one found will do. `now` is in Unix seconds."""
    if found is None:
        return "there is no usable key and certificate"
    if found.names != frozenset(names):
        return "it is for %s, not for %s" % (", ".join(sorted(found.names)) or "no name", ", ".join(sorted(names)))
    if not found.server_use:
        return "it is not for servers"
    days = (found.not_after - now) / DAY
    if days < renew_before_days:
        return "it ends in %d days" % days if days >= 0 else "it ended %d days ago" % -days
    return None


def day_of(seconds: float) -> str:
    """Unix seconds -> `2027-11-23T07:36:14Z`."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def certificates_in(pem: str) -> str:
    """Only the certificates of a PEM file that also holds a key."""
    pattern = r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----\n?"
    return "".join(re.findall(pattern, pem, re.DOTALL))


def trusting_context(path: str, check_hostname: bool = True) -> ssl.SSLContext:
    """A TLS client context that trusts the certificate in this PEM file and nothing else.

    Raises CertificateError when the file cannot be read or holds no certificate.
    """
    try:
        with open(path, encoding="ascii") as file:
            context = ssl.create_default_context(cadata=certificates_in(file.read()))
    except (OSError, ValueError) as error:
        raise CertificateError("cannot read the server's certificate in %s: %s" % (path, error)) from error
    context.check_hostname = check_hostname
    return context


class OpenSSL:
    """The one door to the openssl executable. `run` has the form of `AnsibleModule.run_command`."""

    def __init__(self, executable: str, configuration_file: str, run: Run) -> None:
        self._executable = executable
        self._configuration_file = configuration_file
        self._run = run

    def _call(self, *arguments: str, data: str | None = None) -> str:
        environment = {"OPENSSL_CONF": self._configuration_file, "LC_ALL": "C"}
        code, out, err = self._run(
            [self._executable, *arguments], data=data, binary_data=True, environ_update=environment
        )
        if code != 0:
            raise CertificateError("`openssl %s` failed: %s" % (arguments[0], err.strip()))
        return out

    def read(self, path: str) -> Certificate | None:
        """What the PEM file holds; None when it lacks a certificate, or a key that belongs to it."""
        try:
            if self._call("pkey", "-in", path, "-pubout") != self._call("x509", "-in", path, "-noout", "-pubkey"):
                return None
            options = ("-noout", "-enddate", "-ext", "subjectAltName,extendedKeyUsage")
            return parse(self._call("x509", "-in", path, *options))
        except CertificateError:
            return None

    def make(self, days: int) -> str:
        """A new P-256 key and its certificate, as one PEM text. The key only ever is in pipes."""
        key = self._call("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")
        options = ("-key", "/dev/stdin", "-config", self._configuration_file, "-sha256", "-days", str(days))
        return key + self._call("req", "-x509", "-new", *options, data=key)
