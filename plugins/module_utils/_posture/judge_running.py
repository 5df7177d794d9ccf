# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""As whom a server runs, where it listens, with which packages, and who starts it again."""

from __future__ import annotations

import typing as t

from .._jupyter.floors import holes
from .catalogue import Finding
from .effective import set_at, value
from .facts import UNKNOWN, Answer, Host, Server
from .processes import loopback

SUPERVISING = frozenset({"always", "on-failure", "on-abnormal", "on-abort"})
MATTERING = ("password", "token", "ip", "port", "certfile", "keyfile", "allow_origin", "disable_check_xsrf")


def judge(host: Host) -> t.Iterator[Finding]:
    """Everything about running servers."""
    for server in host.servers:
        for part in (_account, _kept, _port, _packages, _options, _unknown):
            yield from part(server)
        for answer in server.answers:
            yield from _wire(server, answer)
        yield from _clear(server)


def _account(server: Server) -> t.Iterator[Finding]:
    if server.process.uid == 0:
        yield Finding("root", server.where, "uid 0")
    elif value(server, "allow_root", False) is True:
        yield Finding("allow-root", set_at(server, "allow_root")[0].where, "allow_root is true")


def _kept(server: Server) -> t.Iterator[Finding]:
    unit = server.unit
    if unit is None:
        yield Finding("not-supervised", server.where, "no unit of systemd runs it")
    elif unit.restart not in SUPERVISING:
        yield Finding("not-supervised", server.where, "%s has Restart=%s" % (unit.name, unit.restart))
    for file in server.files:
        # The clock of the boot is only so exact.
        if file.mtime > server.process.started + 2:
            yield Finding("not-reloaded", file.path, "changed after the start of %s" % server.where)


def _port(server: Server) -> t.Iterator[Finding]:
    wanted = value(server, "port", 8888)
    ports = {port for dummy, port in server.process.listening or ()}
    if isinstance(wanted, int) and wanted and ports and wanted not in ports:
        found = "configured: %d, listens on: %s" % (wanted, ", ".join(map(str, sorted(ports))))
        yield Finding("port-moved", server.where, found)
    retries = value(server, "port_retries", 50)
    if retries not in (0, UNKNOWN) and ports:
        yield Finding("port-moves", server.where, "port_retries is %s" % retries)


def _packages(server: Server) -> t.Iterator[Finding]:
    for hole in holes(server.versions):
        yield Finding("known-hole", "%s of %s" % (server.process.prefix, server.where), str(hole))


def _options(server: Server) -> t.Iterator[Finding]:
    """Switches of the server, with the values they have when nobody sets them."""
    variable = (server.process.environment or {}).get("JUPYTER_SERVER_ALLOW_UNAUTHENTICATED_ACCESS", "")
    default = not variable or variable.lower() in ("true", "yes")
    places = set_at(server, "allow_unauthenticated_access")
    if not server.classic and value(server, "allow_unauthenticated_access", default) is True:
        found = "%s.allow_unauthenticated_access is True" % (places[0].cls if places else "by default, ServerApp")
        yield Finding("open-routes", places[0].where if places else server.where, found)
    public = any(not loopback(address) for address, dummy in server.process.listening or ())
    remote = value(server, "allow_remote_access", public)
    if remote is True and public:
        places = set_at(server, "allow_remote_access")
        found = "allow_remote_access is True" + ("" if places else " by default, as it listens beyond loopback")
        yield Finding("any-host", places[0].where if places else server.where, found)


def _unknown(server: Server) -> t.Iterator[Finding]:
    for option in MATTERING:
        places = set_at(server, option)
        told = server.info is not None and option in ("password", "token", "ip", "port")
        if places and places[0].value is UNKNOWN and not told:
            yield Finding("not-evaluated", places[0].where, "%s.%s" % (places[0].cls, places[0].name))


def _clear(server: Server) -> t.Iterator[Finding]:
    """Where no answer shows whether there is TLS, what the server tells of itself does, or else its configuration."""
    shown = {(answer.address, answer.port): answer.tls for answer in server.answers if answer.tls or answer.status}
    told = server.info.get("secure") if server.info else value(server, "certfile")
    for address, port in server.process.listening or ():
        if not loopback(address) and not shown.get((address, port), told):
            yield Finding("no-tls", server.where, "listens on %s without TLS" % _place(address, port))


def _place(address: str, port: int) -> str:
    return ("[%s]:%d" if ":" in address else "%s:%d") % (address, port)


def _wire(server: Server, answer: Answer) -> t.Iterator[Finding]:
    where = "%s, %s" % (server.where, _place(answer.address, answer.port))
    if answer.old_tls:
        yield Finding("old-tls", where, "a handshake with TLS 1.1 or older was accepted")
    if answer.tls and answer.status and not answer.hsts:
        yield Finding("no-hsts", where, "no Strict-Transport-Security on the login page")
    if answer.tls and answer.insecure_cookies:
        yield Finding("insecure-cookie", where, "not Secure: %s" % ", ".join(answer.insecure_cookies))
