# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""What an environment holds, read from its directory in one go. Starts no process and asks no network."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from pathlib import Path

from ..installed.files import missing_files
from ..installed.history import parse_history, requested_specs
from ..installed.ownership import marked
from ..installed.pinned import pins_of
from ..installed.prefix import Prefix, State
from ..installed.python_package import read_python_requirements
from .difference import Contents, Policy

QUICKLY = Policy(verify_files=False)


def read_contents(prefix: Prefix, policy: Policy = QUICKLY) -> Contents:
    """Return what the prefix holds, as far as the policy asks for it; nothing where there is no environment.

    Raises PrefixError or OSError for what cannot be read.
    """
    found = read_unmarked(prefix, policy)
    if not policy.exact:
        return found
    # What pip may remove has to be known for certain.
    return replace(found, python_packages=marked(prefix, found.packages, found.python_packages))


def read_unmarked(prefix: Prefix, policy: Policy) -> Contents:
    """Return the same with Python packages as their own files have it, which do not always say that they are conda's."""
    if prefix.state not in (State.ENVIRONMENT, State.INTERRUPTED):
        return Contents()
    packages = tuple(prefix.records())
    return Contents(
        packages=packages,
        python_packages=tuple(prefix.python_packages()),
        variables=prefix.variables(),
        python_requirements=read_python_requirements(prefix.path) if policy.exact else {},
        requested={
            **{package.name: package.requested_specs[0] for package in packages if package.requested_specs},
            **requested_specs(parse_history(_text(prefix.path / "conda-meta/history")), {p.name for p in packages}),
        },
        pinned=pins_of(prefix.path),
        missing_files=missing_files(prefix.path) if policy.verify_files else {},
    )


def _text(path: Path) -> str:
    with contextlib.suppress(FileNotFoundError):
        return path.read_text(encoding="utf-8", errors="replace")
    return ""
