# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""Who gets in: passwords, tokens, and where they stand."""

from __future__ import annotations

import typing as t

from .catalogue import Finding
from .effective import set_at, spellings, value
from .facts import UNKNOWN, Configuration, File, Host, Server, Setting, Unit
from .secrets import SECRET_NAMES, said_in, weakness


def judge(host: Host) -> t.Iterator[Finding]:
    """Everything about access."""
    for server in host.servers:
        yield from _door(server)
        yield from _competing(server)
        yield from _environment(server)
    for configuration in host.configurations:
        yield from _stored(configuration)
    for unit in host.units:
        yield from _unit(unit)
    for kind, files in (("secret-in-crontab", host.crontabs), ("secret-in-history", host.histories)):
        for file in files:
            yield from _said(kind, file)


def _door(server: Server) -> t.Iterator[Finding]:
    """What the login page does counts most, then what the server tells of itself, then what files say."""
    passes = any(answer.passes for answer in server.answers)
    asks = any(answer.status == 200 for answer in server.answers)
    password, token = _password(server), _token(server)
    if passes or not (asks or password or token):
        found = "its login page lets everybody pass" if passes else "no password, and an empty token"
        yield Finding("no-authentication", _where(server, "token"), found)
    elif not password and not set_at(server, "token"):
        yield Finding("printed-token", server.where, "no password and no token are set")


def _password(server: Server) -> bool:
    """A server tells only of a password in the words of before version 2. What is computed counts as set."""
    told = bool(server.info and server.info.get("password"))
    newer = [one for one in set_at(server, "password") if one.cls.endswith("IdentityProvider") or server.info is None]
    return told or bool(newer and newer[0].value)


def _token(server: Server) -> bool:
    return bool(server.info.get("token") if server.info else value(server, "token", True))


def _where(server: Server, option: str) -> str:
    places = set_at(server, option)
    return "%s, %s" % (server.where, places[0].where) if places else server.where


def _competing(server: Server) -> t.Iterator[Finding]:
    """Two passwords: people log in with the one they know of, and wonder."""
    for option in ("password", "token"):
        places = [setting for setting in set_at(server, option) if setting.value not in ("", None)]
        values = {repr(setting.value) for setting in places if setting.value is not UNKNOWN}
        for loser in places[1:]:
            kind = "password-ignored" if len(values) > 1 else "password-elsewhere"
            text = "this %s does not count for %s: %s does" % (option, server.where, places[0].where)
            yield Finding(kind, loser.where, text)


def _environment(server: Server) -> t.Iterator[Finding]:
    if (server.process.environment or {}).get("JUPYTER_TOKEN"):
        yield Finding("secret-in-environment", server.where, "JUPYTER_TOKEN is set")
    for setting in server.settings:
        if setting.where == server.where and setting.name in SECRET_NAMES and setting.value not in ("", UNKNOWN):
            yield Finding("secret-in-argv", server.where, "--%s.%s" % (setting.cls, setting.name))


def _stored(configuration: Configuration) -> t.Iterator[Finding]:
    names = set(spellings("password"))
    for setting in configuration.settings:
        weak = weakness(setting.value) if (setting.cls, setting.name) in names else None
        if weak:
            yield Finding(weak[0], setting.where, "%s.%s is %s" % (setting.cls, setting.name, weak[1]))
    secret = [setting for setting in configuration.settings if _secret(setting)]
    if secret and configuration.file.others_read:
        text = "mode %04o, with %s.%s" % (configuration.file.mode, secret[0].cls, secret[0].name)
        yield Finding("readable-hash", configuration.file.path, text)


def _secret(setting: Setting) -> bool:
    return setting.name in SECRET_NAMES and isinstance(setting.value, str) and setting.value != ""


def _unit(unit: Unit) -> t.Iterator[Finding]:
    """systemd shows a unit to everybody, whatever the mode of its file is."""
    for file in unit.files:
        yield from _said("secret-in-unit", file)
    for file in unit.environment_files:
        if file.others_read:
            yield from _said("secret-in-unit", file)


def _said(kind: str, file: File) -> t.Iterator[Finding]:
    for line, name in said_in(file.text or ""):
        yield Finding(kind, "%s:%d" % (file.path, line), name)
