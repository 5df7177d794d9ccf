# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""What every process that is started on an environment has in common."""

from __future__ import annotations

import os


def clean_environment() -> dict[str, str]:
    """The process environment without what would change conda's or Python's behaviour behind the user's back."""
    dropped = ("CONDA_", "MAMBA_", "RATTLER_", "PYTHON")
    return {key: value for key, value in os.environ.items() if not key.startswith(dropped)}
