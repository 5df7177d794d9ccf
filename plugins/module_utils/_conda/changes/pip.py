# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""The one door to an environment's pip. conda's packages are pinned while it runs, so that pip cannot replace them."""

from __future__ import annotations

import json
import os
import re
import typing as t

from ..engines.interface import EngineError
from ..installed.python_package import PythonPackage
from ..process import TIMEOUT, TimedOut, clean_environment, run
from ..scratch import Scratch, scratch_directory
from ..specs.channel import without_credentials
from ..specs.pip_requirement import PipRequirement
from ..specs.python_name import normalized_name

# These would send packages somewhere else than into the environment.
MISLEADING = ("PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_REQUIRE_VIRTUALENV")
COMMON = ("--no-input", "--no-color", "--quiet", "--disable-pip-version-check")

# A package in one of pip's sentences, told by the version behind it, and at the beginning of a requirement.
NAMED = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*|[A-Za-z0-9][A-Za-z0-9._-]*(?=(?:\[[^\]]*\])?\s*[=<>!~]=?\s*[0-9])")


def install(
    prefix: str,
    requirements: t.Sequence[str],
    python_packages: t.Sequence[PythonPackage],
    upgrade: bool = False,
    complete: bool = False,
    inherit: t.Sequence[int] = (),
) -> None:
    """Install the requirements; raise :class:`EngineError` with pip's own words where it fails.

    ``complete`` says that the requirements name every dependency, as those of a lock do. pip keeps the descriptors in
    ``inherit`` open, so that an orphan keeps the lock.
    """
    options = [*(["--upgrade"] if upgrade else []), *(["--no-deps"] if complete else [])]
    with scratch_directory() as scratch:
        asked = ["--root-user-action=ignore", *options]
        _install(prefix, requirements, python_packages, asked, scratch, inherit)


def upgrades(
    prefix: str,
    requirements: t.Sequence[str],
    python_packages: t.Sequence[PythonPackage],
    complete: bool = False,
    inherit: t.Sequence[int] = (),
) -> tuple[str, ...]:
    """Return what ``install`` with ``upgrade`` would install, as ``name==version``; changes nothing."""
    if not requirements:
        return ()
    options = ["--upgrade", *(["--no-deps"] if complete else [])]
    with scratch_directory() as scratch:
        return _resolved(prefix, requirements, python_packages, options, scratch, inherit)


def fetch_wheels(
    prefix: str,
    requirements: t.Sequence[str],
    python_packages: t.Sequence[PythonPackage],
    directory: str,
    complete: bool = False,
    inherit: t.Sequence[int] = (),
) -> tuple[str, ...]:
    """Have in ``directory`` the wheels that ``install`` would install; return them as ``name==version``.

    The environment stays as it is. What comes as source is built, as ``install`` would build it.
    """
    with scratch_directory() as scratch:
        options = ["--no-deps"] if complete else []
        pins = _resolved(prefix, requirements, python_packages, options, scratch, inherit)
        lines = [_asked_for(pin, requirements) for pin in pins]
        if lines:  # what conda brought may be enough
            listed = _write(scratch.path, "requirements.txt", lines)
            options = ["--no-deps", "--wheel-dir", directory, "--requirement", listed]
            _pip(prefix, "wheel", options, "make wheels of " + ", ".join(lines), scratch, inherit, lines)
    return pins


def _asked_for(pin: str, requirements: t.Sequence[str]) -> str:
    """The requirement itself where pip has to see its address or its sums, else the version that was chosen for it."""
    for requirement in map(PipRequirement.parse, requirements):
        if requirement.name == pin.partition("==")[0] and (requirement.url or requirement.hashes):
            return requirement.text
    return pin


def uninstall(prefix: str, names: t.Sequence[str], inherit: t.Sequence[int] = ()) -> None:
    """Remove packages that pip installed."""
    options = ["--yes", "--root-user-action=ignore", *names]
    with scratch_directory() as scratch:
        _pip(prefix, "uninstall", options, "remove " + ", ".join(names), scratch, inherit)


def _resolved(
    prefix: str,
    requirements: t.Sequence[str],
    python_packages: t.Sequence[PythonPackage],
    options: t.Sequence[str],
    scratch: Scratch,
    inherit: t.Sequence[int],
) -> tuple[str, ...]:
    """What pip would install, as ``name==version``."""
    report = os.path.join(scratch.path, "report.json")
    _install(prefix, requirements, python_packages, ["--dry-run", "--report", report, *options], scratch, inherit)
    with open(report, encoding="utf-8") as stream:
        found = [item["metadata"] for item in json.load(stream)["install"]]
    return tuple(sorted("{}=={}".format(normalized_name(item["name"]), item["version"]) for item in found))


def _install(
    prefix: str,
    requirements: t.Sequence[str],
    python_packages: t.Sequence[PythonPackage],
    options: t.Sequence[str],
    scratch: Scratch,
    inherit: t.Sequence[int],
) -> None:
    constraints = [f"{package.name}=={package.version}" for package in python_packages if package.installer == "conda"]
    files = (
        "--requirement",
        _write(scratch.path, "requirements.txt", requirements),
        "--constraint",
        _write(scratch.path, "constraints.txt", constraints),
    )
    what = "install " + ", ".join(requirements)
    _pip(prefix, "install", [*options, *files], what, scratch, inherit, requirements, constraints)


def _pip(
    prefix: str,
    command: str,
    options: t.Sequence[str],
    what: str,
    scratch: Scratch,
    inherit: t.Sequence[int],
    requirements: t.Sequence[str] = (),
    pinned: t.Sequence[str] = (),
) -> None:
    python = os.path.join(prefix, "bin", "python")
    environment = {key: value for key, value in clean_environment().items() if key not in MISLEADING}
    if command == "wheel" or "--dry-run" in options:  # the environment stays as it is
        environment["PYTHONDONTWRITEBYTECODE"] = "1"
        environment["SOURCE_DATE_EPOCH"] = "315532800"  # 1980: what is built of the same source is the same
    try:
        done = run(
            [python, "-m", "pip", command, *COMMON, *options],
            {**environment, "PYTHONNOUSERSITE": "1", "TMPDIR": scratch.path},
            TIMEOUT,
            (*inherit, scratch.descriptor),
        )
    except TimedOut as error:
        raise EngineError(f"pip could not {without_credentials(what)}: {error}") from None
    except FileNotFoundError as error:
        raise EngineError(
            f"{python} does not exist, so pip could not {what}; add 'python' and 'pip' to the dependencies"
        ) from error
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines()
        errors = [line for line in lines if line.startswith("ERROR")] or lines[-5:]
        told = f"pip could not {what}: {' '.join(errors)}"
        raise EngineError(without_credentials(told) + _about_pins([*requirements, *lines], pinned))


def _about_pins(lines: t.Iterable[str], pinned: t.Iterable[str]) -> str:
    """Which of conda's packages pip may have stumbled over, because a requirement or its message names them."""
    named = {normalized_name(name) for line in lines for name in NAMED.findall(line)}
    met = [pin for pin in pinned if normalized_name(pin.partition("==")[0]) in named]
    return "; conda's packages are pinned meanwhile: " + ", ".join(met) if met else ""


def _write(directory: str, name: str, lines: t.Sequence[str]) -> str:
    path = os.path.join(directory, name)
    with open(path, "w", encoding="utf-8") as stream:
        stream.write("".join(line + "\n" for line in lines))
    return path
