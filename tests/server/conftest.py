"""One Jupyter server for all tests: a container that the roles set up. A test leaves it as it was, or restarts it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._jupyter.kernel import Kernel
from support.jupyter_host import JupyterHost, engine_missing, serve_jupyter
from support.mozilla import install_sslyze
from support.share import WHOLE


@pytest.fixture(scope="session")
def whole() -> bool:
    """Whether all is tried, for hours if need be, and not the part that fits between two changes."""
    return WHOLE


@pytest.fixture(scope="session")
def server() -> Iterator[JupyterHost]:
    missing = engine_missing()
    if missing:
        pytest.skip(missing)
    with serve_jupyter() as served:
        yield served


@pytest.fixture(scope="session")
def sslyze(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return install_sslyze(tmp_path_factory.mktemp("sslyze"))


@pytest.fixture
def alive_afterwards(server: JupyterHost) -> Iterator[None]:
    """Whatever a test did to it, the server computes again, for everybody, within a minute."""
    yield
    server.wait()
    with Kernel(server.user()) as kernel:
        assert kernel.run("print(6 * 7)") == "42\n"
