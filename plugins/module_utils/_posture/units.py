# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""systemd's units, crontabs and histories that have to do with Jupyter: files alone, no systemctl."""

from __future__ import annotations

import os
import re

from .facts import File, Unit
from .reader import Reader, homes

# The first that has a unit's file wins, as for systemd.
SYSTEM = (
    "/etc/systemd/system",
    "/run/systemd/system",
    "/usr/local/lib/systemd/system",
    "/usr/lib/systemd/system",
    "/lib/systemd/system",
)
USER = ("/etc/systemd/user", "/usr/lib/systemd/user")
CRONTABS = ("/etc/cron.d", "/var/spool/cron/crontabs", "/var/spool/cron")
HISTORIES = (".bash_history", ".zsh_history", ".local/share/fish/fish_history", ".python_history")
ABOUT = re.compile(r"jupyter", re.IGNORECASE)
RESTART = re.compile(r"^\s*Restart=(\S*)\s*$", re.MULTILINE)
ENVIRONMENT_FILE = re.compile(r"^\s*EnvironmentFile=-?(/\S+)\s*$", re.MULTILINE)
SERVICE = re.compile(r"([^/]+\.service)(?=/|$)")


def unit_of(cgroup: str) -> str:
    """`/system.slice/jupyter.service` -> `jupyter.service`; of a session it is empty. The last one is the closest."""
    if cgroup.rstrip("/").endswith(".scope"):
        return ""
    found = SERVICE.findall(cgroup)
    return found[-1] if found else ""


def units(reader: Reader, running: set[str]) -> list[Unit]:
    """The units that speak of Jupyter, and those that run a server under any name."""
    places = [*SYSTEM, *USER, *(os.path.join(home, ".config/systemd/user") for home in homes(reader))]
    found: dict[str, Unit] = {}
    for place in places:
        for name in reader.names(place):
            if (
                name.endswith(".service")
                and name not in found
                and (ABOUT.search(name) or name in running or _speaks(place, name))
            ):
                unit = _unit(reader, place, name, places)
                if unit:
                    found[name] = unit
    return list(found.values())


def _speaks(place: str, name: str) -> bool:
    """A short look, that remembers nothing: most units have nothing to do with Jupyter."""
    try:
        with open(os.path.join(place, name), errors="replace") as stream:
            return bool(ABOUT.search(stream.read(1 << 16)))
    except OSError:
        return False


def _unit(reader: Reader, place: str, name: str, places: list[str]) -> Unit | None:
    file = reader.file(os.path.join(place, name))
    if file is None:
        return None
    directories = [os.path.join(other, name + ".d") for other in places if (other in SYSTEM) == (place in SYSTEM)]
    files = [file, *(drop_in for directory in directories for drop_in in reader.files(directory, ".conf"))]
    texts = [one.text or "" for one in files]
    restarts = [match for text in texts for match in RESTART.findall(text)]
    paths = [match for text in texts for match in ENVIRONMENT_FILE.findall(text)]
    environment = [one for one in map(reader.file, paths) if one]
    return Unit(name, tuple(files), restarts[-1] if restarts else "no", tuple(environment))


def crontabs(reader: Reader) -> list[File]:
    """The crontabs that speak of Jupyter."""
    files = [reader.file("/etc/crontab"), *(file for place in CRONTABS for file in reader.files(place))]
    return [file for file in files if file and file.text and ABOUT.search(file.text)]


def histories(reader: Reader) -> list[File]:
    """The histories of shells that speak of Jupyter."""
    found = []
    for home in homes(reader):
        for name in HISTORIES:
            path = os.path.join(home, name)
            if os.path.lexists(path):
                file = reader.file(path, end=True)
                if file and file.text and ABOUT.search(file.text):
                    found.append(file)
    return found


def config_arguments(file: File) -> list[str]:
    """The `--config` files that commands in a unit, script or crontab name."""
    return re.findall(r"--config[= ]['\"]?(/[^\s'\"]+)", file.text or "")
