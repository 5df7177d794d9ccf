# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""The rattler engine: solving and installing with py-rattler, with no conda on the host.

py-rattler runs in a child process (:mod:`._rattler_worker`), where a crash of the library cannot change an answer.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import typing as t
import zipfile
from dataclasses import asdict

from ..process import GRACE, TIMEOUT, clean_environment, running
from ..scratch import scratch_directory
from ..specs.channel import without_credentials
from ..specs.match_spec import MatchSpec
from .interface import EngineError, Record, Request
from .unsolved import unsolved

OLDEST_PYTHON = (3, 10)
OLDEST_RATTLER = (0, 28)
_START = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from %s import main; main()"


def has_rattler() -> bool:
    """Whether this Python can import a py-rattler that is new enough; its interface still moves."""
    from importlib import metadata  # slow to load, and on a converged host nobody asks

    try:
        installed = metadata.version("py-rattler")
    except metadata.PackageNotFoundError:
        return False
    return tuple(map(int, re.findall(r"\d+", installed)[:2])) >= OLDEST_RATTLER


def unpack_wheel(wheel: str, directory: str) -> str:
    """Unpack py-rattler's wheel; return the directory to search for it. A wheel is a zip, so it needs no pip."""
    if sys.version_info[:2] < OLDEST_PYTHON:
        raise EngineError(
            "the rattler engine needs Python 3.10 or newer on the host, and %s is %d.%d; set "
            "ansible_python_interpreter to a newer one" % (sys.executable, *sys.version_info[:2])
        )
    target = os.path.join(directory, "engine")
    try:
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(target)
    except (OSError, zipfile.BadZipFile) as error:
        raise EngineError(f"py-rattler's wheel {wheel} cannot be unpacked: {error}") from error
    return target


class RattlerEngine:
    """py-rattler as an engine: that of ``wheel``, if it is not where this Python looks anyway."""

    name = "rattler"

    def __init__(self, wheel: str | None = None) -> None:
        self.wheel = wheel

    def session(self, request: Request, inherit: t.Sequence[int] = ()) -> RattlerSession:
        """Begin one change of one prefix."""
        return RattlerSession(request, self.wheel, inherit)

    def search(self, request: Request) -> list[Record]:
        """Return what the channels offer for the request's specs; nothing for those that no channel has."""
        specs = [MatchSpec.parse(spec) for spec in request.specs]
        with self.session(request) as session:
            return [record for record in session.search() if any(spec.matches(record) for spec in specs)]


class RattlerSession:
    """One solve and at most one installation of its solution. Use it as a context manager."""

    def __init__(self, request: Request, wheel: str | None = None, inherit: t.Sequence[int] = ()) -> None:
        self.request, self.wheel, self.inherit = request, wheel, tuple(inherit)

    def __enter__(self) -> RattlerSession:
        from . import _rattler_worker  # here for its name, and for Ansible to send it along; it loads asyncio

        with contextlib.ExitStack() as own:
            scratch = own.enter_context(scratch_directory())
            engine = [unpack_wheel(self.wheel, scratch.path)] if self.wheel else []
            # A socket, because unlike a pipe it has a timeout; and a file, because a pipe that nobody reads could fill and block.
            self.link, workers_link = own.enter_context(_socket_pair())
            self.answers = own.enter_context(self.link.makefile("r", encoding="utf-8"))
            self.stderr = own.enter_context(tempfile.TemporaryFile("w+"))
            child = running(
                [sys.executable, "-c", _START % _rattler_worker.__name__, json.dumps([*engine, *sys.path])],
                {**clean_environment(), "TMPDIR": scratch.path},
                (*self.inherit, scratch.descriptor),
                stdin=workers_link.fileno(),
                stdout=workers_link.fileno(),
                stderr=self.stderr,
            )
            self.child = own.enter_context(child)
            workers_link.close()
            self._own = own.pop_all()
        return self

    def __exit__(self, *dummy: object) -> None:
        self._own.close()

    def solve(self) -> list[Record]:
        """Return the packages that the environment is to hold, dependencies included."""
        records = self._records_for("solve")
        return records if self.request.specs else unsolved(self.request)

    def install(self, destination: str | None = None) -> None:
        """Make the prefix, or a ``destination`` beside it, hold exactly what was solved."""
        self._ask("install " + json.dumps(destination or self.request.prefix), "installed")

    def search(self) -> list[Record]:
        """Return every package of the names in the request's specs that the channels have."""
        return self._records_for("search")

    def _records_for(self, task: str) -> list[Record]:
        records: list[Record] = self._ask(json.dumps({"task": task, **asdict(self.request)}), "records")
        return records

    def _ask(self, line: str, key: str) -> t.Any:
        self.link.settimeout(TIMEOUT + self.request.lock_timeout)
        try:
            self.link.sendall(line.encode() + b"\n")
            answer = self.answers.readline()
        except socket.timeout:
            raise EngineError(
                f"py-rattler was stopped, because it had not answered after {self.link.gettimeout():.0f} seconds; look for "
                "what it waits for: a channel, a disk, or a script of a package"
            ) from None
        except ConnectionError:
            answer = ""
        if not answer:
            raise EngineError(f"py-rattler ended without an answer: {self._last_words()}")
        found = json.loads(answer)
        if "error" in found:
            raise EngineError(without_credentials(found["error"]))
        return found[key]

    def _last_words(self) -> str:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.child.wait(GRACE)
        self.stderr.seek(0)
        return self.stderr.read().strip()[-1000:] or f"exit code {self.child.returncode}"


@contextlib.contextmanager
def _socket_pair() -> t.Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs
