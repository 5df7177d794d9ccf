# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""Which engine a host offers, and which root prefix it belongs to. Looks at paths only; starts nothing."""

from __future__ import annotations

import os
import shutil

from .interface import Engine, EngineError, EngineNeeded
from .rattler import RattlerEngine, has_rattler

TOOLS = ("mamba", "conda", "micromamba")


def choose_engine(
    wanted: str,
    executable: str | None,
    root_prefix: str | None,
    wheel: str | None,
    accept_anaconda_terms: bool = False,
) -> Engine:
    """Return the engine that is asked for; raises EngineNeeded where that is py-rattler and has to be sent to the host first."""
    found = find_executable(wanted, executable, root_prefix)
    if found and (executable or wanted != "auto" or not has_rattler()):
        return _command_line(found, wanted, accept_anaconda_terms)
    if wanted not in ("auto", "rattler"):
        raise EngineError(
            f"no {wanted} on this host: neither in the root prefix nor on PATH; name it in 'executable', or choose "
            "another 'engine'"
        )
    if not wheel and not has_rattler():
        raise EngineNeeded
    return RattlerEngine(wheel)


def _command_line(executable: str, wanted: str, accept_anaconda_terms: bool) -> Engine:
    from .cli import CommandLineEngine  # slow to load, and on a converged host nobody asks

    engine = CommandLineEngine(executable, accept_anaconda_terms)
    if wanted not in ("auto", engine.name):
        raise EngineError(
            f"'executable' is {executable}, which is {engine.name}, and 'engine' asks for {wanted}; drop one"
        )
    return engine


def find_executable(wanted: str, executable: str | None, root_prefix: str | None) -> str | None:
    """Return the path of the tool that is asked for, None where there is none; raises EngineError for a wrong path."""
    if executable:
        if not os.access(executable, os.X_OK):
            raise EngineError(
                f"'executable' is {executable}, which is no program; give the path of conda, mamba or micromamba"
            )
        return executable
    places = [os.path.join(root_prefix, directory) for directory in ("bin", "condabin")] if root_prefix else []
    tools = TOOLS if wanted == "auto" else tuple(tool for tool in TOOLS if tool == wanted)
    # What the root prefix has wins over whatever PATH has.
    for path in (os.pathsep.join(places), os.environ.get("PATH", os.defpath)):
        for tool in tools:
            found = shutil.which(tool, path=path) if path else None
            if found:
                return found
    return None


def root_of(executable: str) -> str | None:
    """Return the root prefix that an executable belongs to, None where that cannot be seen (a micromamba alone)."""
    directory = os.path.dirname(os.path.dirname(os.path.realpath(executable)))
    return directory if os.path.isdir(os.path.join(directory, "conda-meta")) else None
