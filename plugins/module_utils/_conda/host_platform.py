# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""What conda calls this machine."""

from __future__ import annotations

import os

# By what the kernel calls itself and the machine.
SYSTEMS = {"Linux": "linux", "Darwin": "osx"}
MACHINES = {"x86_64": "64", "i686": "32"}


def this_platform() -> str:
    """Return this machine's platform, such as ``linux-64`` or ``linux-aarch64``."""
    kernel = os.uname()
    return f"{SYSTEMS.get(kernel.sysname, kernel.sysname.lower())}-{MACHINES.get(kernel.machine, kernel.machine)}"
