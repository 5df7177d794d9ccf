"""Which engine a host offers."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.engines import choose
from ansible_collections.benchwright.python.plugins.module_utils._conda.engines.cli import CommandLineEngine
from ansible_collections.benchwright.python.plugins.module_utils._conda.engines.interface import (
    EngineError,
    EngineNeeded,
)
from ansible_collections.benchwright.python.plugins.module_utils._conda.engines.rattler import RattlerEngine

VERSIONS = {"conda": "conda 26.7.1", "mamba": "2.8.1", "micromamba": "2.8.1"}


@pytest.fixture(autouse=True)
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A host without any tool and without py-rattler; returns the only directory on its PATH."""
    directory = tmp_path / "path"
    directory.mkdir()
    monkeypatch.setenv("PATH", str(directory))
    monkeypatch.setattr(choose, "has_rattler", lambda: False)
    return directory


def put(directory: Path, name: str, version: str = "") -> str:
    directory.mkdir(parents=True, exist_ok=True)
    executable = directory / name
    executable.write_text(f"#!/bin/sh\necho '{version or VERSIONS[name]}'\n")
    executable.chmod(0o755)
    return str(executable)


def chosen(*arguments: str | None) -> tuple[str, str]:
    engine = choose.choose_engine(*arguments)  # type: ignore[arg-type]
    assert isinstance(engine, CommandLineEngine)
    return engine.name, engine.tool.executable


@pytest.mark.parametrize("directory", ["bin", "condabin"])
@pytest.mark.parametrize("name", sorted(VERSIONS))
def test_a_tool_is_found_in_the_root_prefix(tmp_path: Path, directory: str, name: str) -> None:
    executable = put(tmp_path / "root" / directory, name)
    for wanted in ("auto", name):
        assert chosen(wanted, None, str(tmp_path / "root"), None) == (name, executable)


def test_a_tool_is_found_on_the_path(tmp_path: Path, path: Path) -> None:
    executable = put(path, "micromamba")
    assert chosen("auto", None, str(tmp_path / "root"), None) == ("micromamba", executable)
    assert chosen("micromamba", None, None, None) == ("micromamba", executable)


def test_what_the_root_prefix_has_wins_over_the_path(tmp_path: Path, path: Path) -> None:
    put(path, "mamba")
    executable = put(tmp_path / "root" / "bin", "conda")
    assert chosen("auto", None, str(tmp_path / "root"), None) == ("conda", executable)


def test_an_executable_decides_by_itself(tmp_path: Path, path: Path) -> None:
    put(path, "conda")
    executable = put(tmp_path / "odd", "my-mamba", "2.8.1")
    assert chosen("auto", executable, None, None) == ("mamba", executable)


def test_a_host_with_py_rattler_uses_that_first(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(path, "conda")
    monkeypatch.setattr(choose, "has_rattler", lambda: True)
    assert isinstance(choose.choose_engine("auto", None, None, None), RattlerEngine)
    assert chosen("conda", None, None, None)[0] == "conda"


@pytest.mark.parametrize("wanted", ["auto", "rattler"])
def test_where_nothing_is_py_rattler_has_to_be_sent_and_then_serves(wanted: str, tmp_path: Path) -> None:
    with pytest.raises(EngineNeeded):
        choose.choose_engine(wanted, None, None, None)
    assert isinstance(choose.choose_engine(wanted, None, None, str(tmp_path)), RattlerEngine)


@pytest.mark.parametrize("wanted", sorted(VERSIONS))
def test_a_tool_that_is_wanted_and_missing_is_an_error_that_says_what_to_do(wanted: str, tmp_path: Path) -> None:
    with pytest.raises(
        EngineError, match=f"no {wanted} on this host: .*name it in 'executable', or choose another 'engine'"
    ):
        choose.choose_engine(wanted, None, str(tmp_path), None)


def test_an_executable_that_is_none_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="which is no program; give the path"):
        choose.choose_engine("auto", str(tmp_path / "conda"), None, None)
    with pytest.raises(EngineError, match=r"conda 4.12.0, and 23 is the oldest"):
        choose.choose_engine("auto", put(tmp_path, "conda", "conda 4.12.0"), None, None)


def test_an_executable_belongs_to_the_root_prefix_that_holds_it_also_by_a_link(tmp_path: Path, path: Path) -> None:
    executable = put(tmp_path / "root" / "bin", "conda")
    assert choose.root_of(executable) is None
    (tmp_path / "root" / "conda-meta").mkdir()
    (path / "conda").symlink_to(executable)
    assert choose.root_of(str(path / "conda")) == str(tmp_path / "root")


def test_an_executable_is_the_engine_that_is_asked_for_or_an_error(tmp_path: Path) -> None:
    executable = put(tmp_path, "mamba")
    assert chosen("mamba", executable, None, None) == ("mamba", executable)
    for wanted in ("conda", "rattler"):
        with pytest.raises(EngineError, match=f"which is mamba, and 'engine' asks for {wanted}; drop one"):
            choose.choose_engine(wanted, executable, None, None)
