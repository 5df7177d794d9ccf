"""What the tests of routes share: one site, for as long as they follow one another."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.jupyter_host import JupyterHost
from support.jupyter_site import Site, filled


@pytest.fixture(scope="package")
def site(server: JupyterHost) -> Iterator[Site]:
    with filled(server) as made:
        yield made
