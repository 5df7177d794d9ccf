"""Fixtures of the walks on a fresh machine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.machine import Machine, rent


@pytest.fixture
def fresh_machine() -> Iterator[Machine]:
    with rent() as machine:
        yield machine
