# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""Which Python packages are conda's. Most say so in their INSTALLER file; of the others conda's records are asked."""

from __future__ import annotations

import typing as t

from ..specs.python_name import normalized_name
from .prefix import InstalledPackage, Prefix
from .python_package import PythonPackage

# In a record's text: the end of the file in which a Python package of conda's says what it is.
METADATA = b'.dist-info/METADATA"'


def marked(
    prefix: Prefix, records: t.Iterable[InstalledPackage], packages: t.Sequence[PythonPackage]
) -> tuple[PythonPackage, ...]:
    """Return the packages, those that a record of conda's lists with ``conda`` as their installer, whatever they say."""
    if all(package.installer == "conda" for package in packages):
        return tuple(packages)
    condas: set[tuple[str, str]] = set().union(*owned(prefix, records).values())
    return tuple(
        package._replace(installer="conda") if (package.name, package.version) in condas else package
        for package in packages
    )


def owned(prefix: Prefix, records: t.Iterable[InstalledPackage]) -> dict[str, set[tuple[str, str]]]:
    """Return per package of conda's the Python packages, as name and version, whose metadata its record lists."""
    return {record.name: _listed(prefix, record) for record in records}


def _listed(prefix: Prefix, record: InstalledPackage) -> set[tuple[str, str]]:
    text = (prefix.path / "conda-meta" / f"{record.name}-{record.version}-{record.build}.json").read_bytes()
    found, end = set(), text.find(METADATA)
    while end >= 0:  # twenty times faster than a regular expression
        start = text.rfind(b"/", 0, end)
        if text.endswith(b"site-packages", 0, start):  # not a copy that a package carries for itself
            name, dummy, version = text[start + 1 : end].decode("utf-8", "replace").rpartition("-")
            found.add((normalized_name(name), version))
        end = text.find(METADATA, end + 1)
    return found
