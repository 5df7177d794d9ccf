"""A prefix that the real rattler engine changes, from a tiny channel."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible_collections.benchwright.python.plugins.module_utils._conda.descriptions.environment import LockedPackage
from ansible_collections.benchwright.python.plugins.module_utils._conda.engines.interface import Record, Request
from ansible_collections.benchwright.python.plugins.module_utils._conda.engines.rattler import RattlerEngine

from .tiny_channel import TinyChannel


@dataclass
class RattlerPrefix:
    """``channel`` is what requests name unless they name channels themselves."""

    directory: Path
    channel: TinyChannel

    @property
    def path(self) -> Path:
        return self.directory / "prefix"

    @property
    def cache(self) -> Path:
        return self.directory / "pkgs"

    def request(self, *specs: str, **fields: Any) -> Request:
        fields.setdefault("channels", (self.channel.url,))
        return Request(prefix=str(self.path), package_cache=str(self.cache), specs=specs, **fields)

    def install(self, *specs: str, **fields: Any) -> list[Record]:
        """Solve and install; returns what was solved."""
        with RattlerEngine().session(self.request(*specs, **fields)) as session:
            solution = session.solve()
            session.install()
        return solution

    def records(self) -> dict[str, dict[str, Any]]:
        """conda-meta's records by the package's name."""
        found = (json.loads(path.read_text()) for path in self.path.glob("conda-meta/*.json"))
        return {record["name"]: record for record in found}

    def version_file(self, name: str) -> str:
        """What the package of a tiny channel says in its one file; empty where that is gone."""
        path = self.path / "share" / name / "version.txt"
        return path.read_text() if path.exists() else ""

    def forget(self) -> None:
        """Remove the prefix; the package cache stays."""
        shutil.rmtree(self.path, ignore_errors=True)


def locked(record: dict[str, Any], base: str = "", **digests: str) -> LockedPackage:
    """A lock's line for a package of a tiny channel, with its sha256 unless digests are given; ``base`` is its server."""
    url = f"{base}/{record['subdir']}/{record['fn']}" if base else record["url"]
    return LockedPackage(url, **(digests or {"sha256": record["sha256"]}))
