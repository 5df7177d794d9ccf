"""Exported environments of several hosts beside each other: which packages differ. Reads the files that an export wrote."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from benchwright.errors import BenchwrightError
from benchwright.workbench import Result

FILES = ("environment.yml", "explicit.txt", "requirements.txt")
"""What an export writes for each environment; docs/report.md says what is in them."""
Held = dict[str, tuple[str, str]]
"""By package its version and build; pip's are called ``name (pip)``, and have no build."""
Differences = dict[str, dict[str, dict[str, str]]]
"""By environment and package the version on each host, with the build where only that differs; empty where a host does not have it."""


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
        hosts = {host: held_by(Path(of_host[name])) for host, of_host in exports.items() if name in of_host}
        if different := dict(_different(hosts)):
            found[name] = different
    return found


def held_by(directory: Path) -> Held:
    """Return what an exported environment holds. Raises BenchwrightError where that is no export."""
    try:
        document = yaml.safe_load((directory / "environment.yml").read_text(encoding="utf-8"))
        builds = dict(_builds((directory / "explicit.txt").read_text(encoding="utf-8")))
        return {name: (version, builds.get(name, "")) for name, version in _versions(document["dependencies"] or ())}
    except (OSError, KeyError, TypeError, yaml.YAMLError) as error:
        raise BenchwrightError(f"{directory} is no exported environment ({error}); export it again") from error


def _builds(lock: str) -> Iterator[tuple[str, str]]:
    """Yield names and builds: the addresses of a lock end in ``name-version-build.conda#digest``."""
    for line in lock.splitlines():
        file = line.partition("#")[0].rpartition("/")[2].removesuffix(".conda").removesuffix(".tar.bz2")
        if len(parts := file.rsplit("-", 2)) == 3:
            yield parts[0], parts[2]


def _versions(dependencies: Iterable[Any]) -> Iterator[tuple[str, str]]:
    for each in dependencies:
        if isinstance(each, dict):
            for requirement in each.get("pip") or ():
                name, dummy_sign, version = str(requirement).partition("==")
                yield f"{name.partition(' @ ')[0]} (pip)", version or str(requirement)
        else:
            name, dummy_sign, version = str(each).rpartition("::")[2].partition("=")
            yield name, version.lstrip("=")


def _different(hosts: Mapping[str, Held]) -> Iterator[tuple[str, dict[str, str]]]:
    for package in sorted({package for of_host in hosts.values() for package in of_host}):
        found = {host: of_host.get(package, ("", "")) for host, of_host in hosts.items()}
        if len(set(found.values())) > 1:
            by_build = len({version for version, dummy in found.values()}) == 1
            yield package, {host: " ".join(each) if by_build else each[0] for host, each in found.items()}
