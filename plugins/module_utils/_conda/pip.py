# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""The one door to an environment's pip. conda's packages are pinned while it runs, so that pip cannot replace them."""

from __future__ import annotations

import os
import subprocess
import tempfile
import typing as t

from .channel import without_credentials
from .engines.interface import EngineError
from .process import clean_environment

# These would send packages somewhere else than into the environment.
MISLEADING = ("PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_REQUIRE_VIRTUALENV")


def install(prefix: str, requirements: t.Sequence[str], python_packages: t.Sequence[t.Any]) -> None:
    """Install the requirements; raise :class:`EngineError` with pip's own words where it fails."""
    python = os.path.join(prefix, "bin", "python")
    constraints = [f"{package.name}=={package.version}" for package in python_packages if package.installer == "conda"]
    with tempfile.TemporaryDirectory(prefix="benchwright-pip-") as directory:
        options = [
            "--requirement",
            _write(directory, "requirements.txt", requirements),
            "--constraint",
            _write(directory, "constraints.txt", constraints),
        ]
        command = [
            python,
            "-m",
            "pip",
            "install",
            "--no-input",
            "--no-color",
            "--quiet",
            "--disable-pip-version-check",
            "--root-user-action=ignore",
            *options,
        ]
        environment = {key: value for key, value in clean_environment().items() if key not in MISLEADING}
        try:
            done = subprocess.run(
                command,
                env={**environment, "PYTHONNOUSERSITE": "1"},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                cwd=directory,
                check=False,
            )
        except FileNotFoundError as error:
            raise EngineError(
                f"{python} does not exist, so pip's packages cannot be installed; add 'python' and 'pip' to the "
                "dependencies"
            ) from error
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines()
        errors = [line for line in lines if line.startswith("ERROR")] or lines[-5:]
        message = "pip could not install {}: {}".format(", ".join(requirements), " ".join(errors))
        raise EngineError(without_credentials(message))


def _write(directory: str, name: str, lines: t.Sequence[str]) -> str:
    path = os.path.join(directory, name)
    with open(path, "w", encoding="utf-8") as stream:
        stream.write("".join(line + "\n" for line in lines))
    return path
