# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""How much room there is."""

from __future__ import annotations

import os
from pathlib import Path


def free_space(path: str) -> tuple[str, int]:
    """Return the nearest existing directory at or above ``path`` and the bytes free there."""
    place = Path(path)
    while not place.exists():
        place = place.parent
    status = os.statvfs(str(place))
    return str(place), status.f_bavail * status.f_frsize
