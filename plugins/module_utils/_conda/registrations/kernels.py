# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""The kernelspecs by which Jupyter finds environments. Ours name their environment; others are never touched.

A kernelspec leads through the environment's own path, so that it follows releases and nothing has to be done after a switch.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import typing as t
from pathlib import Path

from ..._files import write_atomically
from ..changes.guards import ChangeError
from ..changes.plan import Difference
from .places import Step, leave_directory, make_directory

FILE = "kernel.json"
# Jupyter finds no other names, and takes upper and lower case for the same.
NAME = re.compile(r"[A-Za-z0-9._-]+")
# Also in a file that is no JSON any more.
MARK = re.compile(r'"benchwright":\s*\{\s*"environment":\s*("(?:[^"\\\n]|\\.)*")')


class Kernel(t.NamedTuple):
    """A kernel as Jupyter's users see it."""

    name: str
    display_name: str


def kernel_of(options: t.Mapping[str, t.Any], prefix: str) -> Kernel | None:
    """Return the kernel that the options ask for; raises ChangeError for a name that Jupyter would not find."""
    given = [option for option in ("kernel_name", "kernel_display_name") if options[option]]
    if not options["kernel"]:
        if given:
            raise ChangeError(f"'{given[0]}' is given, and no kernel is asked for; say 'kernel: true', or leave it out")
        return None
    name = options["kernel_name"] or os.path.basename(prefix)
    if not NAME.fullmatch(name):
        raise ChangeError(
            f"{name!r} is no name for a kernel; give a 'kernel_name' of letters, digits, '.', '_' and '-' only"
        )
    return Kernel(name.lower(), options["kernel_display_name"] or f"Python ({os.path.basename(prefix)})")


def text_of(kernel: Kernel, prefix: str) -> str:
    """Return the kernelspec, as ``ipykernel install`` writes it, with a mark that says whose it is."""
    spec = {
        "argv": [f"{prefix}/bin/python", "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": kernel.display_name,
        "language": "python",
        "metadata": {"debugger": True, "benchwright": {"environment": prefix}},
    }
    return json.dumps(spec, indent=1) + "\n"


def kernels_in(directory: Path) -> dict[str, str]:
    """Return the names of our kernelspecs, each with the environment that it belongs to."""
    found = {path.parent.name: _environment(_text(path)) for path in sorted(directory.glob(f"*/{FILE}"))}
    return {name: environment for name, environment in found.items() if environment}


def check_free(kernel: Kernel, prefix: str, directory: Path) -> None:
    """Refuse a name under which Jupyter knows another kernel, unless that is ours and its environment is gone."""
    for name in sorted(os.listdir(str(directory))) if directory.is_dir() else ():
        path = directory / name / FILE
        if name.lower() != kernel.name or not os.path.lexists(str(directory / name)):
            continue
        environment, linked = _environment(_text(path)), (directory / name).is_symlink()
        if environment and environment != prefix and os.path.lexists(environment):
            raise ChangeError(
                f"the kernel {kernel.name} belongs to {environment}; give another 'kernel_name' for {prefix}"
            )
        if linked or (_text(path).strip() and not environment):
            raise ChangeError(
                f"{path} is somebody else's kernel; give another 'kernel_name' for {prefix}, or remove that one"
            )


def kernel_steps(kernel: Kernel | None, prefix: str, directory: Path, keep: bool, forget: bool) -> t.Iterator[Step]:
    """Return what is to be done so that Jupyter knows this kernel of the environment, and no other.

    :param keep: where no kernel is asked for, leave what there is.
    :param forget: whether the kernels of environments that are gone go, too.
    """
    registered, leave = kernels_in(directory), keep and not kernel
    for name, environment in registered.items():
        stale = not leave if environment == prefix else forget and not os.path.lexists(environment)
        if stale and not (kernel and name == kernel.name):
            yield Step(Difference(f"kernel: {name} of {environment}", ""), _removal(directory / name))
    if kernel and _text(directory / kernel.name / FILE) != text_of(kernel, prefix):
        comes = f"kernel: {kernel.name} of {prefix}"
        there = f"{comes} (changed)" if kernel.name in registered else ""
        yield Step(Difference(there, comes), lambda: _write(directory / kernel.name, text_of(kernel, prefix)))


def _environment(text: str) -> str:
    marked = MARK.search(text)
    return str(json.loads(marked.group(1))) if marked else ""


def _text(path: Path) -> str:
    with contextlib.suppress(OSError):
        return path.read_text(encoding="utf-8", errors="replace")
    return ""


def _write(directory: Path, text: str) -> None:
    make_directory(directory.parent)
    directory.mkdir(exist_ok=True)
    write_atomically(directory / FILE, text)


def _removal(directory: Path) -> t.Callable[[], None]:
    def remove() -> None:
        for path in (directory / FILE, *directory.glob(f".{FILE}*")):  # the others are what killed runs left
            with contextlib.suppress(FileNotFoundError):
                path.unlink()
        with contextlib.suppress(OSError):  # somebody may have added a logo
            directory.rmdir()
        leave_directory(directory.parent)

    return remove
