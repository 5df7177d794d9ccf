# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the channel that a match spec names is the one that a package came from.

A spec says ``conda-forge``, ``pkgs/main`` or a URL; an installed package's record says the URL of the server or mirror.
conda's answer depends on its configuration (channel_alias, custom_channels), which a target may not have. So names are
compared by what every configuration keeps, the last parts of the path: ``conda-forge`` is any channel whose URL ends in
``/conda-forge``, as ``https://mirror.example/api/conda/conda-forge`` does. Two URLs are compared by host and path.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ..errors import CondaError

__all__ = ["ChannelError", "ChannelName", "split_subdir", "strip_credentials", "without_credentials"]

SUBDIR = re.compile(r"noarch|(?:linux|osx|win|freebsd|emscripten|wasi|zos)-[a-z0-9]+")
ALLOWED = re.compile(r"[A-Za-z0-9_.:/%~+-]+")
URL = re.compile(r"(?:[A-Za-z0-9+]+:)?//(?:[^/@]*@)?([^/]*)(.*)")
CREDENTIALS = re.compile(r"(//)[^/\s]*@|(/t/)[^/\s]+")
# What conda's configuration makes of the name "defaults" where nothing else is said.
DEFAULTS = (("defaults",), ("pkgs", "main"), ("pkgs", "r"), ("pkgs", "msys2"))


class ChannelError(CondaError, ValueError):
    """A text names no channel; the message says what was found and what is allowed."""


class Location(NamedTuple):
    """Where a channel is: the host (None for a mere name, empty for a local directory) and the parts of the path."""

    host: str | None
    path: tuple[str, ...]


class ChannelName:
    """The channel that a spec asks for.

    :raises ChannelError: for a text that is neither a name nor a URL, or that holds a password or a token.
    """

    def __init__(self, text: str) -> None:
        # Looked at first, so that the message about what is not allowed cannot show it.
        if CREDENTIALS.search(text):
            raise ChannelError("a channel in a spec holds a password or a token; give it where channels are listed")
        if not ALLOWED.fullmatch(text) or text.startswith("."):
            raise ChannelError(f"{text!r} is no channel; wanted a name, a URL or an absolute directory")
        self._wanted = _location(text)

    def matches(self, channel: object) -> bool:
        """Whether the channel of a record, a name or a URL with or without its subdir, is this one."""
        wanted, found = self._wanted, _location(str(channel))
        if wanted == Location(None, ("defaults",)):
            return found.path[-2:] in DEFAULTS
        if (wanted.host is None) == (found.host is None):
            return wanted == found
        name, url = (wanted.path, found.path) if wanted.host is None else (found.path, wanted.path)
        return bool(name) and url[-len(name) :] == name


def split_subdir(channel: str) -> tuple[str, str]:
    """The channel without the platform at its end, and the platform, or an empty text: conda-forge/noarch."""
    head, last = channel.rstrip("/").rpartition("/")[::2]
    return (head, last) if head and SUBDIR.fullmatch(last) else (channel, "")


def without_credentials(text: str) -> str:
    """The text, fit for messages: passwords and tokens of the URLs in it are replaced by '***'."""
    return CREDENTIALS.sub(r"\1\2***", text)


def strip_credentials(url: str) -> str:
    """The address as anybody may see and use it: a password and a token are left out. Local paths stay as they are."""
    return url if url.startswith(("file:", "/")) else CREDENTIALS.sub(r"\1", url)


def _location(channel: str) -> Location:
    text = split_subdir(channel)[0]
    url = URL.fullmatch(f"//{text}" if text.startswith("/") and not text.startswith("//") else text)
    host, path = url.groups() if url else (None, text)
    parts = [part for part in path.split("/") if part]
    if url and parts[:1] == ["t"]:
        parts = parts[2:]
    return Location(host, tuple(parts))
