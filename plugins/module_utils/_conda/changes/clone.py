# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""An installed environment as the description of another: what ``clone_from`` asks for."""

from __future__ import annotations

from ..descriptions.environment import Environment, LockedPackage
from ..installed.prefix import Prefix, State
from .contents import read_contents
from .guards import ChangeError


def environment_like(prefix: Prefix, strict: bool = True) -> Environment:
    """Return the description of exactly what the prefix holds.

    Raises ChangeError where that cannot be described; not ``strict``, what came from nowhere is left out.
    """
    if prefix.state is not State.ENVIRONMENT:
        raise ChangeError(f"there is no environment {prefix.path} to clone ({prefix.state.value}); check 'clone_from'")
    found = read_contents(prefix)
    nameless = [package.name for package in found.packages if not package.url]
    if nameless and strict:
        raise ChangeError(
            f"{prefix.path} cannot be cloned: its records do not say where {', '.join(nameless)} came from; describe the "
            "environment with 'dependencies' instead"
        )
    return Environment(
        packages=tuple(
            LockedPackage(package.url, package.sha256, package.md5) for package in found.packages if package.url
        ),
        pip=tuple(package.requirement for package in found.python_packages if package.installer != "conda"),
        pip_complete=True,
        variables=found.variables,
    )
