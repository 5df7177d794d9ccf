# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""Names in packages' dependencies."""

from __future__ import annotations

import re

NAME_END = re.compile(r"[\s=<>!~\[]")


def dependency_name(text: str) -> str:
    """Return the name in a dependency, also of one that is no match spec to us: a channel may write what it likes."""
    return NAME_END.split(text.strip().rpartition("::")[2], maxsplit=1)[0].lower()
