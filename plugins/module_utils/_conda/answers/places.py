# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.
"""Where environments are: the one that a module is asked about, and all that this machine knows. Looks at paths only."""

from __future__ import annotations

import contextlib
import os
import pwd
import typing as t
from pathlib import Path

from ..changes.guards import ChangeError
from ..changes.options import BASE, prefix_of, root_of
from ..releases.store import is_release

Options = t.Mapping[str, t.Any]


def locate(options: Options) -> tuple[str, str | None]:
    """Return the environment's directory and the root prefix, None where no conda tells it and it is not needed.

    Raises ChangeError where it is needed, EnvironmentFileError for a name that is none.
    """
    if options["prefix"]:
        return os.path.abspath(options["prefix"]), root_if_any(options)
    root = root_of(options)
    return prefix_of(options["name"], root), root


def root_if_any(options: Options) -> str | None:
    """Return the root prefix; None where none is given and no conda is at hand."""
    with contextlib.suppress(ChangeError):
        return root_of(options)
    return None


def environment_name(prefix: str, root_prefix: str | None = None) -> str:
    """Return the name that conda gives to a prefix; empty where it has none."""
    if root_prefix and os.path.realpath(prefix) == os.path.realpath(root_prefix):
        return BASE[0]
    directory, name = os.path.split(os.path.abspath(prefix))
    return name if os.path.basename(directory) == "envs" else ""


def known_prefixes(root_prefix: str | None, homes: t.Iterable[str]) -> list[str]:
    """Return what ``conda env list`` shows: the root prefix, what is in its envs/, and what the users' homes note."""
    noted = [line for home in homes for line in _lines(Path(home, ".conda", "environments.txt"))]
    below = [str(path) for path in Path(root_prefix, "envs").glob("[!.]*")] if root_prefix else []
    candidates = dict.fromkeys([*([root_prefix] if root_prefix else []), *sorted(below), *sorted(noted)])
    # A release is known by its environment's name, which leads to it; tools note where they installed to.
    named = (path for path in candidates if not is_release(path))
    return [path for path in named if os.path.isdir(os.path.join(path, "conda-meta"))]


def homes() -> list[str]:
    """Return the home directories to look into: everybody's for root, as conda does, one's own otherwise."""
    everybody = [user.pw_dir for user in pwd.getpwall()] if os.geteuid() == 0 else []
    return list(dict.fromkeys([os.path.expanduser("~"), *everybody]))


def _lines(path: Path) -> list[str]:
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:  # none there, or not ours to read: conda passes over it too
        return []
    return [os.path.normpath(line.strip()) for line in lines if line.strip().startswith("/")]
