# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""What is told of a host besides its findings."""

from __future__ import annotations

import typing as t

from .effective import value
from .facts import UNKNOWN, Configuration, Host
from .keys import OLD_CLASSES, moved
from .translation import translate


def servers(host: Host) -> list[dict[str, t.Any]]:
    """The running servers."""
    return [
        {
            "pid": server.process.pid,
            "user": server.process.user,
            "application": server.process.application,
            "environment": server.process.prefix,
            "versions": dict(server.versions),
            "listening": ["%s:%d" % address for address in server.process.listening or ()],
            "unit": server.unit.name if server.unit else "",
            "configuration": [file.path for file in server.files],
            "terminals": _plain(value(server, "terminals_enabled", True)),
        }
        for server in host.servers
    ]


def _plain(found: t.Any) -> t.Any:
    return None if found is UNKNOWN else bool(found)


def translations(host: Host) -> list[dict[str, t.Any]]:
    """Of every file with old options."""
    return [
        {"file": configuration.file.path, **translate(configuration.file.text or "", configuration.file.path)._asdict()}
        for configuration in host.configurations
        if old(configuration)
    ]


def old(configuration: Configuration) -> bool:
    """Whether a file holds options that moved."""
    return any(
        setting.cls in OLD_CLASSES and moved(setting.cls, setting.name) != (setting.cls, setting.name)
        for setting in configuration.settings
    )
