# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""Pins a process to the release that it was started from.

A Python that is started through the link takes the link's path for its own, and would import from the next release once the
link leads there. A line in site-packages, which every start of Python reads, replaces that path by the release's real one.
"""

from __future__ import annotations

from pathlib import Path

from ..._files import write_atomically
from ..installed.python_package import site_packages

MODULE = "_benchwright_release.py"
# Read after all others, which may add paths.
LINE = "zz-benchwright-release.pth"
OWN_FILES = (MODULE, LINE)
SOURCE = '''\
"""Pins this process to its release of the environment: the link that it was started through may lead elsewhere any time."""

import os
import sys


def _pin():
    here = os.path.dirname(os.path.abspath(__file__))
    shown = os.path.dirname(os.path.dirname(os.path.dirname(here)))
    real = os.path.realpath(shown)
    if real == shown:
        return

    def pinned(path):
        inside = isinstance(path, str) and (path == shown or path.startswith(shown + os.sep))
        return real + path[len(shown):] if inside else path

    for name in ("prefix", "exec_prefix", "base_prefix", "base_exec_prefix", "executable", "_stdlib_dir"):
        if hasattr(sys, name):
            setattr(sys, name, pinned(getattr(sys, name)))
    sys.path[:] = map(pinned, sys.path)
    for module in list(sys.modules.values()):
        places = getattr(module, "__path__", None)
        if isinstance(places, list):
            places[:] = map(pinned, places)


_pin()
'''


def pin(release: Path) -> None:
    """Have every Python that is started from the release stay with it."""
    for site in site_packages(release):
        write_atomically(site / MODULE, SOURCE)
        write_atomically(site / LINE, "import _benchwright_release\n")
