"""An environment's records and history, as conda writes them."""

from __future__ import annotations

import ast
import json
import re
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import rattler

from .errors import CondaFailure, no_environment
from .settings import Settings

Record = dict[str, Any]


def is_environment(prefix: Path) -> bool:
    return (prefix / "conda-meta/history").is_file()


def require_environment(prefix: Path) -> None:
    if not is_environment(prefix):
        raise no_environment(prefix)


def require_thawed(settings: Settings, prefix: Path) -> None:
    if settings.protects_frozen and (prefix / "conda-meta/frozen").exists():
        raise CondaFailure(
            "EnvironmentIsFrozenError",
            f"Cannot modify '{prefix}'. The environment is marked as frozen. You can bypass these protections with the "
            "`--override-frozen` flag, at your own risk.",
        )


def records(prefix: Path) -> list[Record]:
    """The installed packages by name."""
    found = [json.loads(path.read_text()) for path in (prefix / "conda-meta").glob("*.json")]
    return sorted(found, key=lambda record: str(record["name"]))


def rattler_records(prefix: Path) -> list[rattler.PrefixRecord]:
    """The records for rattler, which looks for files where ``paths_data`` says; conda looks where ``files`` says."""
    found = []
    with tempfile.TemporaryDirectory() as directory:
        for path in sorted((prefix / "conda-meta").glob("*.json")):
            record = json.loads(path.read_text())
            places = {file.partition("/site-packages/")[2]: file for file in record["files"]}
            for entry in record["paths_data"]["paths"]:
                if entry["_path"].startswith("site-packages/"):
                    entry["_path"] = places[entry["_path"].partition("/")[2]]
            copy = Path(directory, path.name)
            copy.write_text(json.dumps(record))
            found.append(rattler.PrefixRecord.from_path(copy))
    return found


def dist(record: Record) -> str:
    return "{name}-{version}-{build}".format(**record)


def base_url(record: Record) -> str:
    """The channel's address without the subdir."""
    return str(record["url"]).rsplit("/", 2)[0]


def masked(record: Record) -> Record:
    """The record as mamba 2 shows it, without the token in its address."""
    return {**record, "url": re.sub(r"^(https?://[^/]+/t/)[^/]+", r"\1*****", str(record["url"]))}


def channel_name(url: str) -> str:
    return url.rstrip("/").rpartition("/")[2]


def short(record: Record) -> Record:
    """A package as ``conda list --json`` and LINK show it."""
    return {
        "base_url": base_url(record),
        "build_number": record["build_number"],
        "build_string": record["build"],
        "channel": channel_name(base_url(record)),
        "dist_name": dist(record),
        "name": record["name"],
        "platform": record["subdir"],
        "version": record["version"],
    }


def full(record: Record) -> Record:
    """A package as FETCH and ``conda search --json`` show it."""
    noarch = record.get("noarch") or None
    kind = {"package_type": f"noarch_{noarch}"} if noarch else {}
    shown = {
        **{key: record[key] for key in ("name", "version", "build", "build_number")},
        "channel": f"{base_url(record)}/{record['subdir']}",
        "subdir": record["subdir"],
        "fn": str(record["url"]).rpartition("/")[2],
        "md5": record.get("md5"),
        "url": record["url"],
        "sha256": record.get("sha256"),
        "arch": record.get("arch") if not noarch else None,
        "platform": record.get("platform") if not noarch else None,
        "depends": list(record.get("depends") or ()),
        "constrains": list(record.get("constrains") or ()),
        "noarch": noarch,
        "license": record.get("license"),
        **kind,
        "timestamp": record.get("timestamp"),
        "size": record.get("size"),
    }
    optional = ("md5", "sha256", "license", "timestamp", "size", "noarch")
    return {key: value for key, value in shown.items() if key not in optional or value not in (None, "")}


def requested(prefix: Path) -> dict[str, str]:
    """What was asked for, by name, from the history's ``# update specs`` and ``# remove specs``."""
    wanted: dict[str, str] = {}
    lines = (prefix / "conda-meta/history").read_text().splitlines() if is_environment(prefix) else []
    for line in lines:
        found = re.match(r"# (update|remove) specs: (\[.*\])$", line)
        for spec in ast.literal_eval(found.group(2)) if found else ():
            name = spec_name(spec)
            if found and found.group(1) == "update":
                wanted[name] = spec
            else:
                wanted.pop(name, None)
    return wanted


def spec_name(spec: str) -> str:
    parsed = rattler.MatchSpec(spec)
    return parsed.name.normalized if parsed.name else ""


def write_history(
    settings: Settings, prefix: Path, unlinked: Iterable[Record], linked: Iterable[Record], specs: str = ""
) -> None:
    """Add one transaction; ``# cmd:`` holds every argument, credentials included. ``specs`` is the last line."""
    lines = [
        time.strftime("==> %Y-%m-%d %H:%M:%S <=="),
        "# cmd: " + " ".join(settings.argv),
        f"# conda version: {settings.generation.version}",
        *(f"-{base_url(record)}/{record['subdir']}::{dist(record)}" for record in unlinked),
        *(f"+{base_url(record)}/{record['subdir']}::{dist(record)}" for record in linked),
        *([specs] if specs else []),
    ]
    path = prefix / "conda-meta/history"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as stream:
        stream.write("".join(line + "\n" for line in lines))


def variables(prefix: Path) -> dict[str, str]:
    path = prefix / "conda-meta/state"
    found = json.loads(path.read_text()).get("env_vars", {}) if path.exists() else {}
    return {key: value for key, value in found.items() if value != "***unset***"}


def write_variables(prefix: Path, changes: dict[str, str]) -> None:
    """conda never forgets a variable: one that was removed has a value that says so."""
    path = prefix / "conda-meta/state"
    state = json.loads(path.read_text()) if path.exists() else {"env_vars": {}}
    state["env_vars"] = {**state.get("env_vars", {}), **changes}
    path.write_text(json.dumps(state))
