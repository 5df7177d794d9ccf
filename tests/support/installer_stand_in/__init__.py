"""Stand-ins for the installers of Miniforge, Miniconda and micromamba, made of a channel's packages.

They behave as those made by conda's ``constructor`` (its ``header.sh`` was compared flag by flag) in every flag, failure and
file that the role ``miniconda`` touches. What they unpack is real: packages with records, a Python that runs.
``tests/unit/support/test_installer_stand_in.py`` says how they behave.
"""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
import tempfile
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchwright.channel import package, zstd

from . import elf

HERE = Path(__file__).parent
NAMES = {"miniforge": "Miniforge3", "miniconda": "Miniconda3"}
PLATFORMS = {"x86_64": "linux-64", "aarch64": "linux-aarch64", "ppc64le": "linux-ppc64le"}
CONDARC = {"miniforge": "channels:\n  - conda-forge\n", "miniconda": ""}
PYTHON = '#!/bin/sh\nexec /usr/bin/python3 "$@"\n'


def build_installer(
    directory: Path,
    packages: Iterable[Path] = (),
    distribution: str = "miniforge",
    version: str = "26.3.2-3",
    machine: str = "x86_64",
) -> Path:
    """Write ``Miniforge3-VERSION-Linux-MACHINE.sh`` (or Miniconda3) and its ``.sha256`` into ``directory``; returns its path.

    ``packages`` are .conda files. Without a package ``python``, base gets one that starts the system's.
    """
    members = {path.name.removesuffix(".conda"): _unpacked(path) for path in packages}
    with tempfile.TemporaryDirectory() as scratch:
        own = [_conda_package(version.rpartition("_")[2].partition("-")[0])]
        if not any(name.startswith("python-") for name in members):
            own.append(_package("python", "3.13.9", {"bin/python": PYTHON}))
        for made in own:
            path = Path(scratch) / str(package.write(made, Path(scratch), machine))
            members[path.name.removesuffix(".conda")] = _unpacked(path)
    content = _assembled(members, distribution, version, PLATFORMS[machine])
    name = f"{NAMES[distribution]}-{version}-Linux-{machine}.sh"
    return _published(directory / name, content)


def build_micromamba(directory: Path, machine: str = "x86_64", version: str = "2.8.1", archive: bool = False) -> Path:
    """Write ``micromamba-linux-64`` or, as an archive, ``micromamba-linux-64.tar.bz2``, and its ``.sha256``; returns its path."""
    program = elf.program((HERE / "micromamba.sh").read_text().replace("@VERSION@", version), machine)
    name = f"micromamba-{PLATFORMS[machine]}"
    if not archive:
        return _published(directory / name, program)
    return _published(directory / f"{name}.tar.bz2", _tar({"bin/micromamba": (program, 0o755)}, "w:bz2"))


def _published(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    path.with_name(f"{path.name}.sha256").write_text(f"{digest}  ./{path.name}\n")
    return path


def _conda_package(version: str) -> package.Package:
    files = {
        "bin/conda": "#!/bin/sh\nexec '@PREFIX@/bin/python' '@PREFIX@/share/conda_stand_in/conda.py' \"$@\"\n",
        "condabin/conda": "#!/bin/sh\nexec '@PREFIX@/bin/conda' \"$@\"\n",
        "etc/profile.d/conda.sh": (HERE / "conda.sh").read_text(),
    }
    placed = {path: text.replace("@PREFIX@", package.PLACEHOLDER) for path, text in files.items()}
    own = {f"share/conda_stand_in/{name}": (HERE / name).read_text() for name in ("block.txt", "conda.py")}
    return _package("conda", version, {**placed, **own}, ("python",))


def _package(name: str, version: str, files: dict[str, str], depends: Sequence[str] = ()) -> package.Package:
    return package.Package(
        name=name,
        version=version,
        build="0",
        subdir="noarch",
        depends=tuple(depends),
        files=tuple(package.File(path, text.encode(), "bin/" in path) for path, text in files.items()),
        timestamp=1_700_000_000,
        license="GPL-3.0-or-later",
        noarch="generic",
    )


def _unpacked(path: Path) -> bytes:
    """A .conda file as one tar.gz."""
    joined = io.BytesIO()
    with zipfile.ZipFile(path) as parts, tarfile.open(fileobj=joined, mode="w:gz", compresslevel=1) as archive:
        for part in sorted(name for name in parts.namelist() if name.endswith(".tar.zst")):
            with tarfile.open(fileobj=io.BytesIO(zstd.library().decompress(parts.read(part)))) as members:
                for member in members:
                    archive.addfile(member, members.extractfile(member) if member.isfile() else None)
    return joined.getvalue()


def _tar(files: dict[str, tuple[bytes, int]], mode: str) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=mode) as archive:  # type: ignore[call-overload]
        for name, (content, permissions) in files.items():
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(content), permissions
            archive.addfile(member, io.BytesIO(content))
    return stream.getvalue()


def _assembled(members: dict[str, bytes], distribution: str, version: str, platform: str) -> bytes:
    explicit = "@EXPLICIT\n" + "".join(f"{name}\n" for name in members)
    before = {"conda-meta/initial-state.explicit.txt": (explicit.encode(), 0o644), "conda-meta/history": (b"", 0o644)}
    after = {".condarc": (CONDARC[distribution].encode(), 0o644)} if CONDARC[distribution] else {}
    packages = _tar(
        {
            "preconda.tar.bz2": (_tar(before, "w:bz2"), 0o644),
            "postconda.tar.bz2": (_tar(after, "w:bz2"), 0o644),
            **{f"pkgs/{name}.tar.gz": (content, 0o644) for name, content in members.items()},
        },
        "w",
    )
    bootstrapper = b"#!/usr/bin/env python3\n" + (HERE / "bootstrapper.py").read_bytes()
    values = {
        "NAME": NAMES[distribution],
        "VERSION": version,
        "PLATFORM": platform,
        "MD5": hashlib.md5(bootstrapper + packages, usedforsecurity=False).hexdigest(),
        "DEFAULT": NAMES[distribution].lower(),
        "KEEP_PKGS": "1",
        "SIZE_KB": str(6 * len(packages) // 1024),
        "BOOTSTRAPPER": str(len(bootstrapper)),
        "PACKAGES_FROM": str(len(bootstrapper) + 1),
    }
    header = (HERE / "header.sh").read_text()
    for key, value in values.items():
        header = header.replace(f"@{key}@", value)
    return header.encode() + bootstrapper + packages


def python_and_its_dependencies(channel: Path) -> list[Path]:
    """The .conda files of python and of what it needs, of a channel in a directory."""
    records = {}
    for index in channel.glob("*/repodata.json"):
        for name, record in json.loads(index.read_bytes())["packages.conda"].items():
            records[record["name"]] = (index.parent / name, record["depends"])
    found: dict[str, Path] = {}
    wanted = ["python"]
    while wanted:
        name = wanted.pop().split(" ")[0]
        if name not in found and name in records:
            found[name] = records[name][0]
            wanted += records[name][1]
    return list(found.values())
