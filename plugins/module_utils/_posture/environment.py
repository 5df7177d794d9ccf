# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""The versions of Jupyter's packages that a running server uses: conda's, a venv's, Debian's or a user's own."""

from __future__ import annotations

import os
import re
import typing as t
from pathlib import Path

from .._conda.specs.pep440 import PythonVersion
from .._conda.specs.python_name import normalized_name
from .._jupyter.floors import FLOORS
from .facts import Process

WANTED = {*FLOORS, "notebook-shim"}
RECORD = re.compile(r"([A-Za-z0-9][\w.]*?)-(\d[^-]*)(?:-py[\d.]+)?\.(?:dist-info|egg-info)$")


def versions(process: Process) -> dict[str, str]:
    """The version of each package that matters. Where two places hold it, the first on Python's path counts."""
    found: dict[str, str] = {}
    for place in _places(process):
        for name in _names(place):
            match = RECORD.match(name)
            package = normalized_name(match.group(1)) if match else ""
            if match and package in WANTED:
                found.setdefault(package, match.group(2))
    return found


def _places(process: Process) -> t.Iterator[Path]:
    environment = process.environment or {}
    root = "/proc/%d/root" % process.pid
    if not environment.get("PYTHONNOUSERSITE") and environment.get("HOME"):
        yield from Path(environment["HOME"], ".local/lib").glob("python3*/site-packages")
    prefixes = ["/usr/local", "/usr"] if process.prefix in ("/usr", "/usr/local") else [process.prefix]
    for prefix in filter(None, prefixes):
        # An environment may be in sight for the server only.
        base = prefix if os.path.isdir(prefix) else root + prefix
        yield from Path(base, "lib").glob("python3*/site-packages")
        yield from Path(base, "lib").glob("python3*/dist-packages")


def _names(place: Path) -> list[str]:
    try:
        return os.listdir(str(place))
    except OSError:
        return []


def classic(process: Process, found: t.Mapping[str, str]) -> bool:
    """Whether this is the old notebook server, for which `NotebookApp` is the right name."""
    package, first = ("jupyterlab", "3") if process.application == "lab" else ("notebook", "7")
    if process.application not in ("lab", "notebook") or package not in found:
        return False
    return PythonVersion(found[package]) < PythonVersion(first)
