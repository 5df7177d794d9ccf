# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""What openssl is told: one configuration file for each kind of certificate."""

from __future__ import annotations

import typing as t

from .names import constraints, network

COMMON_NAME_LIMIT = 64  # characters, by X.520
AUTHORITY_NAME = "Authority on %s"
REQUEST = """\
[req]
distinguished_name = subject
prompt = no
string_mask = utf8only
[subject]
CN = {common_name}
[extensions]
"""
# basicConstraints says "not an authority": browsers refuse a certificate that is both authority and server. The key
# identifiers are what Python's strict verification (the default from 3.13 on) asks for.
SERVER = """\
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid:always
subjectAltName = {names}
"""
# An authority on a host, which can issue certificates for servers of this host's names and for nothing else.
AUTHORITY = """\
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
nameConstraints = critical, @constraints
[constraints]
"""


def for_server(names: t.Sequence[str]) -> str:
    """A server with these names (`DNS:...`, `IP:...`); the first is the common name."""
    return REQUEST.format(common_name=_host(names[0])[:COMMON_NAME_LIMIT]) + SERVER.format(names=", ".join(names))


def for_authority(names: t.Sequence[str]) -> str:
    """An authority on the host of these names."""
    common_name = (AUTHORITY_NAME % _host(names[0]))[:COMMON_NAME_LIMIT]
    lines = [_permission(number, name) for number, name in enumerate(constraints(names))]
    return REQUEST.format(common_name=common_name) + AUTHORITY + "".join(lines)


def names_authority(subject: str) -> bool:
    """Whether this is how the authority on a host is called, whatever the host's name was when it was made."""
    return subject.startswith("CN=" + AUTHORITY_NAME % "")


def _permission(number: int, name: str) -> str:
    kind, dummy, host = name.partition(":")
    return "permitted;%s.%d = %s\n" % (kind, number, host if kind == "DNS" else network(host))


def _host(name: str) -> str:
    return name.partition(":")[2]
