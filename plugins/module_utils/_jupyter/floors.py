# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""The versions below which Jupyter's packages have holes that everybody knows of."""

from __future__ import annotations

import typing as t
from pathlib import Path

from .._conda.installed.python_package import read_python_packages
from .._conda.specs.pep440 import PythonVersion

# Package: the lowest version to serve with, and the last hole that it closed. From the projects' security advisories.
FLOORS = {
    "jupyter-server": ("2.20.0", "CVE-2026-44727, stored cross-site scripting"),
    "jupyterlab": ("4.6.4", "CVE-2026-102830, cross-site scripting by a notebook"),
    "notebook": ("7.6.3", "CVE-2026-102830, cross-site scripting by a notebook"),
    "nbconvert": ("7.17.1", "CVE-2026-39378"),
    "jupyter-server-proxy": ("4.1.1", "CVE-2024-28179, websockets without authentication"),
    "tornado": ("6.5", "CVE-2025-47287, a request that blocks the server"),
}


class Hole(t.NamedTuple):
    """A package that is installed in a version with a known hole."""

    name: str
    version: str
    floor: str
    known: str

    def __str__(self) -> str:
        return "%s %s (%s; mended in %s)" % (self.name, self.version, self.known, self.floor)


def versions(prefix: Path) -> dict[str, str]:
    """The version of each package that FLOORS names, in a conda environment. Raises OSError and ValueError."""
    return {package.name: package.version for package in read_python_packages(prefix) if package.name in FLOORS}


def holes(installed: t.Mapping[str, str]) -> list[Hole]:
    """What of ``installed`` is below its floor."""
    return [
        Hole(name, installed[name], floor, known)
        for name, (floor, known) in FLOORS.items()
        if name in installed and PythonVersion(installed[name]) < PythonVersion(floor)
    ]
