"""An engine without py-rattler: it solves from a list, and installs by writing conda's records."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda import change
from ansible_collections.benchwright.python.plugins.module_utils._conda.engines.rattler import EngineError

NAMES = ("name", "version", "build")


def package(
    name: str, version: str = "1.0", build: str = "0", depends: Sequence[str] = (), size: int = 10
) -> dict[str, Any]:
    """A package as a solution describes it."""
    fields = {"name": name, "version": version, "build": build, "build_number": 0, "depends": list(depends)}
    return {**fields, "subdir": "noarch", "channel": "lab", "url": "", "size": size}


def install(prefix: Path, *packages: Mapping[str, Any]) -> None:
    """Make the prefix hold these conda packages; the history is not written."""
    meta = prefix / "conda-meta"
    meta.mkdir(parents=True, exist_ok=True)
    for old in meta.glob("*.json"):
        old.unlink()
    for fields in packages:
        (meta / ("-".join(str(fields[key]) for key in NAMES) + ".json")).write_text(json.dumps(dict(fields)))


class EngineStandIn:
    """What its sessions are asked and do. ``solve_error`` and ``install_error`` make them fail."""

    def __init__(self) -> None:
        self.solution: list[dict[str, Any]] = []
        self.requests: list[Mapping[str, Any]] = []
        self.calls: list[str] = []
        self.solve_error: Exception | None = None
        self.install_error: Exception | None = None
        self.inherited: list[tuple[int, ...]] = []

    def session(self, request: Mapping[str, Any], search_path: Sequence[str], inherit: Sequence[int]) -> SessionStandIn:
        self.requests.append(request)
        self.inherited.append(tuple(inherit))
        return SessionStandIn(self, request)


class SessionStandIn:
    def __init__(self, engine: EngineStandIn, request: Mapping[str, Any]) -> None:
        self.engine, self.request = engine, request

    def __enter__(self) -> SessionStandIn:
        self.engine.calls.append("begin")
        return self

    def __exit__(self, *dummy: object) -> None:
        self.engine.calls.append("end")

    def solve(self) -> list[dict[str, Any]]:
        self.engine.calls.append("solve")
        if self.engine.solve_error:
            raise self.engine.solve_error
        return self.engine.solution

    def install(self) -> None:
        self.engine.calls.append("install")
        if self.engine.install_error:
            raise self.engine.install_error
        install(Path(self.request["prefix"]), *self.engine.solution)


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> EngineStandIn:
    engine = EngineStandIn()
    monkeypatch.setattr(change, "RattlerSession", engine.session)
    return engine


@pytest.fixture
def make_package() -> Any:
    return package


@pytest.fixture
def install_packages() -> Any:
    """``install_packages(prefix, *packages, history=True)`` makes an environment; without history a killed creation."""

    def make(prefix: Path, *packages: Mapping[str, Any], history: bool = True) -> None:
        install(prefix, *packages)
        if history:
            (prefix / "conda-meta/history").write_text("==> 2026-01-01 00:00:00 <==\n")

    return make


@pytest.fixture
def engine_error() -> type[Exception]:
    return EngineError
