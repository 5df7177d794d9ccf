# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""What the room's errors have in common."""

from __future__ import annotations


class DistributionError(Exception):
    """Something that the user is told. ``str()`` says what was wanted, what was found and what to do, without passwords."""
