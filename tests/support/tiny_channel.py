"""A real conda channel of tiny packages, made in a moment, and the ways to spoil it."""

from __future__ import annotations

import bz2
import hashlib
import io
import json
import shutil
import tarfile
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

from benchwright.channel import package, zstd
from benchwright.whole_file import write_whole

from .channel_server import Served, serve

Extension = Literal[".conda", ".tar.bz2"]
TABLES = {".conda": "packages.conda", ".tar.bz2": "packages"}
SUBDIRS = ("noarch", "linux-64")
TIMESTAMP = 1_700_000_000


class TinyChannel:
    """A channel in a directory. Every package holds at least ``share/<name>/version.txt``."""

    def __init__(self, path: Path) -> None:
        self.path = path
        for subdir in SUBDIRS:
            if not (path / subdir / "repodata.json").exists():
                self._write_repodata(subdir, {"packages": {}, "packages.conda": {}})

    @property
    def url(self) -> str:
        """As conda prints it: spaces and the like are quoted."""
        return "file://" + quote(str(self.path.absolute()))

    def add(
        self,
        name: str,
        version: str = "1.0",
        build: str | None = None,
        build_number: int = 0,
        depends: Sequence[str] = (),
        constrains: Sequence[str] = (),
        files: Mapping[str, bytes] | None = None,
        subdir: str = "noarch",
        license: str = "",
        extension: Extension = ".conda",
    ) -> dict[str, Any]:
        """Pack and publish one package; returns its record, with ``url`` and ``fn``. ``build`` is the number by default.

        Files may hold ``package.PLACEHOLDER``, which becomes the prefix. The same call gives the same bytes.
        """
        contents = {f"share/{name}/version.txt": f"{name} {version}\n".encode(), **(files or {})}
        made = package.Package(
            name=name,
            version=version,
            build=str(build_number) if build is None else build,
            build_number=build_number,
            subdir=subdir,
            depends=tuple(depends),
            constrains=tuple(constrains),
            files=tuple(
                package.File(path, data, executable=path.startswith(("bin/", "condabin/")))
                for path, data in contents.items()
            ),
            timestamp=TIMESTAMP,
            license=license,
            noarch="generic" if subdir == "noarch" else "",
        )
        with tempfile.TemporaryDirectory() as scratch:
            written = package.write(made, Path(scratch), "x86_64")
            content = (Path(scratch) / str(written)).read_bytes()
        if extension == ".tar.bz2":
            content = _as_tar_bz2(content)
        target = self.path / subdir / (written.file_name.removesuffix(".conda") + extension)
        target.parent.mkdir(parents=True, exist_ok=True)
        write_whole(target, content)
        entry = {**written.entry, **_sums(content)}
        self._edit(subdir, lambda tables: tables[TABLES[extension]].update({target.name: entry}))
        return {**entry, "fn": target.name, "url": f"{self.url}/{subdir}/{target.name}", "channel": self.url}

    def remove(self, name: str, version: str | None = None) -> list[str]:
        """Take the package (all its versions by default) out of the index and the directory; returns its files' names."""
        gone = [
            (subdir, file_name)
            for subdir, file_name, entry in self._entries()
            if entry["name"] == name and version in (None, entry["version"])
        ]
        for subdir, file_name in gone:
            self._edit(subdir, lambda tables, file_name=file_name: [tables[key].pop(file_name, 0) for key in tables])
            (self.path / subdir / file_name).unlink(missing_ok=True)
        return [file_name for dummy, file_name in gone]

    def package_file(self, name: str, version: str | None = None) -> Path:
        """The one file of that package. Raises LookupError where there is none or more than one."""
        found = [
            self.path / subdir / file_name
            for subdir, file_name, entry in self._entries()
            if entry["name"] == name and version in (None, entry["version"])
        ]
        if len(found) != 1:
            raise LookupError(f"{self.path} holds {len(found)} packages {name} {version or ''}: name one version")
        return found[0]

    def truncate_repodata(self, subdir: str = "noarch") -> None:
        """Leave the first half of the index, as a writer that was killed would."""
        path = self.path / subdir / "repodata.json"
        content = path.read_bytes()
        path.write_bytes(content[: len(content) // 2])

    def remove_repodata(self, subdir: str = "noarch") -> None:
        """The subdir is there, its index is not."""
        (self.path / subdir / "repodata.json").unlink()

    def corrupt_package(self, name: str, version: str | None = None) -> Path:
        """Change one byte in the middle; the size stays, the index still holds the digests of the sound file."""
        path = self.package_file(name, version)
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 0xFF
        path.write_bytes(bytes(content))
        return path

    def truncate_package(self, name: str, version: str | None = None) -> Path:
        """Leave the first half of the package."""
        path = self.package_file(name, version)
        content = path.read_bytes()
        path.write_bytes(content[: len(content) // 2])
        return path

    def replace_package(self, name: str, files: Mapping[str, bytes], version: str | None = None) -> Path:
        """Put a sound package with other contents in its place: only the index's digests tell."""
        path = self.package_file(name, version)
        tables = {subdir: self._tables(subdir) for subdir in self._subdirs()}
        entry = next(entry for dummy, file_name, entry in self._entries() if file_name == path.name)
        extension: Extension = ".conda" if path.suffix == ".conda" else ".tar.bz2"
        fields = ("name", "version", "build", "build_number", "depends", "constrains", "subdir", "license")
        self.add(**{key: entry[key] for key in fields}, files=files, extension=extension)
        for subdir, kept in tables.items():
            self._write_repodata(subdir, kept)
        return path

    def destroy(self) -> None:
        """Remove the channel's directory."""
        shutil.rmtree(self.path)

    def serve(self, user: str = "", password: str = "", token: str = "") -> AbstractContextManager[Served]:
        """Serve it over HTTP on 127.0.0.1 while the block runs; see :func:`support.channel_server.serve`."""
        return serve(self.path, user, password, token)

    def _subdirs(self) -> list[str]:
        return sorted(path.parent.name for path in self.path.glob("*/repodata.json"))

    def _tables(self, subdir: str) -> dict[str, dict[str, Any]]:
        path = self.path / subdir / "repodata.json"
        content = json.loads(path.read_bytes()) if path.exists() else {}
        return {key: content.get(key, {}) for key in TABLES.values()}

    def _entries(self) -> list[tuple[str, str, dict[str, Any]]]:
        return [
            (subdir, file_name, entry)
            for subdir in self._subdirs()
            for table in self._tables(subdir).values()
            for file_name, entry in table.items()
        ]

    def _edit(self, subdir: str, change: Any) -> None:
        tables = self._tables(subdir)
        change(tables)
        self._write_repodata(subdir, tables)

    def _write_repodata(self, subdir: str, tables: Mapping[str, Any]) -> None:
        content = {"info": {"subdir": subdir}, **tables, "removed": [], "repodata_version": 1}
        (self.path / subdir).mkdir(parents=True, exist_ok=True)
        write_whole(self.path / subdir / "repodata.json", json.dumps(content, sort_keys=True).encode())


def _sums(content: bytes) -> dict[str, Any]:
    return {
        "md5": hashlib.md5(content, usedforsecurity=False).hexdigest(),
        "sha256": hashlib.sha256(content).hexdigest(),
        "size": len(content),
    }


def _as_tar_bz2(package: bytes) -> bytes:
    """The older format of a .conda file: one archive for info/ and the contents."""
    joined = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as parts, tarfile.open(fileobj=joined, mode="w") as archive:
        for part in sorted(name for name in parts.namelist() if name.endswith(".tar.zst")):
            with tarfile.open(fileobj=io.BytesIO(zstd.library().decompress(parts.read(part)))) as members:
                for member in members:
                    archive.addfile(member, members.extractfile(member) if member.isfile() else None)
    return bz2.compress(joined.getvalue())
