# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""Pins a process to the release that it was started from.

A Python that is started through the link takes the link's path for its own, and would import from the next release once the
link leads there. A line in site-packages, which every start of Python reads, replaces that path by the release's real one.
What writes the interpreter's path down for later (a kernelspec, a virtual environment) gets the link's: releases go, it stays.
"""

from __future__ import annotations

import os
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
import site
import sys

LINK = @LINK@


def _moved(path, old, new):
    inside = isinstance(path, str) and (path == old or path.startswith(old + os.sep))
    return new + path[len(old):] if inside else path


def _release(shown):
    """The link may have been switched since the process began: its program is of the release that it began with."""
    real = os.path.realpath(shown)
    if not os.path.dirname(real).endswith(".releases"):
        return ""  # somebody's copy, to which no link of ours leads
    begun = os.path.dirname(os.path.dirname(os.path.realpath("/proc/self/exe")))
    return begun if begun.rpartition("-")[0] == real.rpartition("-")[0] and os.path.isdir(begun) else real


def _pin(shown, real):
    def pinned(path):
        return _moved(path, shown, real)

    for name in ("prefix", "exec_prefix", "base_prefix", "base_exec_prefix", "executable", "_stdlib_dir"):
        if hasattr(sys, name):
            setattr(sys, name, pinned(getattr(sys, name)))
    sys.path[:] = map(pinned, sys.path)
    site.PREFIXES[:] = map(pinned, site.PREFIXES)
    for module in list(sys.modules.values()):
        places = getattr(module, "__path__", None)
        if isinstance(places, list):
            places[:] = map(pinned, places)
        if getattr(module, "__file__", None):
            module.__file__ = pinned(module.__file__)


def _name_the_interpreter(real):
    """A child is of the same release; what is written down for later leads through the link."""
    program = os.path.realpath(sys.executable)
    if not sys.executable.startswith(real + os.sep) and program.startswith(real + os.sep):
        sys.executable = program  # it was started by a link of its own
    link = os.path.normpath(os.path.join(real, LINK))
    lasting = _moved(sys.executable, real, link)
    if os.path.realpath(link) == real:
        sys._base_executable = lasting  # a virtual environment's
    words = getattr(sys, "orig_argv", [])
    module = words[words.index("-m") + 1 :] if "-m" in words else []
    if module[:2] == ["ipykernel", "install"] and "--sys-prefix" not in module and os.path.exists(lasting):
        sys.executable = lasting  # a kernelspec's


shown = os.path.abspath(os.path.join(os.path.dirname(__file__), *[os.pardir] * 3))
real = _release(shown)
if real and real != shown:
    _pin(shown, real)
if real and sys.executable and sys.prefix == sys.base_prefix:  # a virtual environment has its own
    _name_the_interpreter(real)
'''


def pin(release: Path, link: Path) -> None:
    """Have every Python that is started from the release stay with it; ``link`` is the environment's own path."""
    source = SOURCE.replace("@LINK@", repr(os.path.relpath(str(link), str(release))))
    for site in site_packages(release):
        write_atomically(site / MODULE, source)
        write_atomically(site / LINE, "import _benchwright_release\n")
