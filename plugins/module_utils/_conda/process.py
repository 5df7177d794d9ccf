# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""The one way to start, to bound and to end a process that works on an environment: no shell, no terminal, no hanging."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
import time
import typing as t
from dataclasses import dataclass

from .errors import CondaError
from .specs.channel import without_credentials

# Seconds that a process gets for its work, and then for leaving by itself; a rollback needs those.
TIMEOUT = 3600.0
GRACE = 10.0
# What ends a run in good order: a kill, a lost terminal, the keyboard.
ENDING = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
Stream = t.Union[int, t.IO[t.Any]]  # as subprocess takes it


class TimedOut(CondaError):
    """A process was ended because it had not ended by itself; the text says which, and what it said last."""


@dataclass(frozen=True)
class Finished:
    """How a process ended. The texts hold whatever it printed, credentials included."""

    returncode: int
    stdout: str
    stderr: str


def clean_environment() -> dict[str, str]:
    """The process environment without what would change conda's or Python's behaviour behind the user's back."""
    dropped = ("CONDA_", "MAMBA_", "RATTLER_", "PYTHON")
    return {key: value for key, value in os.environ.items() if not key.startswith(dropped)}


@contextlib.contextmanager
def undisturbed() -> t.Iterator[None]:
    """Hold back what would end this run until the block is done."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextlib.contextmanager
def running(
    argv: t.Sequence[str],
    environment: t.Mapping[str, str],
    inherit: t.Sequence[int] = (),
    stdin: Stream = subprocess.DEVNULL,
    stdout: Stream = subprocess.DEVNULL,
    stderr: Stream = subprocess.DEVNULL,
) -> t.Iterator[subprocess.Popen[bytes]]:
    """Start a process in a session of its own and in the root directory; with the block it ends, see :func:`end`.

    :param environment: all of its variables, see :func:`clean_environment`.
    :param inherit: descriptors that it keeps open, so that an orphan keeps the lock.
    :raises OSError: when it cannot be started; ``filename`` is then the command's.
    """
    with contextlib.ExitStack() as stack:
        with undisturbed():  # else there could be a process that nobody ends
            child = subprocess.Popen(
                list(argv),
                stdin=stdin,
                stdout=stdout,
                stderr=stderr,
                env=dict(environment),
                cwd="/",
                start_new_session=True,
                pass_fds=tuple(inherit),
                preexec_fn=_expect_signals,  # noqa: PLW1509 - a module has one thread
            )
            stack.callback(end, child)
        yield child


def run(
    argv: t.Sequence[str], environment: t.Mapping[str, str], timeout: float = TIMEOUT, inherit: t.Sequence[int] = ()
) -> Finished:
    """Run one command to its end and return what it printed; parameters and errors as those of :func:`running`.

    :param timeout: seconds, after which the command and all its children are ended.
    :raises TimedOut: when that had to be done.
    """
    # Files, because a pipe that a forgotten grandchild holds open would never end.
    with tempfile.TemporaryFile() as stdout, tempfile.TemporaryFile() as stderr:
        try:
            with running(argv, environment, inherit, stdout=stdout, stderr=stderr) as child:
                returncode = child.wait(timeout)
        except subprocess.TimeoutExpired:
            raise TimedOut(
                "{} was stopped, because it had not ended after {:.0f} seconds; look for what it waits for. Its last "
                "words: {}".format(
                    without_credentials(" ".join(argv[:2])), timeout, without_credentials(_tail(stderr)) or "none"
                )
            ) from None
        return Finished(returncode, _text(stdout), _text(stderr))


def end(child: subprocess.Popen[bytes]) -> None:
    """Leave nothing of a process that was given up; one that has ended may have daemons, which are its own business."""
    with undisturbed():
        if child.poll() is not None:
            return
        for number, patience in ((signal.SIGTERM, GRACE), (signal.SIGKILL, 0.0)):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, number)
            _wait(child.pid, patience)
        child.wait()


def _wait(pid: int, patience: float) -> None:
    """Wait without taking the exit code: until somebody does that, the group's number is given to no other process."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            return
        time.sleep(0.01)


def _expect_signals() -> None:
    """Between fork and exec: a lost terminal stops nothing between two files; to be ended is up to who started it."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)


def _text(stream: t.IO[bytes]) -> str:
    stream.seek(0)
    return stream.read().decode("utf-8", "replace")


def _tail(stream: t.IO[bytes]) -> str:
    return _text(stream).strip()[-500:]
