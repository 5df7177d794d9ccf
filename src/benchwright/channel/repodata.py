"""The channel's index: `repodata.json` and its compressed form."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from benchwright.whole_file import write_whole

from .package import Record
from .zstd import compress

# The index is read at every solve and written once.
LEVEL = 16


def render(subdir: str, records: Iterable[Record]) -> bytes:
    """repodata.json of one subdir, in a fixed order."""
    packages = {record.file_name: dict(record.entry) for record in records if record.subdir == subdir}
    content = {
        "info": {"subdir": subdir},
        "packages": {},
        "packages.conda": packages,
        "removed": [],
        "repodata_version": 1,
    }
    return json.dumps(content, sort_keys=True, separators=(",", ":")).encode()


def write(channel: Path, subdirs: Iterable[str], records: list[Record]) -> list[str]:
    """Write the index of every subdir, each file whole or not at all; returns their paths in the channel."""
    written = []
    for subdir in subdirs:
        content = render(subdir, records)
        (channel / subdir).mkdir(parents=True, exist_ok=True)
        for name, data in (("repodata.json", content), ("repodata.json.zst", compress(content, LEVEL))):
            write_whole(channel / subdir / name, data)
            written.append(f"{subdir}/{name}")
    return written
