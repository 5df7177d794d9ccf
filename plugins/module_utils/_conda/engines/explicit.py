# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""From a solution to what is done: which packages go, which come, and the @EXPLICIT file that says so."""

from __future__ import annotations

import json
import typing as t
from dataclasses import dataclass
from pathlib import Path

from ..installed.digests import DIGESTS, file_digests, local_path
from ..installed.prefix import InstalledPackage, record_path
from ..specs.dependency_name import dependency_name
from .credentials import public
from .interface import EngineError, Record


@dataclass(frozen=True)
class Steps:
    """What brings a prefix to a solution: names of packages to unlink, and then records to link."""

    unlink: tuple[str, ...]
    link: tuple[Record, ...]


def make_record(found: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return a package as the interface wants it, from what conda or mamba print or write; without credentials."""
    url = public(str(found.get("url") or ""))
    address, dummy, file_name = url.rpartition("/")
    record = {key: found[key] for key in ("size", "md5", "sha256", "license", "timestamp") if found.get(key)}
    return {
        **record,
        "name": found["name"],
        "version": found["version"],
        "build": found.get("build") or found.get("build_string") or "",
        "build_number": found.get("build_number") or 0,
        "subdir": found.get("subdir") or address.rpartition("/")[2],
        "channel": address.rpartition("/")[0] if file_name else public(str(found.get("channel") or "")),
        "url": url,
        "depends": list(found.get("depends") or ()),
        "constrains": list(found.get("constrains") or ()),
    }


def make_steps(
    installed: t.Iterable[InstalledPackage],
    solution: t.Sequence[Record],
    reinstall: t.Collection[str],
    replaces: bool,
) -> Steps:
    """Say what to do. ``replaces``: linking a package also unlinks another version of it, so that nobody else need."""
    before = {package.name: package for package in installed}
    after = {record["name"]: record for record in solution}
    same = {name for name, record in after.items() if name in before and _same(before[name], record)}
    again = same & set(reinstall)
    replaced = {name for name in after if name in before} - same
    unlink = (set(before) - set(after)) | again | (set() if replaces else replaced)
    link = [record for record in in_order(solution) if record["name"] not in same - again]
    return Steps(tuple(sorted(unlink)), tuple(link))


def noarch_to_relink(prefix: str, installed: t.Iterable[InstalledPackage], solution: t.Iterable[Record]) -> set[str]:
    """Names of the pure Python packages that move to another site-packages, because python's minor version changes."""
    before = {package.name: package for package in installed}
    after = [record for record in solution if record["name"] == "python"]
    if "python" not in before or not after or _minor(before["python"].version) == _minor(after[0]["version"]):
        return set()
    return {package.name for package in before.values() if package.subdir == "noarch" and _is_python(prefix, package)}


def in_order(solution: t.Sequence[Record]) -> list[Record]:
    """The records with dependencies first, as link scripts need it; python first where a lock says nothing."""
    by_name = {record["name"]: record for record in solution}
    done: dict[str, Record] = {}

    def add(first: str) -> None:
        stack = [(first, iter(_dependencies(by_name[first])))]
        entered = {first}
        while stack:
            name, rest = stack[-1]
            following = next(
                (other for other in rest if other in by_name and other not in entered and other not in done), None
            )
            if following:
                entered.add(following)
                stack.append((following, iter(_dependencies(by_name[following]))))
            else:
                done[name] = by_name[name]
                stack.pop()

    for name in sorted(by_name, key=lambda name: name != "python"):
        if name not in done:
            add(name)
    return list(done.values())


def explicit_file(records: t.Iterable[Record], address: t.Callable[[str], str], sha256: bool) -> str:
    """Return the text of an @EXPLICIT file. ``sha256``: the tool checks those; otherwise md5 has to do.

    :raises EngineError: when a package would be downloaded without any check.
    """
    lines = ["@EXPLICIT"]
    for record in records:
        digest = (sha256 and record.get("sha256")) or record.get("md5")
        if record.get("sha256") and not digest and not record["url"].startswith("file:"):
            raise EngineError(
                "{} has a sha256 only, and this conda checks md5 only; update conda to 24.9 or newer, or use the rattler "
                "engine".format(record["url"])
            )
        prefix = "sha256:" if digest and len(digest) == 64 else ""
        lines.append(address(record["url"]) + (f"#{prefix}{digest}" if digest else ""))
    return "\n".join(lines) + "\n"


def listed(records: t.Sequence[Record], most: int = 5) -> str:
    """The packages with their digests, as text for an error; of many only the first."""
    texts = [
        "{name}-{version}-{build}".format(**record)
        + "".join(f" ({key} {record[key]})" for key in DIGESTS[: 1 if record.get("sha256") else 2] if record.get(key))
        for record in records[:most]
    ]
    return ", ".join([*texts, *([f"and {len(records) - most} more"] if len(records) > most else [])])


def check_local_files(records: t.Iterable[Record]) -> None:
    """Compare file:// packages with their digests, which conda does not; raise :class:`EngineError` for a wrong one."""
    for record in records:
        path, name = local_path(record["url"]), next(filter(record.get, DIGESTS), None)
        if path and name:
            found, wanted = _digest(path, name), record[name]
            if found != wanted:
                raise EngineError(
                    f"{path} is not what is wanted: its {name} is {found}, wanted is {wanted}; the file is damaged, or the "
                    "lock or the channel's index is wrong: make anew the one that is"
                )


def _digest(path: Path, kind: str) -> str:
    try:
        return file_digests(path, [kind])[kind]
    except OSError as error:
        raise EngineError(
            f"the package {path} cannot be read ({error.strerror}); check the channel's path and who may read it, or make "
            "the lock or the channel's index anew"
        ) from error


def _same(package: InstalledPackage, record: Record) -> bool:
    """The same file; two builds may share a name, and then their digests tell, where both are known."""
    keys = ("version", "build", "subdir")
    digests = [(getattr(package, key), record.get(key)) for key in ("sha256", "md5")]
    return all(getattr(package, key) == record[key] for key in keys) and all(
        one == other for one, other in digests if one and other
    )


def _dependencies(record: Record) -> list[str]:
    return sorted(map(dependency_name, record["depends"]))


def _minor(version: str) -> list[str]:
    return version.split(".")[:2]


def _is_python(prefix: str, package: InstalledPackage) -> bool:
    record = json.loads(record_path(prefix, package).read_text(encoding="utf-8"))
    return str(record.get("noarch")) == "python"
