# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""The one door through which conda, mamba and micromamba are called: no question, no surprises."""

from __future__ import annotations

import typing as t

from ..process import Finished, TimedOut, clean_environment, run
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


def call(
    argv: t.Sequence[str], settings: t.Mapping[str, str], timeout: float, inherit: t.Sequence[int] = ()
) -> Finished:
    """Run one command to its end and return what it printed.

    :param settings: environment variables in addition to :data:`SETTINGS`.
    :param timeout: seconds, after which the command and all its children are ended.
    :param inherit: descriptors that the command keeps open, so that an orphan keeps the lock.
    :raises EngineError: when the command cannot be started, or was ended for its timeout.
    """
    try:
        return run(argv, {**clean_environment(), **SETTINGS, **settings}, timeout, inherit)
    except TimedOut as error:
        raise EngineError(str(error)) from None
    except OSError as error:
        if error.filename != argv[0]:  # a full disk, for example
            raise
        raise EngineError(
            f"{argv[0]} cannot be started ({error.strerror}); give the 'executable' of a conda that works"
        ) from error
