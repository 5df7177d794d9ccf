# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""Carries a change out in the environment itself. Not safe against a kill: the next run goes on from where it came to."""

from __future__ import annotations

import contextlib
import os
import stat

from ..engines.interface import EngineError
from ..errors import CondaError
from ..installed.files import note_whole
from ..installed.ownership import python_packages_of
from ..installed.prefix import Prefix, State
from ..specs.channel import without_credentials
from . import pip, records
from .change import Change
from .contents import read_contents
from .difference import compare
from .guards import ChangeError, check_needs, check_room, note_shared, with_next_step
from .plan import listing, package_line


def apply_in_place(change: Change) -> None:
    """Carry out the plan; raise :class:`ChangeError` unless everything wanted is there afterwards."""
    try:
        _change_packages(change)
        finish(change, change.target.prefix)
    except (EngineError, OSError) as error:
        raise _broken_off(change, str(error)) from error
    check_result(change, change.target.prefix)
    note_whole(change.target.prefix)


def share_what_comes(prefix: str) -> None:
    """Where a group may write and directories hand the group on, have what is added be for that group to write, too.

    Before an engine is started: what it makes has the rights that this process leaves it.
    """
    with contextlib.suppress(FileNotFoundError):
        mode = os.stat(prefix).st_mode
        if mode & stat.S_ISGID and mode & stat.S_IWGRP:
            os.umask(0o002)


def finish(change: Change, prefix: str) -> None:
    """Let pip install its part into ``prefix``, whose conda part is done, and set the variables."""
    if change.plan.pip:
        there = python_packages_of(Prefix(prefix))
        wanted, policy = change.wanted, change.policy
        pip.install(prefix, wanted.pip, there, policy.latest, wanted.pip_complete, inherit=change.inherit)
    if change.plan.variables or change.plan.variables_removed:
        records.write_variables(prefix, change.unmet.variables, change.plan.variables_removed)


def complete_conda_part(change: Change, prefix: str, history: str) -> None:
    """Make the records in ``prefix`` say what was asked for, and continue the ``history`` from before."""
    requested = records.requested_by(change.wanted, change.found.requested, Prefix(prefix))
    records.complete_records(prefix, requested)
    leaves = change.policy.without or change.policy.exact
    removed = [line.split(" ")[0] for line in change.plan.unlink if leaves]
    records.write_history(Prefix(prefix), history, change.wanted, requested, removed)


def history_of(prefix: Prefix) -> str:
    """Return the text of an environment's history; empty where there is none."""
    return prefix.history.read_text(encoding="utf-8", errors="replace") if prefix.history.exists() else ""


def check_result(change: Change, prefix: str) -> None:
    """Raise :class:`ChangeError` unless everything wanted is in ``prefix``."""
    found = read_contents(Prefix(prefix), change.policy)
    unmet = compare(change.wanted, found, change.policy)
    if unmet:
        raise ChangeError(
            "still not as described in {} after everything was done: {}".format(
                prefix, without_credentials(", ".join(unmet.why))
            )
        )
    check_needs(change.policy.needs, listing(found), change.target.prefix)


def _change_packages(change: Change) -> None:
    prefix = change.target.prefix
    beside = sorted(os.listdir(prefix)) if change.prefix.state is State.FOREIGN else []
    history = history_of(change.prefix)
    if change.plan.pip_removed:
        pip.uninstall(prefix, change.plan.pip_removed, inherit=change.inherit)
    if change.session and change.plan.conda:
        new = [record for record in change.solution or () if package_line(record) in change.plan.link]
        check_room(new, prefix, change.target.package_cache)
        change.session.install()
    if change.plan.conda or change.unfinished:
        complete_conda_part(change, prefix, history)
    note_shared(change.prefix, beside)


def _broken_off(change: Change, message: str) -> ChangeError:
    """The error for a change that came to a part of what was planned; conda's and pip's are not one transaction."""
    text = with_next_step(message, change.target.prefix)
    try:
        changed = listing(read_contents(Prefix(change.target.prefix))) != listing(change.found)
    except CondaError:  # half of a record is a change, too
        changed = True
    done = "; what came before it is done, and the next run goes on from there" if changed else ""
    error = ChangeError(text + done)
    error.changed = changed
    return error
