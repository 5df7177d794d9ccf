# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""The states that a module asks for, whichever way an environment is deployed."""

from __future__ import annotations

import os
import sys
import typing as t
from dataclasses import replace

from ..changes.change import FindEngine, Target
from ..changes.difference import Policy
from ..changes.guards import ChangeError
from ..changes.states import Outcome, ensure, locked_environment
from ..descriptions.environment import Environment
from .adopt import check_is_environment
from .build import mark_changed
from .deployment import Deployment, ensure_release
from .removal import ensure_all_absent
from .rollback import ensure_rolled_back
from .store import Store

__all__ = ["deployment_as_found", "deployment_of", "ensure_all_absent", "ensure_deployed", "ensure_rolled_back"]


def deployment_of(options: t.Mapping[str, t.Any], target: Target) -> Deployment | None:
    """Return how releases are made; None where the environment is to be changed in place, as base always is."""
    if options["keep"] < 1:
        raise ChangeError("'keep' is %d; at least 1 release is kept, the current one" % options["keep"])
    if options["release"]:
        raise ChangeError(
            f"'release' says what 'state: rolled_back' goes back to; leave it out with 'state: {options['state']}'"
        )
    if options["deploy"] == "in_place" or target.is_base:
        check_is_environment(Store(target.prefix))
        return None
    return Deployment(options["keep"], tuple(options["checks"]), options["on_drift"] == "rebuild")


def deployment_as_found(target: Target) -> Deployment | None:
    """Return how releases are made where the environment is deployed so, or is not there yet; none is collected."""
    store = Store(target.prefix)
    check_is_environment(store)
    new = not os.path.lexists(target.prefix) and not target.is_base
    return Deployment(keep=sys.maxsize) if store.current or new else None


def ensure_deployed(
    wanted: Environment,
    target: Target,
    policy: Policy,
    find_engine: FindEngine,
    check_mode: bool,
    deployment: Deployment | None,
) -> Outcome:
    """Make the environment hold what is wanted, by releases or in place."""
    if deployment:
        return ensure_release(wanted, target, policy, find_engine, check_mode, deployment)
    outcome = ensure(wanted, target, policy, find_engine, check_mode)
    store = Store(target.prefix)
    if outcome.changed and store.marker and not check_mode:
        locked_environment(target, lambda dummy: mark_changed(store))
    return replace(outcome, release=store.current)
