# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""Anaconda's terms: what they mean, which channels they are for, and how an acceptance is written down."""

from __future__ import annotations

import glob
import os
import typing as t

from .._conda.descriptions.environment import is_licensed
from .._conda.process import clean_environment, run
from .errors import DistributionError

DEFAULTS = ("defaults",)  # what a Miniconda that is told nothing asks
EXPLANATION = (
    "Anaconda's channels (defaults, main, r and what its hosts serve) and Miniconda, which uses them, have terms of service: "
    "organisations above a certain size, which the terms name, need a paid licence. Nobody accepts them for you. Read them at "
    "Anaconda's legal page, and if they suit you say accept_anaconda_terms: true; or use miniforge, whose channel conda-forge has "
    "no such terms, or channels of your own"
)


def licensed(distribution: str, channels: t.Sequence[str]) -> tuple[str, ...]:
    """Return the channels in use that have terms."""
    used = channels or (DEFAULTS if distribution == "miniconda" else ())
    return tuple(channel for channel in used if is_licensed(channel))


def check_terms(distribution: str, channels: t.Sequence[str], accepted: bool) -> None:
    """Raise DistributionError for what has terms that were not accepted."""
    found = licensed(distribution, channels)
    what = ["distribution miniconda"] if distribution == "miniconda" else []
    what += [f"channel {channel}" for channel in found if channel != "defaults" or channels]
    if what and not accepted:
        raise DistributionError(f"{' and '.join(what)} cannot be used yet. {EXPLANATION}")


def is_recorded(prefix: str) -> bool:
    """Whether an acceptance stands where conda looks for those of its installation."""
    return bool(glob.glob(os.path.join(glob.escape(prefix), "conda-meta/tos/*/*.json")))


def record(prefix: str, channels: t.Sequence[str], home: str, inherit: t.Sequence[int]) -> str:
    """Let conda write down, for all users of this installation, that the terms were accepted.

    :param home: a directory that takes what conda leaves in one.
    :return: empty, or why it could not: where the channels cannot be reached, conda cannot know their terms, and does not ask either.
    """
    argv = [os.path.join(prefix, "bin/conda"), "tos", "accept", "--system", "--override-channels"]
    for channel in channels:
        argv += ["--channel", channel]
    environment = {**clean_environment(), "LC_ALL": "C", "HOME": home, "CI": "false"}
    try:
        finished = run(argv, environment, 120.0, inherit)
    except OSError as error:
        return f"{argv[0]} cannot be started: {error.strerror}"
    if is_recorded(prefix):
        return ""
    return (finished.stderr.strip() or finished.stdout.strip())[-500:] or f"exit code {finished.returncode}"
