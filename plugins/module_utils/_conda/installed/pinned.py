# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""conda-meta/pinned: the specs that bind every change of an environment."""

from __future__ import annotations

import os
from pathlib import Path


def pins_of(prefix: str | os.PathLike[str]) -> tuple[str, ...]:
    """Return the lines of the prefix's own ``conda-meta/pinned`` without comments and blanks; none where there is no file.

    :raises OSError: when it cannot be read.
    """
    try:
        text = Path(prefix, "conda-meta", "pinned").read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return ()
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return tuple(line for line in lines if line)
