# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Python packages of an environment, by their dist-info directories, read without starting Python."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

from ..specs.python_name import normalized_name

__all__ = [
    "PythonPackage",
    "PythonRequirement",
    "read_python_packages",
    "read_python_requirements",
    "site_packages",
]

PYTHON_RECORD = re.compile(r"python-([0-9]+\.[0-9]+)[^-]*-[^-]+\.json")
REQUIRES = re.compile(r"^Requires-Dist:\s*([A-Za-z0-9][A-Za-z0-9._-]*)[ \t]*(?:\[([^\]]*)\])?(.*)$", re.MULTILINE)
EXTRA = re.compile(r"""\bextra\s*==\s*['"]([^'"]+)['"]""")
# An interrupted pip leaves directories that begin with '~'.
DIST_INFO = re.compile(r"([^~].*)-([^-]+)\.dist-info")


class PythonPackage(NamedTuple):
    """One installed Python distribution, whoever installed it."""

    name: str
    """As PEP 503 normalizes it."""
    version: str
    installer: str
    """What the INSTALLER file says: 'pip', 'uv', 'conda'...; empty when there is none."""
    direct_url: str
    """The address it was installed from, as pip writes it after '@'; empty when it came from an index or from conda."""
    editable: bool = False
    """Whether that is a directory which is imported as it is (``pip install --editable``)."""

    @property
    def requirement(self) -> str:
        """What asks pip for this version, from where it came."""
        return f"{self.name} @ {self.direct_url}" if self.direct_url else f"{self.name}=={self.version}"


class PythonRequirement(NamedTuple):
    """What an installed Python package requires. All names are normalized."""

    name: str
    extras: tuple[str, ...] = ()
    """The extras of ``name`` that are required as well."""
    asked_by: tuple[str, ...] = ()
    """The extras of the package itself that ask for this; none where it is always required."""


def read_python_packages(prefix: Path) -> list[PythonPackage]:
    """The packages in the site-packages of the prefix's Python, by name; none when it has no Python.

    :raises OSError: when a directory or file cannot be read.
    :raises ValueError: when a direct_url.json is damaged; the message names the file.
    """
    packages = []
    for site in site_packages(prefix):
        for directory in site.glob("*.dist-info"):
            match = DIST_INFO.fullmatch(directory.name)
            if match:
                packages.extend(_read_dist_info(directory, *match.groups()))
    return sorted(packages)


def read_python_requirements(prefix: Path) -> dict[str, list[PythonRequirement]]:
    """What each package requires.

    Other markers are not judged: a requirement for another system counts as one, so that nothing needed is taken for idle.

    :raises OSError: when a directory or file cannot be read.
    """
    found: dict[str, list[PythonRequirement]] = {}
    for site in site_packages(prefix):
        for path in site.glob("*.dist-info/METADATA"):
            match = DIST_INFO.fullmatch(path.parent.name)
            if match:
                headers = path.read_text(encoding="utf-8", errors="replace").partition("\n\n")[0]
                found[normalized_name(match.group(1))] = [_requirement(*parts) for parts in REQUIRES.findall(headers)]
    return found


def _requirement(name: str, extras: str, rest: str) -> PythonRequirement:
    wanted = (normalized_name(extra.strip()) for extra in extras.split(",") if extra.strip())
    return PythonRequirement(normalized_name(name), tuple(wanted), tuple(map(normalized_name, EXTRA.findall(rest))))


def site_packages(prefix: Path) -> list[Path]:
    """Where Python looks: also beside a free-threaded Python's own directory, whose name ends in 't'."""
    records = [PYTHON_RECORD.fullmatch(path.name) for path in (prefix / "conda-meta").glob("python-*.json")]
    versions = {record.group(1) for record in records if record}
    places = [prefix / "lib" / f"python{version}{abi}" / "site-packages" for version in versions for abi in ("", "t")]
    return [place for place in places if place.is_dir()]


def _read_dist_info(directory: Path, name: str, version: str) -> list[PythonPackage]:
    files = {path.name for path in directory.iterdir()}
    # Without METADATA it is what a killed uninstallation left.
    if "METADATA" not in files:
        return []
    installer = (directory / "INSTALLER").read_text(encoding="utf-8").strip() if "INSTALLER" in files else ""
    origin = _read_direct_url(directory / "direct_url.json") if "direct_url.json" in files else ("", False)
    return [PythonPackage(normalized_name(name), version, installer, *origin)]


def _read_direct_url(path: Path) -> tuple[str, bool]:
    """The address in pip's spelling, a version control system before the URL and the revision behind it (PEP 610); editable?"""
    try:
        origin: dict[str, Any] = json.loads(path.read_bytes())
        url = str(origin["url"])
        control = origin.get("vcs_info")
        if control:
            revision = control.get("requested_revision") or ""
            url = f"{control['vcs']}+{url}" + (f"@{revision}" if revision else "")
        subdirectory = origin.get("subdirectory")
        editable = bool((origin.get("dir_info") or {}).get("editable"))
        return f"{url}#subdirectory={subdirectory}" if subdirectory else url, editable
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{path} is damaged ({error!r})") from None
