"""A stand-in for an environment: a directory with what says that these packages are in it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


def environment_of(directory: Path, versions: Mapping[str, str]) -> str:
    """Make one at this path, which it returns, that holds Python and packages of Python."""
    (directory / "conda-meta").mkdir(parents=True)
    (directory / "conda-meta/python-3.12.1-0.json").write_text("{}")
    for name, version in versions.items():
        information = directory / f"lib/python3.12/site-packages/{name}-{version}.dist-info"
        information.mkdir(parents=True)
        (information / "METADATA").write_text(f"Name: {name}\nVersion: {version}\n")
    return str(directory)
