# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""Takes a plain directory over as the first release: it becomes one as it is, in one step, and everything in it goes on."""

from __future__ import annotations

import hashlib
import os
import typing as t

from ..changes.contents import read_contents
from ..changes.guards import ChangeError
from ..changes.plan import listing
from ..installed.prefix import Prefix, State
from .blueprint import free_digest
from .build import mark
from .pin import pin
from .store import Store, is_release
from .switch import exchange


def check_is_environment(store: Store) -> None:
    """Refuse a release, and somebody's own link to one: it would be changed behind its environment's back."""
    path = str(store.link) if store.current else os.path.realpath(str(store.link))
    if is_release(path):
        raise ChangeError(f"{path} is a release, which never changes; name the environment that leads to it")


def check_place(store: Store) -> None:
    """Refuse a link that somebody else made, and a directory that no release can take the place of."""
    check_is_environment(store)
    if store.link.is_symlink() and not store.current:
        raise ChangeError(
            f"{store.link} is a link to {store.link.resolve()}, which is none of its releases; name that directory as 'prefix', "
            "or say 'deploy: in_place'"
        )
    if is_directory(store) and os.path.ismount(str(store.link)):
        raise ChangeError(
            f"{store.link} is a mount point, which no link can take the place of; say 'deploy: in_place', or mount it elsewhere"
        )
    if not store.link.is_symlink() and Prefix(str(store.link)).state is State.FOREIGN:
        raise ChangeError(
            f"{store.link} exists and is no conda environment ({State.FOREIGN.value}); choose another name or prefix, or move it "
            "away, or say 'deploy: in_place' and add 'foreign' to 'allow' to make the environment beside what is there"
        )


def is_directory(store: Store) -> bool:
    """Whether the environment is still a plain directory; what is empty or half made counts."""
    return store.link.is_dir() and not store.link.is_symlink()


def is_to_be_adopted(store: Store, allow: t.Collection[str]) -> bool:
    """Whether the environment is a plain directory that its owner did not freeze (CEP 22)."""
    if not is_directory(store):
        return False
    prefix = Prefix(str(store.link))
    return "frozen" in allow or prefix.state is not State.ENVIRONMENT or prefix.frozen() is None


def adopt(store: Store) -> None:
    """Make the directory a release. Its files name each other by the environment's path, which leads to them as before."""
    exchange(store, adopted_digest(store))
    mark_current(store)


def adopted_digest(store: Store) -> str:
    """Return the name that the directory gets as a release: of its place and what it holds."""
    contents = "\n".join([str(store.link), *listing(read_contents(Prefix(str(store.link))))])
    return free_digest(store, hashlib.sha256(contents.encode()).hexdigest())


def mark_current(store: Store) -> None:
    """Mark the current release if it is an environment without a marker: the run that adopted it was killed then."""
    if store.current and not store.marker and Prefix(str(store.link)).state is State.ENVIRONMENT:
        pin(store.path(store.current), store.link)
        mark(store, store.current, adopted=True)
