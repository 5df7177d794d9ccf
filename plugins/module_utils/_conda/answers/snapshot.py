# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.
"""What one environment holds, as conda reports it: with pip's packages told from conda's, and channels by their names."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, replace

from ..changes.contents import QUICKLY, read_unmarked
from ..changes.difference import Contents, Policy
from ..host_platform import this_platform
from ..installed.history import Revision, channel_names, parse_history, requested_specs
from ..installed.ownership import told_apart
from ..installed.prefix import InstalledPackage, Prefix, PrefixError, State
from ..installed.python_package import PythonPackage
from ..specs.channel import split_subdir, strip_credentials
from .places import environment_name


@dataclass(frozen=True)
class Snapshot:
    """Everything that one environment holds. Addresses and the history may hold credentials."""

    name: str
    """As ``conda env list`` shows it; empty for an environment that has only a path."""
    contents: Contents
    pip: tuple[PythonPackage, ...]
    """The Python packages that conda did not install, by name."""
    replaced: frozenset[str]
    """The names of conda's packages that pip has replaced: their record is there, their files are pip's."""
    revisions: tuple[Revision, ...]
    channel_of: t.Mapping[str, str]
    """Per package the channel as conda calls it: a name where the history has one, else an address."""
    platform: str
    """The platform of the environment's packages, this machine's where all of them are noarch."""

    @property
    def packages(self) -> list[InstalledPackage]:
        """conda's packages by name, as conda lists them: without those that pip has replaced."""
        return [package for package in self.contents.packages if package.name not in self.replaced]

    @property
    def channels(self) -> list[str]:
        """The channels that packages came from, each once, by the names of the packages."""
        return list(dict.fromkeys(self.channel_of[package.name] for package in self.packages))

    @property
    def requested(self) -> t.Mapping[str, str]:
        """What the user asked for, as the history tells it, or the records where there is no history of specs."""
        names = {package.name for package in self.contents.packages}
        return requested_specs(self.revisions, names) or self.contents.requested


def read_snapshot(prefix: Prefix, root_prefix: str | None = None, policy: Policy = QUICKLY) -> Snapshot:
    """Return what the environment holds. Starts no process.

    :raises PrefixError: when it is no environment, or a part of it cannot be read; the message names the file.
    """
    if prefix.state is not State.ENVIRONMENT:
        raise PrefixError(
            f"{prefix.path} is no conda environment ({prefix.state.value}); check name, prefix and root_prefix"
        )
    contents = read_unmarked(prefix, policy)
    python_packages, replaced = told_apart(prefix, contents.packages, contents.python_packages)
    revisions = parse_history(prefix.history.read_text(encoding="utf-8", errors="replace"))
    names, records = channel_names(revisions), contents.packages
    return Snapshot(
        name=environment_name(str(prefix.path), root_prefix),
        contents=replace(contents, python_packages=python_packages),
        pip=tuple(package for package in python_packages if package.installer != "conda"),
        replaced=replaced,
        revisions=tuple(revisions),
        channel_of={record.name: names.get(record.dist) or _address(record) for record in records},
        platform=next((record.subdir for record in records if record.subdir not in ("", "noarch")), this_platform()),
    )


def _address(record: InstalledPackage) -> str:
    return strip_credentials(split_subdir(record.channel)[0].rstrip("/"))
