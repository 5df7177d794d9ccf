"""Fixtures of the tests on systemd hosts."""

from __future__ import annotations

import pytest
from support.site_directory import Site, make_small_site


@pytest.fixture(scope="session")
def small_site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return make_small_site(tmp_path_factory.mktemp("site"))
