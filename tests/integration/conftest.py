"""What the integration tests share: the offline channel, and an environment made of it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.ansible_call import call_module
from support.conda_stand_in import install_stand_in
from support.conda_stand_in.generation import Flavour
from support.host import Host
from support.share import keep_share
from support.tiny_channel import TinyChannel

from benchwright.channel.build import BuiltChannel, build_channel

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


@pytest.fixture(scope="session")
def channel() -> BuiltChannel:
    """The real offline channel, from the user's cache where it is there."""
    return build_channel(None, None, progress=print)


@pytest.fixture(scope="session")
def workbench(channel: BuiltChannel, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The environment of the local inventory, made by the module, where every user may read it."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as name:
        Path(name).chmod(0o755)
        options = {
            "root_prefix": name,
            "channels": [channel.url],
            "file": str(ROOT / "inventories/local/environment.yml"),
        }
        answer = call_module("conda_env", options, tmp_path_factory.mktemp("workbench"))
        assert not answer.failed, answer.result["msg"]
        yield Path(name, "envs/workbench")


@pytest.fixture
def tiny(tmp_path: Path) -> TinyChannel:
    """A channel with ``app`` (which needs ``lib``), ``tool`` and ``gear``."""
    channel = TinyChannel(tmp_path / "channel")
    channel.add("lib")
    channel.add("app", depends=["lib >=1"])
    channel.add("tool")
    channel.add("gear")
    return channel


# What imitates each tool in the newest release and, of conda, the oldest one with recordings.
STAND_INS: dict[str, tuple[str, Flavour]] = {
    "conda-stand-in-26.7.1": ("26.7.1", "conda"),
    "conda-stand-in-24.11.3": ("24.11.3", "conda"),
    "mamba-stand-in-1.5": ("", "mamba1"),
    "micromamba-stand-in-2.8.1": ("2.8.1", "micromamba"),
}

# Every run tries all with rattler and with conda; the others read the same answers, so a run tries a part with them.
SELDOM = ("conda-stand-in-24.11.3", "mamba-stand-in-1.5", "micromamba-stand-in-2.8.1")
SELDOM_SHARE = 0.2


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    keep_share(config, items, SELDOM_SHARE, lambda item: HERE in item.path.parents and with_seldom_engine(item))


def with_seldom_engine(item: pytest.Item) -> bool:
    return any(engine in item.name for engine in SELDOM)


def engines() -> list[str]:
    """The engines that every state is tried with; BENCHWRIGHT_TEST_CONDA adds real executables, separated by commas."""
    return ["rattler", *STAND_INS, *filter(None, os.environ.get("BENCHWRIGHT_TEST_CONDA", "").split(","))]


@pytest.fixture(params=engines(), ids=lambda engine: Path(engine).name)
def host(request: pytest.FixtureRequest, tmp_path: Path, tiny: TinyChannel) -> Host:
    """A host with one engine."""
    chosen = {"executable" if os.path.isabs(request.param) else "engine": request.param}
    if request.param in STAND_INS:
        chosen = {"executable": str(install_stand_in(tmp_path / "tool", *STAND_INS[request.param]))}
    return Host(tmp_path, {**chosen, "channels": [tiny.url]})


@pytest.fixture
def rattler_host(tmp_path: Path, tiny: TinyChannel) -> Host:
    """A host with py-rattler, for what does not depend on the engine."""
    return Host(tmp_path, {"engine": "rattler", "channels": [tiny.url]})
