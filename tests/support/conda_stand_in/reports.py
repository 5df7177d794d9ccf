"""conda info, list, export and env list."""

from __future__ import annotations

import os
import platform
import re
import sys
from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import rattler
import yaml

from . import answers
from .environments import describe
from .prefix import (
    Record,
    base_url,
    channel_name,
    is_environment,
    rattler_records,
    records,
    require_environment,
    short,
)
from .settings import SUBDIRS, Settings
from .solving import in_order

HEADER = """# This file may be used to create an environment using:
# $ conda create --name <env> --file <this file>
# platform: linux-64
# created-by: conda {version}
"""
REQUIREMENTS_NOTE = """# Note: This is a conda requirements file (MatchSpec format)
# Contains conda package specifications, not pip requirements

"""


def info(settings: Settings, given: Namespace) -> None:
    if given.base:
        answers.print_json(settings, {"root_prefix": str(settings.root)}) if given.json else print(settings.root)
        return
    found = _describe(settings)
    if settings.generation.environment_list == "details":
        found |= _environments(settings)
    if given.json:
        answers.print_json(settings, found)
        return
    sys.stdout.write("\n".join(f"{key:>20} : {value}" for key, value in found.items()) + "\n")


def env_list(settings: Settings, given: Namespace) -> None:
    """Older generations answer with all that ``conda info`` says, environment variables included."""
    found = _environments(settings)
    if settings.generation.environment_list == "info":
        found = _describe(settings) | {"env_vars": {key: os.environ[key] for key in ("PATH",) if key in os.environ}}
    if given.json:
        answers.print_json(settings, found)
        return
    sys.stdout.write("\n# conda environments:\n#\n")
    sys.stdout.write("".join(f"{settings.name(Path(path)):20}   {path}\n" for path in found["envs"]) + "\n")


def list_packages(settings: Settings, given: Namespace) -> None:
    prefix = settings.prefix(given.name, given.prefix)
    require_environment(prefix)
    found = [record for record in records(prefix) if re.search(given.regex or "", record["name"])]
    if given.revisions:
        answers.print_json(settings, _revisions(prefix))
    elif given.explicit:
        sys.stdout.write(HEADER.format(version=settings.generation.version) + "@EXPLICIT\n")
        kind = "md5" if given.md5 else "sha256" if getattr(given, "sha256", False) else ""
        sys.stdout.write("".join(f"{url}\n" for url in _urls(prefix, kind)))
    elif given.json:
        answers.print_json(settings, [short(record) for record in found])
    else:
        sys.stdout.write(f"# packages in environment at {prefix}:\n#\n")
        sys.stdout.write("".join("{name:25} {version:15} {build:15}\n".format(**record) for record in found))


def export(settings: Settings, given: Namespace) -> None:
    prefix = settings.prefix(given.name, given.prefix)
    require_environment(prefix)
    kind = getattr(given, "format", None) or ("environment-json" if given.json else "environment-yaml")
    content = describe(settings, prefix, given.from_history, not given.no_builds, given.ignore_channels)
    if kind == "environment-json":
        answers.print_json(settings, content)
        return
    text = _written(settings, prefix, kind, content)
    if given.file:
        Path(given.file).write_text(text)
    else:
        sys.stdout.write(text)


def _written(settings: Settings, prefix: Path, kind: str, content: dict[str, Any]) -> str:
    header = HEADER.format(version=settings.generation.version)
    if kind == "explicit":
        return header + "@EXPLICIT\n" + "".join(f"{url}\n" for url in _urls(prefix, ""))
    if kind == "requirements":
        lines = ["{}::{name}=={version}={build}\n".format(channel_name(base_url(r)), **r) for r in records(prefix)]
        return header + REQUIREMENTS_NOTE + "".join(lines)

    class Indented(yaml.SafeDumper):
        def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
            super().increase_indent(flow, False)

    return yaml.dump(content, Dumper=Indented, sort_keys=False, default_flow_style=False)


def _urls(prefix: Path, kind: str) -> list[str]:
    """Dependencies first."""
    by_name: dict[str, Record] = {record["name"]: record for record in records(prefix)}
    order = in_order(rattler_records(prefix))
    found = [by_name[record.name.normalized] for record in order]
    return [record["url"] + (f"#{record[kind]}" if kind else "") for record in found]


def _revisions(prefix: Path) -> list[dict[str, Any]]:
    revisions: list[dict[str, Any]] = []
    for line in (prefix / "conda-meta/history").read_text().splitlines():
        if begin := re.match(r"==> (.*) <==", line):
            empty: dict[str, Any] = {"install": [], "remove": [], "upgrade": [], "downgrade": []}
            revisions.append({"date": begin.group(1), "rev": len(revisions), **empty})
        elif line[:1] in "+-" and line:
            channel, dummy, name = line[1:].partition("::")
            revisions[-1]["install" if line[0] == "+" else "remove"].append(f"{name}-{channel}")
    return revisions


def _prefixes(settings: Settings) -> list[Path]:
    found = [path for directory in settings.environment_directories for path in sorted(directory.glob("*"))]
    return [settings.root, *(path for path in found if is_environment(path))]


def _environments(settings: Settings) -> dict[str, Any]:
    prefixes = _prefixes(settings)
    return {
        "envs": [str(prefix) for prefix in prefixes],
        "envs_details": {str(prefix): _details(settings, prefix) for prefix in prefixes},
    }


def _details(settings: Settings, prefix: Path) -> dict[str, Any]:
    def when(path: Path) -> str:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC).isoformat()

    base = prefix == settings.root
    return {
        "name": settings.name(prefix),
        "created": None if base else when(prefix),
        "last_modified": when(prefix / "conda-meta/history"),
        "active": os.environ.get("CONDA_PREFIX") == str(prefix),
        "base": base,
        "frozen": (prefix / "conda-meta/frozen").exists(),
        "writable": os.access(prefix, os.W_OK),
    }


def _describe(settings: Settings) -> dict[str, Any]:
    """What ``conda info --json`` says, without the environments' details."""
    root, version, home = settings.root, settings.generation.version, Path.home()
    channels = [f"{channel}/{subdir}" for channel in settings.channels([], False) for subdir in SUBDIRS]
    packages = rattler.VirtualPackage.detect()
    virtual = [package.into_generic() for package in packages]
    new = {"tmp_dir": "/tmp", "notices_cache_dir": str(home / ".cache/conda/notices")}
    return {
        "platform": "linux-64",
        "conda_version": version,
        "conda_env_version": version,
        "conda_build_version": "not installed",
        "root_prefix": str(root),
        "conda_prefix": str(root),
        "av_data_dir": str(root / "etc/conda"),
        "av_metadata_url_base": None,
        "root_writable": os.access(root, os.W_OK),
        "pkgs_dirs": [str(path) for path in settings.package_caches],
        "envs_dirs": [str(path) for path in settings.environment_directories],
        "default_prefix": str(root),
        "active_prefix": None,
        "active_prefix_name": None,
        "conda_shlvl": -1,
        "channels": channels,
        "user_rc_path": str(home / ".condarc"),
        "rc_path": str(home / ".condarc"),
        "sys_rc_path": str(root / ".condarc"),
        "offline": False,
        "envs": [str(prefix) for prefix in _prefixes(settings)],
        "python_version": f"{platform.python_version()}.final.0",
        "requests_version": "2.34.2",
        "user_agent": f"conda/{version} requests/2.34.2 CPython/{platform.python_version()}",
        "conda_location": str(root / "lib/conda"),
        "config_files": list(settings.files),
        "netrc_file": os.environ.get("NETRC"),
        "virtual_pkgs": [[p.name.normalized, str(p.version), str(p.build_string)] for p in virtual],
        "solver": {"name": "classic", "user_agent": "solver/classic", "default": False},
        **(new if settings.generation.parts >= (26, 0) else {}),
        "UID": os.getuid(),
        "GID": os.getgid(),
        "sys.version": sys.version,
        "sys.prefix": str(root),
        "sys.executable": str(root / "bin/python"),
        "site_dirs": [],
        "env_vars": {},
    }
