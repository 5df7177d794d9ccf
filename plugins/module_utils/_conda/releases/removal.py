# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""Removes an environment with all its releases: the link first, so that nobody finds half of it under its name."""

from __future__ import annotations

import os
from dataclasses import replace

from ..changes.change import Target
from ..changes.guards import check_frozen, check_writable
from ..changes.plan import Plan, conda_lines
from ..changes.states import Outcome, ensure_absent, listing_of_damaged, locked_environment
from ..installed.prefix import Prefix
from .adopt import check_is_environment
from .collect import remove
from .store import Store


def ensure_all_absent(target: Target, check_mode: bool) -> Outcome:
    """Remove the environment, whichever way it is deployed, and what killed runs left of its releases."""
    store = Store(target.prefix)
    check_is_environment(store)
    names = tuple(path.name for path in store.paths())
    if not store.current and not names:
        return ensure_absent(target, check_mode)
    outcome = _of_link(target) if store.current else ensure_absent(target, check_mode=True)
    if not check_mode:
        for directory in (store.link.parent, store.directory):
            check_writable(str(directory))
        locked_environment(target, lambda dummy: _remove(store))
        ensure_absent(target, check_mode=False)  # a plain directory that has its name, and the cache
    return replace(outcome, changed=True, releases_removed=names)


def _of_link(target: Target) -> Outcome:
    prefix = Prefix(target.prefix)
    check_frozen(prefix, target.allow, "removed")
    lines = listing_of_damaged(prefix)
    return Outcome(True, Plan(unlink=conda_lines(lines), before=lines))


def _remove(store: Store) -> None:
    if store.current:  # another run may have removed it while this one waited for the lock
        os.unlink(str(store.link))
    remove(store, store.paths())
