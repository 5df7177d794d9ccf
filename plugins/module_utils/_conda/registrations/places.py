# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""The directories that Jupyter and Ansible look in. Those that had to be made for it are removed again."""

from __future__ import annotations

import os
import typing as t
from pathlib import Path

from ..._linux import owned
from ..changes.plan import Difference


class Step(t.NamedTuple):
    """One thing that is not as it should be, and what makes it so."""

    difference: Difference
    take: t.Callable[[], object]


def kernels_directory() -> Path:
    """Return where Jupyter looks for the kernels of all users; for an ordinary user, where it looks for theirs."""
    return Path("~/.local" if os.geteuid() else "/usr/local").expanduser() / "share/jupyter/kernels"


def facts_directory() -> Path:
    """Return where Ansible looks for local facts; an ordinary user has to name theirs as ``fact_path``."""
    return Path("~/.ansible/facts.d" if os.geteuid() else "/etc/ansible/facts.d").expanduser()


def make_directory(path: Path) -> None:
    """Make a directory with the parents that are missing, each marked as ours. Raises OSError."""
    if not path.is_dir():
        try:
            owned.present(_lineage(path), (), _open_to_all, check=False)
        except OSError:
            if not path.is_dir():  # another run may have made it
                raise


def leave_directory(path: Path) -> None:
    """Remove the directory and its parents as far as they were made here and hold nothing any more."""
    owned.absent(_lineage(path), (), check=False)


def _open_to_all(dummy: owned.Item, directory: str) -> bool:
    os.chmod(directory, 0o755)
    return True


def _lineage(path: Path) -> list[dict[str, t.Any]]:
    return [{"path": str(part), "remove_contents": False} for part in (*reversed(path.parents), path)]
