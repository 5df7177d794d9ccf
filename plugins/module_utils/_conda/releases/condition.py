# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""What a release holds now, and whether it is as whole as when it was made."""

from __future__ import annotations

from ..changes.contents import read_contents
from ..changes.difference import Contents, Policy
from ..installed.prefix import Prefix, PrefixError
from .drift import damage
from .store import Release

CAREFULLY = Policy()


def condition(release: Release, policy: Policy = CAREFULLY) -> tuple[Contents, tuple[str, ...]]:
    """Return what the release holds, and a sentence for each thing that is gone; what cannot be read holds nothing."""
    try:
        found = read_contents(Prefix(str(release.path)), policy)
    except PrefixError as error:
        return Contents(), (str(error),)
    return found, damage(release.marker, found)
