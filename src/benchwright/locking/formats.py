"""The text of a lock: conda-lock.yml version 1, or an @EXPLICIT list. The same packages give the same bytes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import yaml
from ansible_collections.benchwright.python.plugins.module_utils._conda.specs.channel import strip_credentials

from benchwright.locking.asked import Format
from benchwright.locking.solve import Package
from benchwright.locking.wanted import Wanted

Solved = Mapping[str, Sequence[Package]]
"""By platform the packages, in the order in which they can be linked."""
ENDLESS = 1 << 20
HEADER = "# Made by 'benchwright lock' of {}. Hosts install exactly these files and solve nothing.\n"


def default_path(description: Path, wanted: Format, platform: str) -> Path:
    """Return where the lock goes when nobody says: beside the description, under a name that other tools know."""
    stem = description.stem
    if wanted is Format.EXPLICIT:
        return description.with_name(f"{stem}-{platform}.lock")
    return description.with_name("conda-lock.yml" if stem == "environment" else f"{stem}.conda-lock.yml")


def text_of(wanted: Wanted, solved: Solved, form: Format, source: str) -> str:
    """Return the lock's text; ``source`` is the description's path from the lock's directory."""
    if form is Format.EXPLICIT:
        [(platform, packages)] = solved.items()
        return "".join(_explicit(wanted, platform, packages, source))
    document = {
        "version": 1,
        "metadata": {
            "content_hash": {platform: wanted.digest(platform) for platform in sorted(solved)},
            "channels": [{"url": strip_credentials(each), "used_env_vars": []} for each in wanted.channels],
            "platforms": sorted(solved),
            "sources": [source],
        },
        "package": [
            _entry(package, platform)
            for package, platform in sorted(
                ((package, platform) for platform, packages in solved.items() for package in packages),
                key=lambda pair: (pair[0].name, pair[1]),
            )
        ],
    }
    return HEADER.format(source) + yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=ENDLESS)


def _entry(package: Package, platform: str) -> dict[str, object]:
    digests = {"md5": package.md5, "sha256": package.sha256}
    return {
        "name": package.name,
        "version": package.version,
        "manager": package.manager,
        "platform": platform,
        "dependencies": _dependencies(package.depends),
        "url": package.url,
        "hash": {kind: digest for kind, digest in digests.items() if digest},
        "category": "main",
        "optional": False,
    }


def _dependencies(depends: Sequence[str]) -> dict[str, str]:
    """By name what is asked of it; a name may be asked for twice."""
    found: dict[str, list[str]] = {}
    for name, dummy, rest in (text.partition(" ") for text in sorted(depends)):
        found.setdefault(name, []).append(rest.strip())
    return {name: ",".join(filter(None, asked)) for name, asked in found.items()}


def _explicit(wanted: Wanted, platform: str, packages: Sequence[Package], source: str) -> Iterator[str]:
    yield HEADER.format(source)
    yield f"# platform: {platform}\n# content_hash: {wanted.digest(platform)}\n@EXPLICIT\n"
    for package in packages:
        yield f"{package.url}#{package.sha256}\n"
