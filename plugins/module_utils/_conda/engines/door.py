# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""The one door through which conda, mamba and micromamba are called: no shell, no terminal, no surprises, no hanging."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
import typing as t
from dataclasses import dataclass

from ..process import clean_environment
from ..specs.channel import without_credentials
from .interface import EngineError

# What a user's configuration must not change; each tool ignores the names of the others.
SETTINGS = {
    "LC_ALL": "C",
    # An explicit "false" is what keeps conda's terms of service from taking a build server for consent.
    "CI": "false",
    "CONDA_ALWAYS_YES": "true",
    "MAMBA_ALWAYS_YES": "true",
    # Without these, conda and mamba install files of its cache that somebody changed.
    "CONDA_SAFETY_CHECKS": "enabled",
    "CONDA_EXTRA_SAFETY_CHECKS": "true",
    "MAMBA_SAFETY_CHECKS": "enabled",
    "MAMBA_EXTRA_SAFETY_CHECKS": "true",
    "CONDA_AUTO_UPDATE_CONDA": "false",
    "CONDA_NOTIFY_OUTDATED_CONDA": "false",
    "CONDA_AGGRESSIVE_UPDATE_PACKAGES": "",
    "CONDA_ADD_PIP_AS_PYTHON_DEPENDENCY": "false",
    "MAMBA_ADD_PIP_AS_PYTHON_DEPENDENCY": "false",
    "CONDA_OVERRIDE_CHANNELS_ENABLED": "true",
    "MAMBA_OVERRIDE_CHANNELS_ENABLED": "true",
    # Whether a frozen environment may be changed was asked before an engine was.
    "CONDA_PROTECT_FROZEN_ENVS": "false",
    "CONDA_REPORT_ERRORS": "false",
    "CONDA_NUMBER_CHANNEL_NOTICES": "0",
}
# So long a killed tool may take to leave; a rollback needs it.
GRACE = 10.0


@dataclass(frozen=True)
class Finished:
    """How a call ended. The texts hold whatever the tool printed, credentials included."""

    returncode: int
    stdout: str
    stderr: str


def call(
    argv: t.Sequence[str], settings: t.Mapping[str, str], timeout: float, inherit: t.Sequence[int] = ()
) -> Finished:
    """Run one command to its end and return what it printed.

    :param settings: environment variables in addition to :data:`SETTINGS`.
    :param timeout: seconds, after which the command and all its children are killed.
    :param inherit: descriptors that the command keeps open, so that an orphan keeps the lock.
    :raises EngineError: when the command cannot be started, or was killed for its timeout.
    """
    # Files, because a pipe that a forgotten grandchild holds open would never end.
    with tempfile.TemporaryFile() as stdout, tempfile.TemporaryFile() as stderr:
        try:
            child = subprocess.Popen(
                list(argv),
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
                env={**clean_environment(), **SETTINGS, **settings},
                cwd="/",
                start_new_session=True,
                pass_fds=tuple(inherit),
                preexec_fn=_ignore_hangup,  # noqa: PLW1509 - a module has one thread
            )
        except OSError as error:
            raise EngineError(
                f"{argv[0]} cannot be started ({error.strerror}); give the 'executable' of a conda that works"
            ) from error
        try:
            returncode = child.wait(timeout)
        except subprocess.TimeoutExpired:
            raise EngineError(
                "{} was stopped, because it had not ended after {:.0f} seconds; raise the timeout, or look for what it "
                "waits for. Its last words: {}".format(
                    without_credentials(" ".join(argv[:2])), timeout, without_credentials(_tail(stderr)) or "none"
                )
            ) from None
        finally:
            _end(child)
        return Finished(returncode, _text(stdout), _text(stderr))


def _ignore_hangup() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)


def _end(child: subprocess.Popen[bytes]) -> None:
    """Leave nothing of a command that was given up; one that has ended may have daemons, which are its own business."""
    if child.poll() is not None:
        return
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(GRACE)
    child.wait()


def _text(stream: t.IO[bytes]) -> str:
    stream.seek(0)
    return stream.read().decode("utf-8", "replace")


def _tail(stream: t.IO[bytes]) -> str:
    return _text(stream).strip()[-500:]
