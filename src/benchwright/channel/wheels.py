"""Wheels as conda packages: a pure one becomes `noarch: python`, another one is for one interpreter and machine."""

from __future__ import annotations

import base64
import configparser
import hashlib
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from packaging.metadata import RawMetadata, parse_email
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.tags import Tag
from packaging.utils import canonicalize_name, parse_wheel_filename
from packaging.version import Version

from .errors import ChannelError
from .package import PLACEHOLDER, File, Package
from .specifiers import conda_name, match_spec
from .target import Target

METADATA = re.compile(r"([^/]+\.dist-info)/METADATA")
DATA = re.compile(r"[^/]+\.data/(\w+)/(.+)")
MANYLINUX = re.compile(r"manylinux_2_(\d+)_")
# From site-packages to the environment.
PREFIX = "../../.."


@dataclass(frozen=True)
class Wheel:
    """What a wheel says of itself. `info` is its .dist-info directory, `timestamp` its newest member's, in seconds."""

    path: Path
    metadata: RawMetadata
    version: Version
    requires: tuple[Requirement, ...]
    info: str
    tags: frozenset[Tag]
    timestamp: int

    @property
    def conda_name(self) -> str:
        return conda_name(self.metadata["name"])

    @property
    def pure(self) -> bool:
        return all(tag.platform == "any" for tag in self.tags)

    def site_packages(self, target: Target) -> str:
        """Where its modules are in the package; conda links those of `noarch: python` to the interpreter's place."""
        return "site-packages" if self.pure else target.site_packages


def read(path: Path) -> Wheel:
    """Read a wheel's metadata; raises ChannelError where it is no wheel."""
    try:
        with zipfile.ZipFile(path) as archive:
            metadata = next(filter(None, map(METADATA.fullmatch, archive.namelist())))
            newest = max(member.date_time for member in archive.infolist())
            fields = parse_email(archive.read(metadata.group()))[0]
        return Wheel(
            path=path,
            metadata=fields,
            version=Version(fields["version"]),
            requires=tuple(map(Requirement, fields.get("requires_dist", []))),
            info=metadata.group(1),
            tags=parse_wheel_filename(path.name)[3],
            timestamp=_timestamp(newest),
        )
    except (zipfile.BadZipFile, StopIteration, KeyError, ValueError) as error:
        raise ChannelError(f"{path} is no wheel that can be read ({error}): delete it and run again") from error


def _timestamp(date_time: tuple[int, int, int, int, int, int]) -> int:
    """Seconds since 1970; 0 for the dates of month 0 that some tools write into archives."""
    try:
        return int(datetime(*date_time, tzinfo=UTC).timestamp())
    except ValueError:
        return 0


def depends(wheel: Wheel, world: Mapping[str, Wheel], target: Target) -> list[str]:
    """Match specs of what the wheel requires here. `world` has every wheel of the channel by project name.

    Raises ChannelError for what the world does not have.
    """
    found = set()
    for requirement in _requirements(wheel, world, target, "", set()):
        other = world.get(canonicalize_name(requirement.name))
        if not other or not requirement.specifier.contains(other.version, prereleases=True):
            have = f"pinned is {other.version}" if other else "it is not pinned"
            raise ChannelError(
                f"{wheel.path.name} requires {requirement.name}{requirement.specifier}, and {have}: compile the "
                "requirements file anew"
            )
        found.add(match_spec(other.conda_name, requirement.specifier))
    return sorted(found)


def _requirements(
    wheel: Wheel, world: Mapping[str, Wheel], target: Target, extra: str, seen: set[tuple[str, str]]
) -> Iterator[Requirement]:
    """What the wheel requires, or with an extra: what that adds. conda has no extras, so they are written out."""
    for requirement in wheel.requires:
        if not _holds(requirement, target, extra) or (extra and _holds(requirement, target, "")):
            continue
        yield requirement
        name = canonicalize_name(requirement.name)
        for wanted in sorted(requirement.extras):
            if name in world and (name, wanted) not in seen:
                seen.add((name, wanted))
                yield from _requirements(world[name], world, target, wanted, seen)


def _holds(requirement: Requirement, target: Target, extra: str) -> bool:
    return not requirement.marker or requirement.marker.evaluate({**target.markers, "extra": extra})


def convert(wheel: Wheel, world: Mapping[str, Wheel], target: Target) -> Package:
    """The package of one wheel; raises ChannelError."""
    with zipfile.ZipFile(wheel.path) as archive:
        members = [member for member in archive.infolist() if not member.is_dir()]
        content = {member.filename: archive.read(member) for member in members}
        executable = {member.filename for member in members if (member.external_attr >> 16) & 0o111}
    scripts = entry_points(content.get(f"{wheel.info}/entry_points.txt", b"").decode())
    files = {}
    for name, data in content.items():
        # Installers write their own record; signatures are of the wheel's.
        if not name.startswith(f"{wheel.info}/RECORD"):
            file = _place(wheel, target, name, data, name in executable)
            files[file.path] = file
    if not wheel.pure:
        files |= {f"bin/{name}": _script(name, value, target) for name, value in scripts.items()}
    info = f"{wheel.site_packages(target)}/{wheel.info}"
    files[f"{info}/INSTALLER"] = File(f"{info}/INSTALLER", b"conda\n")
    linked = sorted(f"bin/{name}" for name in scripts) if wheel.pure else []
    record = _record(list(files.values()), wheel.site_packages(target), [*linked, f"{info}/RECORD"])
    files[f"{info}/RECORD"] = File(f"{info}/RECORD", record)
    return _package(wheel, depends(wheel, world, target), target, tuple(files.values()), scripts)


def _package(
    wheel: Wheel, requires: list[str], target: Target, files: tuple[File, ...], scripts: Mapping[str, str]
) -> Package:
    metadata = wheel.metadata
    common: dict[str, Any] = {
        "name": wheel.conda_name,
        "version": str(wheel.version),
        "files": files,
        "timestamp": wheel.timestamp,
        "license": metadata.get("license_expression") or metadata.get("license", "").strip().split("\n")[0][:80],
        "about": {"summary": metadata.get("summary", ""), "home": metadata.get("home_page", "")},
    }
    if not wheel.pure:
        glibc = [int(match.group(1)) for tag in wheel.tags if (match := MANYLINUX.match(tag.platform))]
        host = [f"__glibc >=2.{min(glibc)}"] if glibc else []
        python = [target.python_range, f"python_abi {target.python}.* *_{target.abi}"]
        build = f"py{target.abi.removeprefix('cp')}h{{hash}}_0"
        return Package(**common, build=build, subdir=target.subdir, depends=(*python, *requires, *host))
    link = {
        "noarch": {"type": "python", "entry_points": [f"{name} = {value}" for name, value in scripts.items()]},
        "package_metadata_version": 1,
    }
    python = [match_spec("python", SpecifierSet(metadata.get("requires_python") or ">=3"))]
    common |= {"noarch": "python", "info": {"link.json": json.dumps(link, sort_keys=True).encode()}}
    return Package(**common, build="pyh{hash}_0", subdir="noarch", depends=(*python, *requires))


def _place(wheel: Wheel, target: Target, name: str, data: bytes, executable: bool) -> File:
    """Where a member of the wheel goes in the package."""
    if ".." in PurePosixPath(name).parts or name.startswith("/"):
        raise ChannelError(f"{wheel.path} has a member outside of it ({name}): do not use this wheel")
    site = wheel.site_packages(target)
    match = DATA.fullmatch(name)
    if not match:
        return File(f"{site}/{name}", data, executable)
    kind, rest = match.groups()
    if kind == "scripts":
        shebang = f"#!{PLACEHOLDER}/bin/python".encode()
        directory = "python-scripts" if wheel.pure else "bin"
        return File(f"{directory}/{rest}", re.sub(rb"\A#!pythonw?(?=\s)", shebang, data), True)
    project = canonicalize_name(wheel.metadata["name"])
    places = {"data": rest, "headers": f"include/python{target.python}/{project}/{rest}"}
    return File(places.get(kind, f"{site}/{rest}"), data, executable)


def entry_points(text: str) -> dict[str, str]:
    """The programs an installer makes: name -> module:function."""
    parser = configparser.ConfigParser(delimiters=("=",), interpolation=None)
    # Names of programs are case-sensitive.
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read_string(text)
    sections = [parser[name] for name in ("console_scripts", "gui_scripts") if parser.has_section(name)]
    return {name: value.split("[")[0].strip() for section in sections for name, value in sorted(section.items())}


def _script(name: str, entry_point: str, target: Target) -> File:
    module, function = entry_point.partition(":")[::2]
    text = (
        f"#!{PLACEHOLDER}/bin/python{target.python}\n"
        "import sys\n\n"
        f"from {module} import {function.partition('.')[0]}\n\n"
        'if __name__ == "__main__":\n'
        f"    sys.exit({function}())\n"
    )
    return File(f"bin/{name}", text.encode(), True)


def _record(files: list[File], site: str, unhashed: list[str]) -> bytes:
    """RECORD as pip reads it: paths relative to site-packages, as they will be in an environment.

    What the installer changes (prefixes) or makes (`unhashed`) stands without digest, as pip allows.
    """
    lines = []
    for file in sorted(files, key=lambda file: file.path):
        digest = base64.urlsafe_b64encode(hashlib.sha256(file.data).digest()).decode().rstrip("=")
        fixed = PLACEHOLDER.encode() not in file.data
        lines.append((file.path, f"sha256={digest},{len(file.data)}" if fixed else ","))
    lines += [(path, ",") for path in unhashed]
    return "".join(f"{_quoted(_installed(path, site))},{rest}\n" for path, rest in lines).encode()


def _installed(path: str, site: str) -> str:
    if path.startswith(f"{site}/"):
        return path.removeprefix(f"{site}/")
    return f"{PREFIX}/{re.sub('^python-scripts/', 'bin/', path)}"


def _quoted(field: str) -> str:
    return f'"{field}"' if "," in field else field
