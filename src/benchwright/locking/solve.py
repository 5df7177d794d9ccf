"""One solve, in a process of its own: what is wanted -> the packages for one platform, each with address and digest."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible_collections.benchwright.python.plugins.module_utils._conda.descriptions.environment import LockedPackage
from ansible_collections.benchwright.python.plugins.module_utils._conda.specs.channel import (
    strip_credentials,
    without_credentials,
)

from benchwright.channel.storage import cache_directory
from benchwright.errors import BenchwrightError
from benchwright.locking.wanted import Wanted

PATIENCE = 900.0
"""Seconds until a solve counts as hanging: rattler itself waits forever for a channel that takes a request and says nothing."""

MISSED = re.compile(r"(__[a-z0-9_]+) >=?([0-9][A-Za-z0-9_.]*)[^\n]*, for which no candidates were found")
"""Of the solver's message, what a package asks of hosts that they are not taken to have."""

CONDA, PIP = "conda", "pip"
"""Who installs a package."""


@dataclass(frozen=True)
class Package:
    """A package as a lock tells it; ``depends`` are match specs. One of pip has no build."""

    name: str
    version: str
    build: str
    url: str
    sha256: str
    md5: str
    depends: tuple[str, ...] = ()
    manager: str = CONDA


def solve(wanted: Wanted, platform: str, prefer: Iterable[LockedPackage]) -> tuple[Package, ...]:
    """Return the packages in the order in which they can be linked; those of ``prefer`` stay where nothing speaks against it.

    :raises BenchwrightError: when nothing satisfies what is wanted, or a channel cannot be read.
    """
    request = {
        "channels": wanted.channels,
        "specs": wanted.specs,
        "platform": platform,
        "virtual": wanted.virtual_packages(platform),
        "cache": str(_cache()),
        "prefer": [
            {"name": each.name, "digest": each.sha256 or each.md5} for each in prefer if each.sha256 or each.md5
        ],
    }
    answer = _ask(request)
    if "packages" not in answer:
        raise BenchwrightError(_problem(answer, wanted, platform))
    return tuple(_package(each) for each in answer["packages"])


def known_platform(text: str | None) -> str:
    """Return the platform, or this machine's. Raises BenchwrightError for what is none that an environment can be for."""
    from rattler import Subdir
    from rattler.exceptions import ParseSubdirError

    try:
        platform = str(Subdir(text) if text is not None else Subdir.current())
    except ParseSubdirError as error:
        raise BenchwrightError(f"--platform {text!r}: {str(error).strip()}") from error
    if platform == "noarch":
        raise BenchwrightError(
            "--platform noarch: expected a machine's platform, such as linux-64; noarch comes with each"
        )
    return platform


def _cache() -> Path:
    """Where rattler keeps indices; it notes there where it fetched from, password included."""
    path = cache_directory().parent / "repodata"
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise BenchwrightError(
            f"{error.filename}: {error.strerror}; set XDG_CACHE_HOME to a directory of yours"
        ) from error
    return path


def _ask(request: dict[str, Any]) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchwright.locking.solver"]
    try:
        done = subprocess.run(
            command, input=json.dumps(request), capture_output=True, encoding="utf-8", timeout=PATIENCE, check=False
        )
        return dict(json.loads(done.stdout))
    except subprocess.TimeoutExpired:
        return {"unreachable": f"no answer within {PATIENCE:g} seconds"}
    except ValueError:
        return {"error": f"it ended without an answer (exit code {done.returncode})\n{done.stderr.strip()}"}


def _problem(answer: dict[str, Any], wanted: Wanted, platform: str) -> str:
    channels = without_credentials(", ".join(wanted.channels))
    if "unreachable" in answer:
        message = without_credentials(answer["unreachable"])
        return (
            f"a channel of {wanted.description} cannot be read for {platform} (channels: {channels}):\n{message}\n"
            "Mend the network or the address, or name another channel with --channel or --source, of which 'offline' needs no conda host."
        )
    if "unsolvable" in answer:
        machine = ", ".join(f"{name}={version}" for name, version, dummy in wanted.virtual_packages(platform))
        return (
            f"{wanted.description} cannot be solved for {platform} (channels: {channels}):\n"
            f"{without_credentials(answer['unsolvable'])}\n"
            f"Hosts are taken to have {machine}; {_otherwise(answer['unsolvable'])}."
        )
    return f"{wanted.description}: the solver failed for {platform}: {without_credentials(answer['error'])}"


def _otherwise(unsolvable: str) -> str:
    """Say how to tell what hosts have; of virtual packages that were missed, with the versions that were asked for."""
    missed = sorted(set(MISSED.findall(unsolvable)))
    if not missed:
        return "--virtual-package NAME=VERSION says otherwise"
    return f"if they have more, say so: {' '.join(f'--virtual-package {name}={version}' for name, version in missed)}"


def _package(told: dict[str, Any]) -> Package:
    if not told["sha256"]:
        raise BenchwrightError(
            f"{without_credentials(told['url'])} has no sha256 in its channel's index, so nobody could check it; "
            "index the channel anew, or take the package from another one"
        )
    return Package(**{**told, "url": strip_credentials(told["url"]), "depends": tuple(told["depends"])})
