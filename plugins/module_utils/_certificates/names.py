# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""The names and addresses that certificates are for, in the form `DNS:x` or `IP:x`."""

from __future__ import annotations

import ipaddress
import re
import typing as t

HOST_NAME = re.compile(r"^(?=.{1,253}$)(\*\.)?[A-Za-z0-9_]([A-Za-z0-9_-]{0,62})(\.[A-Za-z0-9_-]{1,63})*\.?$")
# An authority that is told nothing of one kind of name may give out every name of that kind. These are nobody's.
NOBODY = ("DNS:invalid", "IP:0.0.0.0")


class CertificateError(Exception):
    """A certificate cannot be read, made or used; the text says why, and what to do."""


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


def subject_names(names: t.Iterable[str]) -> tuple[str, ...]:
    """In the order given, which decides the common name, each once. Raises CertificateError, also when there is none."""
    found = tuple(dict.fromkeys(subject_name(name) for name in names))
    if not found:
        raise CertificateError("`names` is empty: a certificate must be for somebody")
    return found


def not_covered(wanted: t.Iterable[str], given: t.Collection[str]) -> list[str]:
    """The names wanted that a certificate for the names given is not for. `*.example.org` covers one label."""
    return [name for name in wanted if name not in given and _wildcard_of(name) not in given]


def _wildcard_of(name: str) -> str:
    kind, dummy, host = name.partition(":")
    return "DNS:*.%s" % host.partition(".")[2] if kind == "DNS" else name


def constraints(names: t.Iterable[str]) -> list[str]:
    """What an authority for these names is confined to, of both kinds in any case."""
    found = list(dict.fromkeys(name.replace("DNS:*.", "DNS:") for name in names))
    return found + [nobody for nobody in NOBODY if not any(name.startswith(nobody[:3]) for name in found)]


def network(address: str) -> str:
    """`127.0.0.1` -> `127.0.0.1/255.255.255.255`: the one address as a network with a mask."""
    return "%s/%s" % (address, ipaddress.ip_network(address).netmask)
