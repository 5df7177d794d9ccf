# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.
"""The connection that a module is run on: who logged in, from where, and at which port. It must never be cut."""

from __future__ import annotations

import os
import typing as t
from dataclasses import dataclass

from .._service.process import environment_of, user_name


@dataclass(frozen=True)
class Connection:
    """``peer`` and ``port`` are None where nobody is connected by SSH."""

    user: str
    peer: str | None = None
    port: int | None = None


def current() -> Connection:
    """Look among the processes that started this one for the one that SSH started; sudo hides its variables from the rest."""
    found = None
    for pid in _ancestors():
        words = environment_of(pid).get("SSH_CONNECTION", "").split()
        if len(words) == 4:
            found = Connection(_owner(pid), words[0].partition("%")[0], int(words[3]))
    return found or Connection(os.environ.get("SUDO_USER") or _owner(os.getpid()))


def _ancestors() -> t.Iterator[int]:
    pid = os.getpid()
    while pid > 1:
        yield pid
        try:
            with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as stream:
                pid = int(stream.read().rpartition(")")[2].split()[1])
        except OSError:
            return


def _owner(pid: int) -> str:
    return user_name(os.stat(f"/proc/{pid}").st_uid)
