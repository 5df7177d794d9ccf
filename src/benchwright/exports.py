"""Exported environments of several hosts beside each other: which packages differ. Reads the files that an export wrote."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from benchwright.errors import BenchwrightError
from benchwright.workbench import Result

Versions = dict[str, str]
"""By package; pip's are called ``name (pip)``."""
Differences = dict[str, dict[str, dict[str, str]]]
"""By environment and package the version on each host; empty where a host does not have it."""


@dataclass(frozen=True)
class Exported:
    """What an export returns in Python."""

    result: Result

    @property
    def directories(self) -> dict[str, dict[str, Path]]:
        """By host and environment the directory with environment.yml, explicit.txt and requirements.txt."""
        exports = self.result.record.answers.exports
        return {host: {name: Path(path) for name, path in of_host.items()} for host, of_host in exports.items()}

    def differences(self) -> Differences:
        """Return, by environment and package, the version on each host where these differ."""
        return differences(self.result.record.answers.exports)


def differences(exports: Mapping[str, Mapping[str, str]]) -> Differences:
    """Return what differs between hosts that have an environment of the same name. ``exports`` are directories by host and name."""
    found: Differences = {}
    for name in sorted({name for of_host in exports.values() for name in of_host}):
        hosts = {host: versions(Path(of_host[name])) for host, of_host in exports.items() if name in of_host}
        if different := dict(_different(hosts)):
            found[name] = different
    return found


def versions(directory: Path) -> Versions:
    """Return what an exported environment holds. Raises BenchwrightError where that is no export."""
    path = directory / "environment.yml"
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        return dict(_packages(document["dependencies"] or ()))
    except (OSError, KeyError, TypeError, yaml.YAMLError) as error:
        raise BenchwrightError(f"{path} is no exported environment ({error}); export it again") from error


def _packages(dependencies: Iterable[Any]) -> Iterator[tuple[str, str]]:
    for each in dependencies:
        if isinstance(each, dict):
            for requirement in each.get("pip") or ():
                name, dummy_sign, version = str(requirement).partition("==")
                yield f"{name.partition(' @ ')[0]} (pip)", version or str(requirement)
        else:
            name, dummy_sign, version = str(each).rpartition("::")[2].partition("=")
            yield name, version.lstrip("=")


def _different(hosts: Mapping[str, Versions]) -> Iterator[tuple[str, dict[str, str]]]:
    for package in sorted({package for of_host in hosts.values() for package in of_host}):
        found = {host: of_host.get(package, "") for host, of_host in hosts.items()}
        if len(set(found.values())) > 1:
            yield package, found
