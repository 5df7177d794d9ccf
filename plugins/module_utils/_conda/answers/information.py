# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.
"""What a module tells about environments: from what was read to plain values, without credentials. Pure."""

from __future__ import annotations

import typing as t

from ..changes.difference import Contents, Policy, compare
from ..descriptions.environment import Environment
from ..installed.history import Revision
from ..installed.prefix import InstalledPackage
from ..installed.python_package import PythonPackage
from ..specs.channel import ChannelName, split_subdir, strip_credentials, without_credentials
from ..specs.match_spec import MatchSpec
from .snapshot import Snapshot

Answer = t.Dict[str, t.Any]
# What a package answers as its record has it.
FIELDS = ("name", "version", "build", "build_number", "subdir", "license", "md5", "sha256")


def information(snapshot: Snapshot, include_values: bool) -> Answer:
    """Return what the environment holds. Without ``include_values`` variables have their names only."""
    variables = snapshot.contents.variables
    return {
        "packages": [_package(package, snapshot) for package in snapshot.packages],
        "pip": [_python_package(package) for package in snapshot.pip],
        "replaced_by_pip": sorted(snapshot.replaced),
        "channels": snapshot.channels,
        "platform": snapshot.platform,
        "requested": {name: without_credentials(spec) for name, spec in snapshot.requested.items()},
        "pinned": list(snapshot.contents.pinned),
        "variables": {name: value if include_values else None for name, value in variables.items()},
        "revisions": [_revision(number, revision) for number, revision in enumerate(snapshot.revisions)],
    }


def drift(wanted: Environment, found: Contents) -> Answer:
    """Return what is not as described, what is there beyond the description, and what came from another channel."""
    unmet = compare(wanted, found, Policy(exact=True))
    names = {text: MatchSpec.parse(text).name for text in wanted.dependencies}
    names.update((package.dist, package.name) for package in wanted.packages)
    answer: Answer = {
        "missing": [*(_why(names[text], text, found) for text in unmet.specs), *unmet.broken],
        "different": {name: why for name, why in unmet.reinstall.items() if name not in found.missing_files},
        "missing_files": {name: list(paths) for name, paths in found.missing_files.items()},
        "surplus": list(unmet.surplus),
        "pip_missing": [without_credentials(text) for text in unmet.pip],
        "pip_surplus": list(unmet.pip_surplus),
        "variables": sorted(unmet.variables),
        "variables_surplus": list(unmet.variables_surplus),
        "other_channels": _other_channels(wanted, found),
    }
    return {"drifted": any(answer.values()), **answer}


def _package(package: InstalledPackage, snapshot: Snapshot) -> Answer:
    fields: Answer = {name: getattr(package, name) for name in FIELDS}
    return {
        **fields,
        "channel": snapshot.channel_of[package.name],
        "url": strip_credentials(package.url),
        "requested": package.name in snapshot.requested,
    }


def _python_package(package: PythonPackage) -> Answer:
    return {
        "name": package.name,
        "version": package.version,
        "installer": package.installer,
        "direct_url": strip_credentials(package.direct_url),
    }


def _revision(number: int, revision: Revision) -> Answer:
    texts = {"date": revision.date, "command": without_credentials(revision.command)}
    lists = {
        name: [strip_credentials(text) for text in getattr(revision, name)]
        for name in ("link", "unlink", "update_specs", "remove_specs", "neutered_specs")
    }
    return {"revision": number, **texts, "conda_version": revision.conda_version, **lists}


def _why(name: str, text: str, found: Contents) -> str:
    there = next((package for package in found.packages if package.name == name), None)
    return f"{text}: " + (f"{there.version} {there.build} is installed" if there else "not installed")


def _other_channels(wanted: Environment, found: Contents) -> list[str]:
    channels = [ChannelName(strip_credentials(channel)) for channel in wanted.channels]
    return [
        f"{package.name} from {strip_credentials(split_subdir(package.channel)[0])}"
        for package in found.packages
        if channels and not any(channel.matches(package.channel) for channel in channels)
    ]
