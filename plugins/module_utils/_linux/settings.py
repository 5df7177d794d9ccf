# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.
"""What a host calls itself, its time zone and its language: read from files, and put back as it was before."""

from __future__ import annotations

import contextlib
import locale
import os
import re
import socket
import typing as t

from . import text
from .command import LinuxError, change, exists, run

_LANG = re.compile(r"^LANG=.*\n?", re.M)
ZONES = "/usr/share/zoneinfo"


class Setting(t.Protocol):
    """``read`` returns what is set up, "" for nothing; ``holds`` says whether the running system has a value, too."""

    def read(self) -> str: ...
    def holds(self, value: str) -> bool: ...
    def write(self, value: str) -> None: ...


class Hostname:
    """The name in /etc/hostname, and the kernel's."""

    def __init__(self, root: str) -> None:
        self.path, self.running = os.path.join(root, "etc/hostname"), root == "/"

    def read(self) -> str:
        return (text.read_text(self.path) or "").strip()

    def holds(self, value: str) -> bool:
        return self.read() == value and (not self.running or socket.gethostname() == value)

    def write(self, value: str) -> None:
        text.edit(self.path, value + "\n")
        if self.running:
            try:
                socket.sethostname(value)
            except PermissionError as error:
                advice = "set the name where the container is started, and leave linux_base_hostname out"
                raise LinuxError(f"the kernel refuses the hostname {value} ({error}); {advice}") from error


class Timezone:
    """What /etc/localtime leads to, and /etc/timezone where there is one."""

    def __init__(self, root: str) -> None:
        self.link, self.name = os.path.join(root, "etc/localtime"), os.path.join(root, "etc/timezone")

    def read(self) -> str:
        with contextlib.suppress(OSError):
            return os.readlink(self.link).partition("/zoneinfo/")[2]
        return ""

    def holds(self, value: str) -> bool:
        return self.read() == value and (text.read_text(self.name) or value).strip() == value

    def write(self, value: str) -> None:
        if value and not os.path.isfile(os.path.join(ZONES, value)):
            raise LinuxError(f"there is no time zone {value} in {ZONES}; `timedatectl list-timezones` lists them")
        new = self.link + ".benchwright"
        with contextlib.suppress(FileNotFoundError):
            os.unlink(new)
        if value:
            os.symlink(os.path.join(ZONES, value), new)
            os.replace(new, self.link)
        elif os.path.lexists(self.link):
            os.unlink(self.link)
        if value and os.path.exists(self.name):
            text.edit(self.name, value + "\n")


class Locale:
    """LANG in /etc/default/locale, and a line of ours in /etc/locale.gen that has the locale generated."""

    def __init__(self, root: str) -> None:
        self.path, self.list = os.path.join(root, "etc/default/locale"), os.path.join(root, "etc/locale.gen")

    def read(self) -> str:
        found = _LANG.findall(text.read_text(self.path) or "")
        return found[-1].partition("=")[2].strip().strip('"') if found else ""

    def holds(self, value: str) -> bool:
        return self.read() == value and _is_generated(value)

    def write(self, value: str) -> None:
        before = text.read_text(self.list)
        after = text.without_block(before)
        if not _is_listed(value, after):
            after = text.with_block(after, f"{value} {value.partition('.')[2] or 'UTF-8'}")
        if after != before or not _is_generated(value):
            self._generate(after)
        rest = _LANG.sub("", text.read_text(self.path) or "")
        if value or rest:
            os.makedirs(os.path.dirname(self.path), exist_ok=True)
            text.edit(self.path, (f"LANG={value}\n" if value else "") + rest)
        elif os.path.exists(self.path):
            os.unlink(self.path)

    def _generate(self, after: str | None) -> None:
        if after is not None:
            text.edit(self.list, after)
        elif os.path.exists(self.list):
            os.unlink(self.list)
        if exists("locale-gen"):
            run("locale-gen", advice="is it one of /usr/share/i18n/SUPPORTED?")


def _is_listed(value: str, lines: str | None) -> bool:
    return _is_builtin(value) or bool(re.search(rf"^\s*{re.escape(value)}\s", lines or "", re.M))


def _is_builtin(value: str) -> bool:
    return value.partition(".")[0] in ("", "C", "POSIX")


def _is_generated(value: str) -> bool:
    if _is_builtin(value):
        return True
    try:
        locale.setlocale(locale.LC_ALL, value)
    except locale.Error:
        return False
    locale.setlocale(locale.LC_ALL, "C")
    return True


def settings(root: str = "/") -> dict[str, Setting]:
    """The settings of the system in that directory, by name."""
    return {"hostname": Hostname(root), "timezone": Timezone(root), "locale": Locale(root)}


def keep(
    known: t.Mapping[str, Setting], wanted: t.Mapping[str, str | None], record: text.Record, check: bool
) -> list[dict[str, str]]:
    """Set what is wanted, and put back what was set here and is no longer wanted; returns the changes.

    Raises LinuxError, OSError.
    """
    changes = []
    for name, setting in known.items():
        value = wanted.get(name)
        goal = record.known.get(name) if value is None else value
        if goal is None:
            continue
        before = setting.read()
        if value is None or not setting.holds(value):
            changes.append(change(name, before, goal))
            if not check:
                _set(name, setting, value, goal, before, record)
    return changes


def _set(name: str, setting: Setting, value: str | None, goal: str, before: str, record: text.Record) -> None:
    """What was there before is written down ahead, and forgotten only when it is there again."""
    if value is not None:
        record.known.setdefault(name, before)
        record.write()
    setting.write(goal)
    if value is None:
        del record.known[name]
        record.write()
