# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is decided, for every state a service can be in."""

from __future__ import annotations

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._service.plan import Status, plan_absent, plan_started

RUNNING = Status(pid=7, enabled=True)


@pytest.mark.parametrize(
    ("status", "loaded", "wanted", "actions"),
    [
        (RUNNING, "a", "a", ()),
        (RUNNING, "a", "b", ("restart",)),
        (RUNNING, None, "b", ("restart",)),
        (RUNNING, "a", None, ("restart",)),
        (RUNNING._replace(stale=True), "a", "a", ("restart",)),
        (RUNNING._replace(enabled=False), "a", "a", ("enable",)),
        (RUNNING._replace(enabled=False), "a", "b", ("enable", "restart")),
        (RUNNING._replace(enabled=None), "a", "a", ()),
        (Status(0, False), None, "a", ("enable", "start")),
        (Status(0, True), None, "a", ("start",)),
        (Status(0, None), None, None, ("start",)),
    ],
)
def test_started(status, loaded, wanted, actions):
    plan = plan_started(status, loaded, wanted)
    assert plan.actions == actions
    assert plan.after["running"]
    assert bool(actions) == (plan.before != plan.after or status.stale)


@pytest.mark.parametrize(
    ("status", "actions"),
    [
        (RUNNING, ("disable", "stop")),
        (Status(7, None), ("stop",)),
        (Status(0, True), ("disable",)),
        (Status(0, False), ()),
        (Status(0, None), ()),
    ],
)
def test_absent(status, actions):
    plan = plan_absent(status, "a" if status.pid else None)
    assert plan.actions == actions
    assert bool(actions) == (plan.before != plan.after)
