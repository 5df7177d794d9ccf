# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verification fails where nobody renews the certificate; the checks of a real server are in the integration tests."""

from __future__ import annotations

import time
from types import SimpleNamespace

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._jupyter.access import certificate_lasting
from ansible_collections.benchwright.python.plugins.module_utils._jupyter.session import SessionError

DAY = 86400


def served(days: float) -> SimpleNamespace:
    """A server whose certificate ends in so many days."""
    return SimpleNamespace(end_of_certificate=lambda: time.time() + days * DAY)


def test_a_certificate_with_half_of_its_days_ahead_is_well() -> None:
    assert certificate_lasting(30)(served(15.1)).startswith("the certificate is good until 20")  # type: ignore[arg-type]


@pytest.mark.parametrize(("days", "ends"), [(14.9, "ends in 14 days"), (-2.5, "ended 2 days ago")])
def test_one_that_should_have_been_renewed_fails(days: float, ends: str) -> None:
    with pytest.raises(SessionError, match=f"the certificate {ends}, .* what renews it does not work"):
        certificate_lasting(30)(served(days))  # type: ignore[arg-type]
