# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""What counts for a server when an option is set at several places and under several names."""

from __future__ import annotations

import typing as t

from .facts import UNKNOWN, Server, Setting
from .keys import OLD_CLASSES

# Where an option moved, the newest name first; what is not here is ServerApp's own.
NAMES = {
    "password": (
        ("PasswordIdentityProvider", "hashed_password"),
        ("IdentityProvider", "hashed_password"),
        ("ServerApp", "password"),
    ),
    "token": (("PasswordIdentityProvider", "token"), ("IdentityProvider", "token"), ("ServerApp", "token")),
}


def spellings(option: str) -> list[tuple[str, str]]:
    """All names of an option, the strongest first."""
    newer = list(NAMES.get(option, (("ServerApp", option),)))
    return [*newer, *((cls, option) for cls in OLD_CLASSES)]


def set_at(server: Server, option: str) -> list[Setting]:
    """Where an option is set, the place that counts first."""
    known = (
        [("NotebookApp", option)]
        if server.classic
        else [name for name in spellings(option) if server.shim or name[0] not in OLD_CLASSES]
    )
    # Arguments are ServerApp's by short names, whichever application takes them.
    known += [("ServerApp", option)] if server.classic else []
    return [setting for name in known for setting in server.settings if (setting.cls, setting.name) == name]


def value(server: Server, option: str, default: t.Any = None) -> t.Any:
    """The value that counts; UNKNOWN when it is computed."""
    found = set_at(server, option)
    return found[0].value if found else default


def known(found: t.Any) -> bool:
    """Whether the audit knows this value."""
    return found is not UNKNOWN
