# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""Builds the next release beside the current one: whole, checked and marked, before anybody's environment leads to it."""

from __future__ import annotations

import shutil
import time
import typing as t
from dataclasses import replace
from pathlib import Path

from ..changes import pip, records
from ..changes.change import Change
from ..changes.clone import environment_like
from ..changes.contents import read_contents
from ..changes.guards import ChangeError, check_room, with_next_step
from ..changes.in_place import check_result, complete_conda_part, finish, history_of
from ..changes.plan import listing
from ..changes.rights import give, inherited
from ..engines.interface import EngineError
from ..installed.files import note_whole
from ..installed.prefix import Prefix
from ..specs.pip_requirement import PipRequirement
from .blueprint import Blueprint
from .carry import carried_files, carry, size_of
from .check import check_release
from .marker import Marker, read_marker, write_marker
from .pin import pin
from .store import Store
from .switch import sync


def build(change: Change, store: Store, made: Blueprint, checks: t.Collection[str]) -> list[str]:
    """Make the release of the blueprint whole, give it to whom it belongs, and return warnings.

    Raises :class:`ChangeError`; what it had made is removed then.
    """
    if made.there:
        give(store.path(made.digest), inherited(change.target.rights, change.prefix.path, store.path(made.digest)))
        bring_forward(store, made.digest)
        return []
    release, before = store.path(made.digest), change.prefix.path.resolve()
    carried = carried_files(before) if change.found.packages else []
    session, solution = change.whole()
    try:
        check_room(solution, str(release), change.target.package_cache, size_of(before, carried))
        release.mkdir(parents=True)
        session.install(str(release))
        complete_conda_part(change, str(release), history_of(change.prefix))
        carry(before, release, carried)
        if made.pip:
            pip.install(str(release), made.pip, (), complete=True, inherit=change.inherit)
        finish(change, str(release))
        check_result(change, str(release))
        pin(release, store.link)
        warnings = check_release(release, _asked_for(change, release), checks, change.inherit)
        note_whole(release)  # after what the checks made Python write
        give(release, inherited(change.target.rights, before, release))
        mark(store, made.digest, made.inputs)
    except BaseException as error:
        shutil.rmtree(str(release), ignore_errors=True)
        if not isinstance(error, (EngineError, OSError, ValueError, ChangeError)):
            raise
        message = with_next_step(str(error), str(release))
        raise ChangeError(f"{message}; {store.link} is as it was") from error
    return warnings


def mark(store: Store, digest: str, inputs: str = "", adopted: bool = False) -> None:
    """Declare the release whole, once every byte of it is on the disk."""
    release = store.path(digest)
    new = Marker(release.name, inputs, _next_order(store), time.time(), adopted=adopted)
    _write(release, new)


def mark_changed(store: Store) -> None:
    """Note what the current release holds after it was changed in place, so that this is no drift."""
    marker = store.marker
    if marker:
        _write(store.path(store.current), replace(marker, inputs=""))


def _write(release: Path, marker: Marker) -> None:
    prefix = Prefix(str(release))
    like, contents = environment_like(prefix, strict=False), listing(read_contents(prefix))
    sync(release)
    write_marker(release, replace(marker, contents=contents, packages=like.packages, pip=like.pip))


def bring_forward(store: Store, digest: str) -> None:
    """Note that the release is the newest choice, so that it is collected last."""
    marker, newest = read_marker(store.path(digest)), _next_order(store)
    if marker and marker.order < newest - 1:
        write_marker(store.path(digest), replace(marker, order=newest))


def _next_order(store: Store) -> int:
    return 1 + max((release.marker.order for release in store.releases()), default=0)


def _asked_for(change: Change, release: Path) -> set[str]:
    """The names of what the description asks for; of a lock, of what nothing else in it needs."""
    requested = records.requested_by(change.wanted, {}, Prefix(str(release)))
    return {*requested, *(PipRequirement.parse(text).name for text in change.wanted.pip)}
