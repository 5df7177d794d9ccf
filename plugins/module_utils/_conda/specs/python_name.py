# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""Names of Python packages."""

from __future__ import annotations

import re


def normalized_name(name: str) -> str:
    """The one spelling of a Python package's name (PEP 503): 'Foo.Bar__x' is 'foo-bar-x'."""
    return re.sub(r"[-_.]+", "-", name).lower()
