# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a service that runs has loaded, and what it would load now: where they differ, it must be restarted."""

from __future__ import annotations

from .process import environment_of
from .supervisors import Run, ServiceError


def on_disk(script: str, run: Run) -> str:
    """The digest that the start script prints of what it would load. Raises ServiceError when it cannot."""
    code, out, err = run([script, "--digest"])
    if code != 0:
        raise ServiceError("%s --digest failed (exit code %d): %s" % (script, code, (err or out).strip()))
    return out.strip()


def loaded(pid: int, variable: str, path: str | None) -> str | None:
    """The digest that the process noted when it began: in a file, or else in its environment. None where nothing is known."""
    if not pid:
        return None
    if path is None:
        return environment_of(pid).get(variable)
    try:
        with open(path, encoding="ascii") as stream:
            return stream.read().strip()
    except (FileNotFoundError, NotADirectoryError):
        return None
