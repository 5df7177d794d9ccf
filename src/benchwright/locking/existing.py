"""The lock that is there already: whether it still is what the description asks for, and what another one changes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml
from ansible_collections.benchwright.python.plugins.module_utils._conda.descriptions.description import read_description
from ansible_collections.benchwright.python.plugins.module_utils._conda.descriptions.environment import (
    Environment,
    EnvironmentFileError,
    LockedPackage,
)
from ansible_collections.benchwright.python.plugins.module_utils._conda.specs.match_spec import unsatisfied_specs
from ansible_collections.benchwright.python.plugins.module_utils._conda.specs.pip_requirement import PipRequirement

from benchwright.errors import BenchwrightError
from benchwright.locking.asked import Format
from benchwright.locking.solve import PIP, Package
from benchwright.locking.wanted import Wanted
from benchwright.pieces import ADDED, CHANGED, REMOVED, Piece

NOTE = re.compile(r"^# (platform|content_hash): (\S+)$", re.MULTILINE)


@dataclass(frozen=True)
class Existing:
    """A lock in a file; empty where there is no file."""

    text: str | None = None
    digests: Mapping[str, str] | None = None
    """By platform what it was made of."""
    packages: Mapping[str, Sequence[LockedPackage]] | None = None
    pip: Mapping[str, Sequence[Package]] | None = None

    @property
    def platforms(self) -> list[str]:
        """The platforms that it is for."""
        return sorted(self.packages or {})

    def of(self, platform: str) -> Sequence[LockedPackage]:
        """Return what it holds for the platform, pip's packages excepted."""
        return (self.packages or {}).get(platform, ())

    def pip_of(self, platform: str) -> Sequence[Package]:
        """Return pip's packages for the platform."""
        return (self.pip or {}).get(platform, ())

    def satisfies(self, wanted: Wanted, platforms: Sequence[str]) -> bool:
        """Whether it was made of the same, for the same platforms, and nobody took out what the description asks for."""
        specs = [spec for spec in wanted.specs if not spec.startswith("__")]
        of_pip = {PipRequirement.parse(requirement).name for requirement in wanted.pip}
        return self.digests == {platform: wanted.digest(platform) for platform in platforms} and not any(
            unsatisfied_specs(specs, self.of(platform)) or of_pip - {each.name for each in self.pip_of(platform)}
            for platform in platforms
        )


def read_existing(path: Path, form: Format, accept_terms: bool) -> Existing:
    """Return the lock at the path, or an empty one. Raises BenchwrightError for a file that is no lock of this format."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Existing()
    except (OSError, UnicodeError) as error:
        raise BenchwrightError(f"{path} cannot be read as a lock ({error}); choose another file with --out") from error
    digests, pip = (_explicit_notes(text, path), {}) if form is Format.EXPLICIT else _conda_lock_notes(text, path)
    found = {platform: _read(text, path, platform, accept_terms) for platform in digests}
    return Existing(text, digests, {platform: each.packages for platform, each in found.items()}, pip)


def changes(existing: Existing, solved: Mapping[str, Sequence[Package]]) -> list[Piece]:
    """Return, for each platform where it is any other, which packages a new lock has in another version or file."""
    pieces = []
    for platform in sorted({*existing.platforms, *solved}):
        before = {_called(package): package for package in (*existing.of(platform), *existing.pip_of(platform))}
        after = {_called(package): package for package in solved.get(platform, ())}
        rows = tuple(_rows(before, after))
        if rows:
            sign = CHANGED if before and after else ADDED if after else REMOVED
            pieces.append(Piece(sign, platform, packages=rows))
    return pieces


def _called(package: LockedPackage | Package) -> str:
    return f"{package.name} (pip)" if isinstance(package, Package) and package.manager == PIP else package.name


def _rows(
    before: Mapping[str, LockedPackage | Package], after: Mapping[str, Package]
) -> Iterable[tuple[str, str, str]]:
    for name in sorted({*before, *after}):
        old, new = before.get(name), after.get(name)
        if old and new and (old.url, old.sha256) == (new.url, new.sha256):
            continue
        moved = bool(old and new and (old.version, old.build) == (new.version, new.build))
        yield name, _told(old, moved), _told(new, moved)


def _told(package: LockedPackage | Package | None, with_file: bool) -> str:
    """Version and build; where these stay the same, also the channel and the file's digest, one of which does not."""
    if package is None:
        return ""
    file = f" {package.url.rpartition('/')[0]} {package.sha256[:8]}" if with_file else ""
    return f"{package.version} {package.build}".strip() + file


def _explicit_notes(text: str, path: Path) -> dict[str, str]:
    notes = dict(NOTE.findall(text))
    if "@EXPLICIT" not in text.splitlines() or "platform" not in notes:
        raise BenchwrightError(
            f"{path} is no @EXPLICIT list with a line '# platform: ...'; choose another file with --out"
        )
    return {notes["platform"]: notes.get("content_hash", "")}


def _conda_lock_notes(text: str, path: Path) -> tuple[dict[str, str], dict[str, list[Package]]]:
    """Return by platform what it was made of, and pip's packages."""
    try:
        document = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        metadata, packages = document["metadata"], document["package"]
        digests = dict(metadata.get("content_hash") or {})
        pip: dict[str, list[Package]] = {}
        for each in (entry for entry in packages if entry["manager"] == PIP):
            sha256 = str(each["hash"].get("sha256", ""))
            package = Package(each["name"], str(each["version"]), "", each["url"], sha256, "", manager=PIP)
            pip.setdefault(each["platform"], []).append(package)
        return {str(platform): str(digests.get(platform, "")) for platform in metadata["platforms"]}, pip
    except (yaml.YAMLError, LookupError, TypeError, ValueError, AttributeError) as error:
        raise BenchwrightError(f"{path} is no conda-lock.yml of version 1; choose another file with --out") from error


def _read(text: str, path: Path, platform: str, accept_terms: bool) -> Environment:
    try:
        return read_description(text, str(path), platform, accept_anaconda_terms=accept_terms)
    except EnvironmentFileError as error:
        raise BenchwrightError(f"{error} (remove the file to lock anew)") from error
