# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This plugin util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""py-rattler's wheel for hosts that have none, made again from what is installed here: no index has to be reached."""

from __future__ import annotations

import os
import tempfile
import zipfile
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path


class EngineWheelError(Exception):
    """The controller has no py-rattler to send, or cannot make a wheel of it."""


def engine_wheel():
    """Return the path of the wheel, kept in the user's cache."""
    try:
        installed = distribution("py-rattler")
    except PackageNotFoundError as error:
        raise EngineWheelError(
            "neither the host nor the controller has py-rattler; install it for the controller's Python: "
            "pip install py-rattler"
        ) from error
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "benchwright", "engine")
    wheel = cache / (f"py_rattler-{installed.version}.whl")
    try:
        if not wheel.exists():
            cache.mkdir(parents=True, exist_ok=True)
            _pack(installed, wheel)
    except OSError as error:
        raise EngineWheelError(
            f"py-rattler's wheel cannot be made in {cache} ({error}); make room there, or set XDG_CACHE_HOME to a "
            "directory that can be written"
        ) from error
    return str(wheel)


def _pack(installed: Distribution, wheel: Path) -> None:
    """A wheel is a zip of what lies in site-packages; born under another name, so that a kill leaves no half of it."""
    descriptor, temporary = tempfile.mkstemp(dir=str(wheel.parent))
    try:
        with (
            os.fdopen(descriptor, "wb") as stream,
            zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        ):
            for file in installed.files or ():
                if file.parts[0] != ".." and file.suffix != ".pyc":
                    archive.write(str(installed.locate_file(file)), str(file))
        os.replace(temporary, wheel)
    except BaseException:
        os.unlink(temporary)
        raise
