"""What mamba 2 and micromamba print of packages, environments and themselves."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import rattler

from .prefix import Record, base_url, dist, is_environment, masked, rattler_records, records, requested
from .settings import SUBDIRS, Settings

NOTHING = "All requested packages already installed"
HEADER = """# This file may be used to create an environment using:
# $ conda create --name <env> --file <this file>
# platform: linux-64
@EXPLICIT
"""


def print_json(answer: Any) -> None:
    sys.stdout.write(json.dumps(answer, indent=4, sort_keys=True) + "\n")


def full(record: Record, behind_channel: str = "") -> Record:
    """A package as FETCH, LINK, UNLINK and search show it; of a URL it knows no more than that says."""
    record = masked(record)
    optional = {key: record[key] for key in ("md5", "sha256", "noarch") if record.get(key)}
    return {
        **optional,
        "build": record["build"],
        "build_number": record.get("build_number", 0),
        "build_string": record["build"],
        "channel": base_url(record) + behind_channel,
        "constrains": list(record.get("constrains") or ()),
        "depends": list(record.get("depends") or ()),
        "fn": str(record["url"]).rpartition("/")[2],
        "license": record.get("license") or "",
        "name": record["name"],
        "size": record.get("size") or 0,
        "subdir": record["subdir"],
        "timestamp": (record.get("timestamp") or 0) // 1000,
        "track_features": "",
        "url": record["url"],
        "version": record["version"],
    }


def installed(prefix: Path, spec: str) -> bool:
    """Whether a package of the prefix, dependencies and all, satisfies the spec."""
    wanted, there = rattler.MatchSpec(spec), rattler_records(prefix)
    found = [record for record in there if wanted.matches(record)]

    def met(text: str) -> bool:
        needed = rattler.MatchSpec(text)
        return text.startswith("__") or any(needed.matches(record) for record in there)

    return any(all(map(met, record.depends)) for record in found)


def show_list(prefix: Path, given: Namespace) -> None:
    found = records(prefix)
    if given.json:
        print_json([_listed(record) for record in found])
        return
    sys.stdout.write(f'List of packages in environment: "{prefix}"\n\n')
    kind = "md5" if given.md5 else "sha256"
    for record in found:
        line = f"{record['url']}#{record[kind]}" if given.explicit else "  {name}  {version}  {build}".format(**record)
        sys.stdout.write(line + "\n")


def _listed(record: Record) -> Record:
    return {
        **{key: record[key] for key in ("build_number", "md5", "name", "sha256", "url", "version")},
        "base_url": base_url(record),
        "build_string": record["build"],
        "channel": base_url(record),
        "dist_name": dist(record),
        "platform": record["subdir"],
    }


def show_search(spec: str, found: Sequence[Record]) -> None:
    """Newest first; nothing found is no error."""
    message = "" if found else f'No entries matching "{spec}" found'
    shown = [full(record) | {"channel": ""} for record in reversed(found)]
    result = {"msg": message, "pkgs": shown, "status": "OK"}
    print_json({"query": {"query": spec, "type": "search"}, "result": result})


def show_envs(settings: Settings, given: Namespace) -> None:
    """Only what lies in the root prefix: the stand-in writes no ~/.conda/environments.txt."""
    found = [path for directory in settings.environment_directories for path in sorted(directory.glob("*"))]
    print_json({"envs": [str(settings.root), *(str(path) for path in found if is_environment(path))]})


def export(settings: Settings, given: Namespace) -> None:
    """A prefix that is not there is exported as an empty one."""
    prefix = settings.prefix(given.name, given.prefix)
    found = records(prefix)
    if given.explicit:
        if given.json:
            text = "Warning: `--json` and `--explicit` are used together but are incompatible."
            sys.stderr.write(f"{text} The `--json` flag will be ignored.\n")
        sys.stdout.write(HEADER + "".join(f"{record['url']}#{record['md5']}\n" for record in found))
        return
    shape = "{name}={version}" if given.no_builds else "{name}={version}={build}"
    before = "{}/{subdir}::" if given.channel_subdir else ""
    dependencies = [(before + shape).format(base_url(record), **record) for record in found]
    if given.from_history:
        there = {record["name"] for record in found}
        dependencies = [spec for name, spec in requested(prefix).items() if name in there]
    channels = list(dict.fromkeys(map(base_url, found)))
    if given.json:
        print_json({"channels": channels, "dependencies": dependencies, "name": "", "prefix": str(prefix)})
        return
    lists = [("channels", channels), ("dependencies", dependencies)]
    body = "".join(f"{key}:\n" + "".join(f"  - {item}\n" for item in items) for key, items in lists)
    sys.stdout.write(f'name: \n{body}\nprefix: "{prefix}"\n')


def info(settings: Settings, given: Namespace) -> None:
    version, home = settings.generation.version, Path.home()
    name = "micromamba version" if settings.flavour == "micromamba" else "mamba version"
    virtual = [package.into_generic() for package in rattler.VirtualPackage.detect()]
    print_json(
        {
            "base environment": str(settings.root),
            "channels": [f"{channel}/{subdir}" for channel in settings.channels([], False) for subdir in SUBDIRS],
            "curl version": "libcurl/7.88.1",
            "env location": str(settings.root),
            "environment": "base",
            "envs directories": [str(path) for path in settings.environment_directories],
            "libarchive version": "libarchive 3.6.2",
            "libmamba version": version,
            name: version,
            "package cache": [str(path) for path in settings.package_caches],
            "platform": "linux-64",
            "populated config files": list(settings.files),
            "user config files": [str(home / ".mambarc")],
            "virtual packages": [f"{p.name.normalized}={p.version}={p.build_string}" for p in virtual],
        }
    )
