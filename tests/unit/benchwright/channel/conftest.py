from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from benchwright.channel.target import Target

MakeWheel = Callable[..., Path]


@pytest.fixture
def target() -> Target:
    return Target(machine="x86_64", subdir="linux-64", version="3.11.2", glibc=36)


@pytest.fixture
def make_wheel(tmp_path: Path) -> MakeWheel:
    """Writes a small but real wheel: make_wheel("demo", "1.0", requires=["numpy>=1"], files={"demo.py": "..."})."""

    def make(
        name: str,
        version: str,
        *,
        tag: str = "py3-none-any",
        requires: tuple[str, ...] | list[str] = (),
        files: dict[str, str] | None = None,
        headers: tuple[str, ...] = (),
        entry_points: str = "",
    ) -> Path:
        stem = f"{name.replace('-', '_')}-{version}"
        info = f"{stem}.dist-info"
        lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", *headers]
        metadata = "\n".join([*lines, *(f"Requires-Dist: {line}" for line in requires), ""])
        members = {
            **(files or {f"{name}.py": ""}),
            f"{info}/METADATA": metadata,
            f"{info}/WHEEL": f"Wheel-Version: 1.0\nTag: {tag}\n",
            f"{info}/RECORD": "",
        }
        if entry_points:
            members[f"{info}/entry_points.txt"] = entry_points
        path = tmp_path / f"{stem}-{tag}.whl"
        with zipfile.ZipFile(path, "w") as archive:
            for member, text in members.items():
                archive.writestr(zipfile.ZipInfo(member, (2024, 2, 3, 4, 5, 6)), text)
        return path

    return make
