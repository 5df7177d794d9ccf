"""Writes `.conda` packages: the one writer for what wheels and Debian packages become."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchwright.whole_file import write_whole

from .zstd import compress

# Text files hold this in place of the environment's path; installers put the path in.
PLACEHOLDER = "/opt/" + "_placehold" * 24
# Level 3 packs the default set in a third of the time of level 9 and is 8 % larger.
LEVEL = 3
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class File:
    """One member: its bytes, or the target of a symbolic link."""

    path: str
    data: bytes = b""
    executable: bool = False
    link: str = ""


@dataclass(frozen=True)
class Package:
    """A package before it is packed. `build` may hold {hash}, the digest of everything that is in it.

    `timestamp` is in seconds since 1970; `info` are further files of info/.
    """

    name: str
    version: str
    build: str
    subdir: str
    depends: tuple[str, ...]
    files: tuple[File, ...]
    timestamp: int
    license: str = ""
    constrains: tuple[str, ...] = ()
    noarch: str = ""
    build_number: int = 0
    about: Mapping[str, str] = field(default_factory=dict)
    info: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Record:
    """A package's entry of repodata.json."""

    subdir: str
    file_name: str
    entry: Mapping[str, Any]

    def __str__(self) -> str:
        """Its path in the channel."""
        return f"{self.subdir}/{self.file_name}"


def _json(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def _path_entry(file: File) -> dict[str, Any]:
    content = file.link.encode() if file.link else file.data
    entry: dict[str, Any] = {
        "_path": file.path,
        "path_type": "softlink" if file.link else "hardlink",
        "sha256": hashlib.sha256(b"" if file.link else content).hexdigest(),
        "size_in_bytes": len(content),
    }
    if PLACEHOLDER.encode() in content:
        entry |= {"file_mode": "text", "prefix_placeholder": PLACEHOLDER}
    return entry


def _index(package: Package, architecture: str) -> dict[str, Any]:
    compiled = package.subdir != "noarch"
    index: dict[str, Any] = {
        "arch": architecture if compiled else None,
        "build": package.build,
        "build_number": package.build_number,
        "constrains": list(package.constrains),
        "depends": list(package.depends),
        "license": package.license,
        "name": package.name,
        "platform": "linux" if compiled else None,
        "subdir": package.subdir,
        "timestamp": package.timestamp * 1000,
        "version": package.version,
    }
    return index | ({"noarch": package.noarch} if package.noarch else {})


def _tar(members: Mapping[str, File], mtime: int) -> memoryview:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for path, file in sorted(members.items()):
            header = tarfile.TarInfo(path)
            header.mtime = mtime
            header.mode = 0o755 if file.executable else 0o644
            if file.link:
                header.type, header.linkname, header.mode = tarfile.SYMTYPE, file.link, 0o777
            else:
                header.size = len(file.data)
            archive.addfile(header, io.BytesIO(file.data))
    return stream.getbuffer()


def _store(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    archive.writestr(zipfile.ZipInfo(name, ZIP_EPOCH), data)


def write(package: Package, channel: Path, architecture: str) -> Record:
    """Write the package to its place in the channel, whole or not at all; the same package gives the same bytes.

    Raises OSError.
    """
    paths = {
        "paths": [_path_entry(file) for file in sorted(package.files, key=lambda file: file.path)],
        "paths_version": 1,
    }
    index = _index(package, architecture)
    digest = hashlib.sha256(_json([index, paths, dict(package.about)]) + b"".join(package.info.values())).hexdigest()[
        :7
    ]
    index["build"] = package.build.format(hash=digest)
    info = {
        "about.json": _json(dict(package.about) | {"license": package.license}),
        "index.json": _json(index),
        "paths.json": _json(paths),
        **package.info,
    }
    stem = f"{package.name}-{package.version}-{index['build']}"
    target = channel / package.subdir / f"{stem}.conda"
    parts = {
        "pkg": {file.path: file for file in package.files},
        "info": {f"info/{name}": File(name, data) for name, data in info.items()},
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        _store(archive, "metadata.json", b'{"conda_pkg_format_version": 2}')
        for kind, members in parts.items():
            _store(archive, f"{kind}-{stem}.tar.zst", compress(_tar(members, package.timestamp), LEVEL))
    content = stream.getvalue()
    target.parent.mkdir(parents=True, exist_ok=True)
    write_whole(target, content)
    sums = {
        "md5": hashlib.md5(content, usedforsecurity=False).hexdigest(),
        "sha256": hashlib.sha256(content).hexdigest(),
        "size": len(content),
    }
    return Record(package.subdir, target.name, index | sums)
