"""What the integration tests share: the offline channel, and an environment made of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.ansible_call import call_module

from benchwright.channel.build import BuiltChannel, build_channel

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def channel() -> BuiltChannel:
    """The real offline channel, from the user's cache where it is there."""
    return build_channel(None, None, progress=print)


@pytest.fixture(scope="session")
def workbench(channel: BuiltChannel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The environment of the local inventory, made by the module."""
    directory = tmp_path_factory.mktemp("workbench")
    answer = call_module(
        "conda_env",
        {
            "root_prefix": str(directory),
            "channels": [channel.url],
            "file": str(ROOT / "inventories/local/environment.yml"),
        },
        directory,
    )
    assert not answer.failed, answer.result["msg"]
    return directory / "envs/workbench"
