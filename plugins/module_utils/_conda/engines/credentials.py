# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""Logins and tokens of channels, told to a tool by files that only their owner reads and by variables: never in argv.

``https://user:password@host/lab`` becomes the plain address and a netrc, which every tool reads, so that nothing of it
reaches a cache or a record. ``https://host/t/TOKEN/lab`` becomes a channel with a name, which conda's configuration explains.
"""

from __future__ import annotations

import json
import os
import re
import typing as t
from urllib.parse import unquote, urlsplit

from .interface import EngineError

WEB = re.compile(r"[A-Za-z0-9+]+://(?!/)", re.ASCII)
LOGIN = re.compile(r"(://)[^/@\s]*@")
TOKEN = re.compile(r"(.*?)/t/([^/\s]+)(/.*|$)")
NETRC_WORD = re.compile(r"""[^\s"'\\#][^\s"'\\]*""")


def public(url: str) -> str:
    """The address without a login and a token; of a file, where '/t/' begins no token, as it is."""
    if not WEB.match(url) or url.startswith("file:"):
        return url
    return TOKEN.sub(r"\1\3", LOGIN.sub(r"\1", url))


class Credentials:
    """What the addresses of channels hold besides where they are."""

    def __init__(self, channels: t.Iterable[str], rc_file: bool) -> None:
        """``rc_file``: the tool reads $CONDARC in addition to the user's configuration.

        :raises EngineError: when the tool could not be told what an address holds.
        """
        self._rc_file = rc_file
        self._logins: dict[str, tuple[str, str]] = {}
        self._tokens: dict[str, _Token] = {}
        for channel in dict.fromkeys(channels):
            if "@" in urlsplit(channel).netloc:
                self._add_login(channel)
            if public(channel) != LOGIN.sub(r"\1", channel):
                self._add_token(channel)

    @property
    def tokens(self) -> bool:
        """Whether an address has a token, which the tools write down where they note addresses."""
        return bool(self._tokens)

    def argument(self, channel: str) -> str:
        """What stands for the channel on a command line."""
        plain = public(channel).rstrip("/")
        return self._tokens[plain].name if plain in self._tokens else public(channel)

    def address(self, url: str) -> str:
        """The address of a package, by its public one, with the token that it needs."""
        for plain, token in self._tokens.items():
            if url.startswith(plain + "/"):
                return f"{token.address}{url[len(plain) :]}"
        return url

    def without_tokens(self, text: str) -> str:
        """The text with public addresses; conda puts a placeholder where it left a token out itself."""
        for part in ("/t/<TOKEN>", *(token.part for token in self._tokens.values())):
            text = text.replace(part, "")
        return text

    def write(self, directory: str) -> dict[str, str]:
        """Write the files that the tool needs into a private directory; return the variables that name them."""
        variables = {}
        if self._logins:
            lines = ["machine {} login {} password {}\n".format(host, *login) for host, login in self._logins.items()]
            variables["NETRC"] = _private(os.path.join(directory, "netrc"), "".join(lines) + _own_netrc())
        if self._tokens and self._rc_file:
            channels = {token.name: [token.address] for token in self._tokens.values()}
            text = json.dumps({"custom_multichannels": channels})  # JSON is YAML
            variables["CONDARC"] = _private(os.path.join(directory, "channels.yml"), text)
        elif self._tokens:
            bases = {token.name: token.address[: -len(token.name) - 1] for token in self._tokens.values()}
            variables["MAMBA_CUSTOM_CHANNELS"] = json.dumps(bases)
        return variables

    def _add_login(self, channel: str) -> None:
        url = urlsplit(channel)
        host, login = url.hostname or "", (unquote(url.username or ""), unquote(url.password or ""))
        if not all(map(NETRC_WORD.fullmatch, login)):
            raise EngineError(
                f"the login of {public(channel)} has an empty part, or blanks, quotes, a backslash or a leading '#', which "
                "no netrc can hold; choose another password"
            )
        if self._logins.setdefault(host, login) != login:
            raise EngineError(f"two channels of {host} have different logins; use one login for one host")

    def _add_token(self, channel: str) -> None:
        plain, address = public(channel).rstrip("/"), LOGIN.sub(r"\1", channel).rstrip("/")
        found = t.cast("re.Match[str]", TOKEN.fullmatch(address))
        name = "benchwright-%d" % len(self._tokens) if self._rc_file else found.group(3).strip("/")
        if not name or any(token.name == name and known != plain for known, token in self._tokens.items()):
            raise EngineError(
                f"behind the token of the channel {plain} there is {'a name that another one has' if name else 'no name'}, "
                "which mamba needs to tell channels apart; use conda or rattler, or give the channel a path of its own"
            )
        self._tokens[plain] = _Token(name, address, "/t/" + found.group(2))


class _Token(t.NamedTuple):
    name: str
    address: str
    part: str


def _own_netrc() -> str:
    """What the user's own netrc says, which $NETRC would hide."""
    try:
        with open(os.environ.get("NETRC") or os.path.expanduser("~/.netrc"), encoding="utf-8") as stream:
            return stream.read()
    except (OSError, ValueError):
        return ""


def _private(path: str, text: str) -> str:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:
        stream.write(text)
    return path
