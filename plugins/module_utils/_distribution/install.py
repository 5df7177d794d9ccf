# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""Runs an installer, or unpacks the one program of micromamba, into a prefix that is ours."""

from __future__ import annotations

import contextlib
import os
import shutil
import tarfile
import tempfile
import typing as t

from .._conda.process import clean_environment, run
from .errors import DistributionError
from .found import missing

PROGRAM = "bin/micromamba"


def install(installer: str, prefix: str, kind: str, inherit: t.Sequence[int], timeout: float) -> None:
    """Install into ``prefix``, which exists, over what is there. Raises DistributionError and OSError.

    :param inherit: descriptors that the installer keeps open, so that an orphan keeps the lock.
    """
    if kind == "micromamba":
        _unpack(installer, prefix)
    else:
        _run(installer, prefix, inherit, timeout)
    gone = missing(prefix, kind)
    if gone:
        raise DistributionError(
            f"the installer said that it was done, but in {prefix} there is no {', '.join(gone)}; is it the right one?"
        )


def _run(installer: str, prefix: str, inherit: t.Sequence[int], timeout: float) -> None:
    """The installer wants a home, where it makes ~/.conda, and a directory whose programs can be started; both go with it."""
    scratch = os.path.join(prefix, "install_tmp")
    os.makedirs(os.path.join(scratch, "home"), exist_ok=True)
    environment = {
        **clean_environment(),
        "LC_ALL": "C",
        "HOME": os.path.join(scratch, "home"),
        "TMPDIR": scratch,
        "TMP": scratch,
    }
    # -f, because the directory is there: it is ours, and empty or of the same distribution.
    finished = run(["/bin/sh", installer, "-b", "-f", "-p", prefix], environment, timeout, inherit)
    if finished.returncode:
        words = (finished.stderr.strip() or finished.stdout.strip())[-1500:]
        raise DistributionError(f"the installer ended with exit code {finished.returncode}. Its last words: {words}")
    shutil.rmtree(scratch, ignore_errors=True)


def _unpack(installer: str, prefix: str) -> None:
    """A program is put there as it is; of an archive, the one program in it. It appears by one rename."""
    for directory in ("bin", "envs", "pkgs"):
        os.makedirs(os.path.join(prefix, directory), exist_ok=True)
    descriptor, new = tempfile.mkstemp(dir=os.path.join(prefix, "bin"), prefix=".micromamba")
    try:
        with os.fdopen(descriptor, "wb") as target, _program(installer) as source:
            shutil.copyfileobj(source, target)
            os.fchmod(target.fileno(), 0o755)
            target.flush()
            os.fsync(target.fileno())
        os.replace(new, os.path.join(prefix, PROGRAM))
    except BaseException:
        os.unlink(new)
        raise


@contextlib.contextmanager
def _program(installer: str) -> t.Iterator[t.IO[bytes]]:
    if not tarfile.is_tarfile(installer):
        with open(installer, "rb") as stream:
            yield stream
        return
    with tarfile.open(installer) as archive:
        try:
            member = archive.extractfile(PROGRAM)
        except KeyError:
            member = None
        if member is None:
            raise DistributionError(f"there is no {PROGRAM} in the archive; give micromamba's own")
        yield member
