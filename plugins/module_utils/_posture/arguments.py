# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""Settings that a command line holds, and the file that it names."""

from __future__ import annotations

import ast
import re
import typing as t

from .facts import UNKNOWN, Setting

# The arguments that Jupyter has short names for.
ALIASES = {
    "ip": "ip",
    "port": "port",
    "port-retries": "port_retries",
    "certfile": "certfile",
    "keyfile": "keyfile",
    "client-ca": "client_ca",
    "notebook-dir": "notebook_dir",
    "sock": "sock",
}
LONG = re.compile(r"--([A-Z]\w*)\.(\w+)(?:=(.*))?$", re.DOTALL)
SHORT = re.compile(r"--(%s)(?:=(.*))?$" % "|".join(ALIASES), re.DOTALL)
CONFIG = re.compile(r"--config(?:=(.*))?$", re.DOTALL)


def of_arguments(argv: t.Sequence[str], where: str) -> list[Setting]:
    """The settings that a command line holds; short names are the server application's."""
    found = []
    words = list(argv)
    for number, word in enumerate(words):
        following = words[number + 1] if number + 1 < len(words) and not words[number + 1].startswith("-") else None
        long, short = LONG.match(word), SHORT.match(word)
        if long:
            text = long.group(3) if long.group(3) is not None else following
            found.append(Setting(long.group(1), long.group(2), _literal(text), where))
        elif short:
            text = short.group(2) if short.group(2) is not None else following
            found.append(Setting("ServerApp", ALIASES[short.group(1)], _literal(text), where))
        elif word == "--allow-root":
            found.append(Setting("ServerApp", "allow_root", True, where))
    return found


def _literal(text: str | None) -> t.Any:
    if text is None:
        return UNKNOWN
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        return text
    return value if isinstance(value, (str, bool, int, float)) else text


def config_argument(argv: t.Sequence[str]) -> str:
    """The file of `--config`; empty when there is none."""
    for number, word in enumerate(argv):
        match = CONFIG.match(word)
        if match:
            return match.group(1) or (argv[number + 1] if number + 1 < len(argv) and match.group(1) is None else "")
    return ""
