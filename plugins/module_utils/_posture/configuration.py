# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""Which configuration files there are, and which of them a server reads, in which order."""

from __future__ import annotations

import os
import typing as t

from . import arguments, settings
from .facts import UNKNOWN, Configuration, Process, Setting
from .reader import Reader, homes

SYSTEM = ("/usr/local/etc/jupyter", "/etc/jupyter")
COMMON = "jupyter_config"
SERVER, EXTENSIONS = ("jupyter_server_config", COMMON), ("jupyter_lab_config", "jupyter_notebook_config")
ENDINGS = (".json", ".py")  # in one directory, JSON is stronger


class Configurations:
    """The configuration files of a host, each read once."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._found: dict[str, Configuration | None] = {}

    def all(self) -> list[Configuration]:
        """Those that were read so far."""
        return [found for found in self._found.values() if found]

    def known_places(self) -> None:
        """Read what is in every home and in the host's directories."""
        places = [os.path.join(home, name) for home in homes(self._reader) for name in (".jupyter", ".config/jupyter")]
        for place in [*places, *SYSTEM]:
            for name in (*SERVER, *EXTENSIONS):
                self.directory(place, name)

    def directory(self, place: str, name: str) -> list[Configuration]:
        """The `.json` and `.py` file of that name, as far as they are there."""
        found = (self.file(os.path.join(place, name + ending)) for ending in ENDINGS)
        return [one for one in found if one]

    def file(self, path: str) -> Configuration | None:
        """One file; None where there is none."""
        path = os.path.normpath(path)
        if path not in self._found:
            self._found[path] = self._read(path)
        return self._found[path]

    def _read(self, path: str) -> Configuration | None:
        file = self._reader.file(path)
        if file is None:
            return None
        if file.text is None:
            return Configuration(file, ())
        try:
            found = settings.of_text(file.text, path)
        except ValueError as error:
            self._reader.note(path, OSError(0, "it cannot be parsed (%s)" % error))
            found = []
        return Configuration(file, tuple(map(self._resolved, found)))

    def _resolved(self, setting: Setting) -> Setting:
        """A value that is the text of a file is that text."""
        if not isinstance(setting.value, settings.FileText):
            return setting
        file = self._reader.file(setting.value.path)
        value = UNKNOWN if file is None or file.text is None else file.text.strip()
        return setting._replace(value=value, where="%s (from %s)" % (setting.where, setting.value.path))

    def of_process(self, process: Process, classic: bool) -> list[Configuration]:
        """What a server reads, the strongest first.

        `--config` replaces the server's own files, but not the one of all of Jupyter's applications, nor those of the extensions
        JupyterLab and Notebook.
        """
        named = arguments.config_argument(process.argv)
        places = [] if _reads_one(process, named) else _places(process)
        own: tuple[str, ...] = ("jupyter_notebook_config", COMMON) if classic else SERVER
        found = []
        if named:
            one = self.file(named if os.path.isabs(named) else os.path.join("/proc/%d/cwd" % process.pid, named))
            found += [one] if one else []
            own = (COMMON,)
        found += [one for place in places for name in own for one in self.directory(place, name)]
        if not classic:
            found += [one for place in places for name in EXTENSIONS for one in self.directory(place, name)]
        return found


def _reads_one(process: Process, named: str) -> bool:
    """Whether it is the program of the role jupyter_server, which lies beside the only file that it reads."""
    program = process.argv[1] if len(process.argv) > 1 else ""
    return os.path.isabs(named) and program == os.path.join(os.path.dirname(named), "jupyter")


def _places(process: Process) -> list[str]:
    """The directories of Jupyter's configuration for a process: those of an environment come before the user's."""
    environment = process.environment or {}
    if environment.get("JUPYTER_NO_CONFIG"):
        return []
    user = environment.get("JUPYTER_CONFIG_DIR") or (
        os.path.join(environment["HOME"], ".jupyter") if environment.get("HOME") else ""
    )
    extra = environment.get("JUPYTER_CONFIG_PATH", "").split(":")
    if environment.get("HOME") and not environment.get("PYTHONNOUSERSITE"):
        user_base = [os.path.join(environment["HOME"], ".local/etc/jupyter")]
    else:
        user_base = []
    own = os.path.join(process.prefix, "etc/jupyter") if process.prefix not in ("", "/usr", "/usr/local") else ""
    first = [own, user] if environment.get("JUPYTER_PREFER_ENV_PATH") != "0" else [user, own]
    return list(dict.fromkeys(place for place in [*extra, *first, *user_base, *SYSTEM] if place))


def of_environment(process: Process) -> t.Iterator[Setting]:
    """What variables of the process set."""
    environment = process.environment or {}
    where = "the environment of %s" % process.where
    for name, (cls, option) in {
        "JUPYTER_TOKEN": ("IdentityProvider", "token"),
        "JUPYTER_PORT": ("ServerApp", "port"),
        "JUPYTER_PORT_RETRIES": ("ServerApp", "port_retries"),
    }.items():
        if name in environment:
            value: t.Any = environment[name]
            yield Setting(cls, option, int(value) if option != "token" and value.isdigit() else value, where)
    if environment.get("JUPYTER_TOKEN_FILE"):
        yield Setting("IdentityProvider", "token", UNKNOWN, where)
