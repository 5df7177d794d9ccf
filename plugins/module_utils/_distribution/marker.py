# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""What says that a distribution is ours, and how far we came with it: a file in it, written first and last by a rename."""

from __future__ import annotations

import json
import typing as t
from dataclasses import asdict, dataclass
from pathlib import Path

from .._files import write_atomically
from .errors import DistributionError

NAME = ".benchwright-distribution.json"
INSTALLING, REPAIRING, COMPLETE, REMOVING = "installing", "repairing", "complete", "removing"


@dataclass(frozen=True)
class Marker:
    """``parents`` are the directories above the prefix that were made for it, the innermost first."""

    state: str
    distribution: str
    version: str
    sha256: str
    made_directory: bool
    parents: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    """The channels whose terms were recorded as accepted."""


def read_marker(prefix: str) -> Marker | None:
    """The prefix's marker, or None where there is none. Raises DistributionError for one that somebody spoilt."""
    path = Path(prefix, NAME)
    try:
        content: dict[str, t.Any] = json.loads(path.read_text(encoding="utf-8"))
        return Marker(**{**content, "parents": tuple(content["parents"]), "terms": tuple(content["terms"])})
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (ValueError, KeyError, TypeError) as error:
        raise DistributionError(
            f"{path}, which says whose {prefix} is, was changed by somebody else ({error}). Restore it; or remove it, and "
            "the directory counts as one that was there before"
        ) from None


def write_marker(prefix: str, marker: Marker) -> None:
    """Say in the prefix, which exists, what is being done with it."""
    write_atomically(Path(prefix, NAME), json.dumps(asdict(marker), indent=2, sort_keys=True) + "\n")
