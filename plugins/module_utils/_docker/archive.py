# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""A base image out of Debian's archive alone, for hosts that reach no registry."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
import typing as t

from .engine import DockerError, Engine
from .workbench import MARK

REPOSITORY = "benchwright/base"
TIME = "315532800"
# As Debian's own small images have it: who reads manuals does not do it there.
LEFT_OUT = ("/usr/share/man/*", "/usr/share/doc/*", "/usr/share/info/*", "/usr/share/locale/*")
KEPT = ("/usr/share/doc/*/copyright",)
# Its directories are merged from the start; otherwise bookworm installs what merges them, and with that the whole of Perl, 52 MB. An
# older mmdebstrap does not have this.
MERGED = "/usr/share/mmdebstrap/hooks/maybe-merged-usr"
# As in Docker's own images of Debian: whoever asks apt in a container gets lists that stay compressed, and no caches of them.
APT = (
    'Acquire::GzipIndexes "true"',
    'Acquire::Languages "none"',
    'Dir::Cache::pkgcache ""',
    'Dir::Cache::srcpkgcache ""',
)
BLOCK = 1 << 20
LOGIN = re.compile(r"//[^/]*@")


def archive_suite(base: str) -> str:
    """Return the suite (``bookworm``) of a base that is made here; empty for an image of somebody else's."""
    found = re.fullmatch(re.escape(REPOSITORY) + r":([a-z]+)", base)
    return found.group(1) if found else ""


def check_mirror(mirror: str) -> None:
    """Raise a DockerError for a mirror with credentials, which would be in a layer and in the list of processes."""
    if LOGIN.search(mirror):
        raise DockerError(
            f"'mirror' is {LOGIN.sub('//***@', mirror)}, but must have no user and no password, since it is written into the base that "
            "is made of it; give a mirror that asks for none, or name an image as 'base'"
        )


def make_base(engine: Engine, suite: str, mirror: str) -> None:
    """Have the base image of a suite; nobody's image where ``mmdebstrap`` fails. Raises DockerError."""
    options = [f"--dpkgopt=path-exclude={pattern}" for pattern in LEFT_OUT]
    options += [f"--dpkgopt=path-include={pattern}" for pattern in KEPT]
    options += [f"--aptopt={line}" for line in APT]
    options += [f"--hook-dir={MERGED}"] if os.path.isdir(MERGED) else []
    source = [suite, "-", *([mirror] if mirror else [])]
    command = ["mmdebstrap", "--quiet", "--variant=minbase", *options, *source]
    environment = {
        "SOURCE_DATE_EPOCH": TIME,
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "LC_ALL": "C",
    }
    with tempfile.TemporaryFile() as errors:
        try:
            child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, env=environment)
        except FileNotFoundError:
            raise DockerError(
                "there is no mmdebstrap, which makes a base of Debian's archive; install it, or name an image as 'base'"
            ) from None
        with child:
            engine.import_layer(_blocks(child, errors, suite), REPOSITORY, suite, {MARK: REPOSITORY})


def _blocks(child: subprocess.Popen[bytes], errors: t.IO[bytes], suite: str) -> t.Iterator[bytes]:
    """What it writes; an exception at the end, if it failed, and the engine then has nothing."""
    stream = t.cast("t.IO[bytes]", child.stdout)
    yield from iter(lambda: stream.read(BLOCK), b"")
    if child.wait():
        errors.seek(0)
        told = " ".join(errors.read().decode("utf-8", "replace").split("\n")[-6:]).strip()
        raise DockerError(
            f"mmdebstrap could not make a base of Debian's {suite}: {told}; see that the mirror is reached and has it"
        )
