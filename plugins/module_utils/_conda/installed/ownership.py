# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""Which Python packages are conda's. Most say so in their INSTALLER file; of the others conda's records are asked."""

from __future__ import annotations

import typing as t

from ..specs.python_name import normalized_name
from .prefix import InstalledPackage, Prefix, record_path
from .python_package import PythonPackage

# In a record's text: the end of the file in which a Python package of conda's says what it is.
METADATA = b'.dist-info/METADATA"'


def marked(
    prefix: Prefix, records: t.Iterable[InstalledPackage], packages: t.Sequence[PythonPackage]
) -> tuple[PythonPackage, ...]:
    """Return the packages, those that a record of conda's lists with ``conda`` as their installer, whatever they say."""
    return told_apart(prefix, records, packages)[0]


def python_packages_of(prefix: Prefix) -> tuple[PythonPackage, ...]:
    """Return the Python packages of an environment as :func:`marked` does."""
    return marked(prefix, prefix.records(), prefix.python_packages())


def told_apart(
    prefix: Prefix, records: t.Iterable[InstalledPackage], packages: t.Sequence[PythonPackage]
) -> tuple[tuple[PythonPackage, ...], frozenset[str]]:
    """Return the packages as :func:`marked` does, and the names of conda's packages in whose place others stand."""
    if all(package.installer == "conda" for package in packages):
        return tuple(packages), frozenset()
    condas = owned(prefix, records)
    listed: set[tuple[str, str]] = set().union(*condas.values())
    told = tuple(
        package._replace(installer="conda") if (package.name, package.version) in listed else package
        for package in packages
    )
    if all(package.installer == "conda" for package in told):
        return told, frozenset()
    present = {(package.name, package.version) for package in told}
    return told, frozenset(name for name, theirs in condas.items() if theirs - present)


def owned(prefix: Prefix, records: t.Iterable[InstalledPackage]) -> dict[str, set[tuple[str, str]]]:
    """Return per package of conda's the Python packages, as name and version, whose metadata its record lists."""
    return {record.name: _listed(prefix, record) for record in records}


def _listed(prefix: Prefix, record: InstalledPackage) -> set[tuple[str, str]]:
    text = record_path(prefix.path, record).read_bytes()
    found, end = set(), text.find(METADATA)
    while end >= 0:  # twenty times faster than a regular expression
        start = text.rfind(b"/", 0, end)
        if text.endswith(b"site-packages", 0, start):  # not a copy that a package carries for itself
            name, dummy, version = text[start + 1 : end].decode("utf-8", "replace").rpartition("-")
            found.add((normalized_name(name), version))
        end = text.find(METADATA, end + 1)
    return found
