# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""Lets an environment's name lead to an earlier release again: one rename, nothing is solved, fetched or built."""

from __future__ import annotations

from ..changes.change import Target
from ..changes.guards import ChangeError, check_frozen, check_writable
from ..changes.plan import Plan, conda_lines, listing
from ..changes.states import Outcome, listing_of_damaged, locked_environment
from ..installed.prefix import Prefix
from .adopt import adopt, check_place, is_directory
from .condition import condition
from .drift import changed_by_hand
from .store import Release, Store
from .switch import switch


def ensure_rolled_back(target: Target, digest: str, check_mode: bool) -> Outcome:
    """Go back to the release with that digest, or its beginning; without one, to the newest whole one before the current."""
    store = Store(target.prefix)
    check_place(store)
    if check_mode:
        return _roll_back(store, target, digest, apply=False)
    check_writable(str(store.link.parent))
    return locked_environment(target, lambda dummy: _roll_back(store, target, digest, apply=True))


def _roll_back(store: Store, target: Target, digest: str, apply: bool) -> Outcome:
    release = _named(store, digest) if digest else _newest_before_current(store)
    found, gone = condition(release)
    drift = changed_by_hand(release.marker, found)
    before, after = listing_of_damaged(Prefix(target.prefix)), listing(found)
    if release.digest == store.current:
        return Outcome(False, Plan(before=after, after=after), release=release.digest, drift=drift)
    check_frozen(Prefix(target.prefix), target.allow, "changed")
    if gone:
        raise ChangeError(
            f"release {release.digest} is not whole any more ({gone[0]}), so it is not switched to; choose another "
            f"({_told(store)}), or say 'state: present' with the description of that time"
        )
    behind = tuple(f"left in release {store.current}: {sentence}" for sentence in _changed(store))
    if apply:
        if is_directory(store):
            adopt(store)
        switch(store, release.digest)
    return Outcome(True, _plan(before, after), release=release.digest, drift=drift, warnings=behind)


def _changed(store: Store) -> tuple[str, ...]:
    """What was added by hand, and is not there after going back."""
    current = [release for release in store.releases() if release.digest == store.current]
    sentences = (sentence for release in current for sentence in changed_by_hand(release.marker, condition(release)[0]))
    return tuple(sentence for sentence in sentences if sentence.startswith("added"))


def _named(store: Store, digest: str) -> Release:
    found = [release for release in store.releases() if release.digest.startswith(digest)]
    if len(found) != 1:
        problem = "more than one release" if found else f"no release of {store.link}"
        raise ChangeError(f"{problem} is called {digest}; there are {_told(store)}")
    return found[0]


def _newest_before_current(store: Store) -> Release:
    """What is not whole is passed over; where nothing is current, or only something without a marker, all others are older."""
    marker, current = store.marker, store.current
    for release in reversed(store.releases()):
        older = release.marker.order < marker.order if marker else release.digest != current
        if older and not condition(release)[1]:
            return release
    raise ChangeError(f"{store.link} has no release older than the current one that is whole; there are {_told(store)}")


def _told(store: Store) -> str:
    current = store.current
    told = [release.digest + (" (current)" if release.digest == current else "") for release in store.releases()]
    return ", ".join(told) or "none: it does not exist, or is not deployed as releases"


def _plan(before: tuple[str, ...], after: tuple[str, ...]) -> Plan:
    comes, goes = sorted(set(after) - set(before)), sorted(set(before) - set(after))
    pip = _of_pip(comes)
    replaced = {line.partition("==")[0] for line in pip}
    leaves = {line.partition("==")[0] for line in _of_pip(goes)}
    return Plan(
        link=conda_lines(comes),
        unlink=conda_lines(goes),
        pip=pip,
        pip_removed=tuple(sorted(leaves - replaced)),
        before=before,
        after=after,
    )


def _of_pip(lines: list[str]) -> tuple[str, ...]:
    return tuple(line[len("pip: ") :] for line in lines if line.startswith("pip: "))
