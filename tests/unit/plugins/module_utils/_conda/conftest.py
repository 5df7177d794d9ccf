"""An engine without a tool behind it: it solves from a list, and installs by writing conda's records and their files."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.changes.change import Target
from ansible_collections.benchwright.python.plugins.module_utils._conda.engines.interface import Record, Request
from ansible_collections.benchwright.python.plugins.module_utils._conda.engines.unsolved import unsolved

CHANNEL = "https://conda.example.org/lab"
NAMES = ("name", "version", "build")


def package(name: str, version: str = "1.0", build: str = "0", depends: Sequence[str] = (), **more: Any) -> Any:
    """A package as a solution describes it; ``files`` are made when it is installed."""
    fields = {"name": name, "version": version, "build": build, "build_number": 0, "depends": list(depends)}
    url = f"{CHANNEL}/noarch/{name}-{version}-{build}.conda"
    return {**fields, "subdir": "noarch", "channel": CHANNEL, "url": url, "size": 10, **more}


def install(prefix: Path, *packages: Mapping[str, Any]) -> None:
    """Make the prefix hold these conda packages and their files; the history is not written."""
    meta = prefix / "conda-meta"
    meta.mkdir(parents=True, exist_ok=True)
    for old in meta.glob("*.json"):
        old.unlink()
    for fields in packages:
        (meta / ("-".join(str(fields[key]) for key in NAMES) + ".json")).write_text(json.dumps(dict(fields)))
        for file in fields.get("files", ()):
            (prefix / file).parent.mkdir(parents=True, exist_ok=True)
            (prefix / file).touch()


def dist_info(prefix: Path, name: str, version: str, installer: str = "pip", requires: Sequence[str] = ()) -> Path:
    """A Python package's metadata in the site-packages of Python 3.12; ``requires`` are its Requires-Dist."""
    directory = prefix / f"lib/python3.12/site-packages/{name}-{version}.dist-info"
    directory.mkdir(parents=True)
    (directory / "INSTALLER").write_text(installer + "\n")
    (directory / "METADATA").write_text("".join(f"Requires-Dist: {text}\n" for text in requires) + "\nabout\n")
    return directory


class EngineStandIn:
    """An ``interface.Engine``: ``solution`` is what specs lead to. ``solve_error`` and ``install_error`` make it fail."""

    name = "stand-in"

    def __init__(self) -> None:
        self.solution: list[dict[str, Any]] = []
        self.forgets = ""  # a package that is solved and never installed
        self.requests: list[Request] = []
        self.calls: list[str] = []
        self.begin_error: Exception | None = None
        self.solve_error: Exception | None = None
        self.install_error: Exception | None = None
        self.inherited: list[tuple[int, ...]] = []

    def session(self, request: Request, inherit: Sequence[int] = ()) -> SessionStandIn:
        self.requests.append(request)
        self.inherited.append(tuple(inherit))
        return SessionStandIn(self, request)

    def search(self, request: Request) -> list[Record]:
        raise NotImplementedError("nothing that is tested with the stand-in searches")

    def find(self) -> EngineStandIn:
        """What finds the engine, for code that is to find this one."""
        return self


class SessionStandIn:
    def __init__(self, engine: EngineStandIn, request: Request) -> None:
        self.engine, self.request = engine, request
        self.solution: list[Record] = []

    def __enter__(self) -> SessionStandIn:
        self.engine.calls.append("begin")
        if self.engine.begin_error:
            raise self.engine.begin_error
        return self

    def __exit__(self, *dummy: object) -> None:
        self.engine.calls.append("end")

    def solve(self) -> list[Record]:
        self.engine.calls.append("solve")
        if self.engine.solve_error:
            raise self.engine.solve_error
        self.solution = list(self.engine.solution) if self.request.specs else unsolved(self.request)
        return self.solution

    def install(self, destination: str | None = None) -> None:
        self.engine.calls.append("install")
        if self.engine.install_error:
            raise self.engine.install_error
        installed = [record for record in self.solution if record["name"] != self.engine.forgets]
        install(Path(destination or self.request.prefix), *map(self._in_full, installed))

    def _in_full(self, record: Record) -> Record:
        """With its files, which an engine knows from the package and an installed record does not tell."""
        [*there] = Path(self.request.prefix, "conda-meta").glob("-".join(str(record[key]) for key in NAMES) + ".json")
        return {**(json.loads(there[0].read_text()) if there else {}), **record}


@pytest.fixture
def engine() -> EngineStandIn:
    return EngineStandIn()


@pytest.fixture
def make_package() -> Any:
    return package


@pytest.fixture
def make_dist_info() -> Any:
    return dist_info


@pytest.fixture
def install_packages() -> Any:
    """``install_packages(prefix, *packages, history=True)`` makes an environment; without history a killed creation."""

    def make(prefix: Path, *packages: Mapping[str, Any], history: bool = True) -> None:
        install(prefix, *packages)
        if history:
            (prefix / "conda-meta/history").write_text("==> 2026-01-01 00:00:00 <==\n")

    return make


@pytest.fixture
def target(tmp_path: Path) -> Target:
    return Target(str(tmp_path / "root/envs/lab"), str(tmp_path / "root"))


@pytest.fixture
def prefix(target: Target) -> Path:
    return Path(target.prefix)
