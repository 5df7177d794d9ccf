"""A stand-in for Miniconda where its host is not reached: an installer to be run with ``bash``, and the ``conda`` that it installs.

What it installs is real, a Python with its packages below ``pkgs`` and hard links to them in the prefix. Its conda solves and links with
py-rattler, keeps the archives that it fetched and compiles modules, as conda does. It is smaller than Miniconda, whose base has some 100
packages more.
"""

from __future__ import annotations

import io
import json
import sysconfig
import tarfile
import zipfile
from pathlib import Path

from support.installer_stand_in import HERE, python_and_its_dependencies

from benchwright.channel import zstd

HEADER = """\
#!/bin/sh
# bash Miniconda.sh -b [-p PREFIX]
set -eu
prefix=$HOME/miniconda3
[ "${2-}" != -p ] || prefix=$3
mkdir -p "$prefix" "$HOME/.conda"
tail -n +12 "$0" | tar -x -C "$prefix"
for home in "$prefix"/pkgs/python-3.*; do :; done
PYTHONHOME=$home "$home"/bin/python3.* -B "$prefix/.bootstrapper.py" install --file "$prefix/conda-meta/explicit.txt" -yp "$prefix"
rm "$prefix/.bootstrapper.py"; sed -i "1s|.*|#!$prefix/bin/python|" "$prefix/bin/conda"
exit 0
"""
CONDA = '''#!python
import asyncio, compileall, os, shutil, sys, urllib.request
from pathlib import Path
import rattler

async def install(channel, specs):
    """As ``conda install -y --channel CHANNEL SPEC...`` into base."""
    prefix, cache = Path(sys.prefix), Path(sys.prefix, "pkgs")
    there = [rattler.PrefixRecord.from_path(path) for path in (prefix / "conda-meta").glob("*.json")]
    records = await rattler.solve([rattler.Channel(channel)], specs=[*specs, "python"], virtual_packages=rattler.VirtualPackage.detect())
    await rattler.install(records, prefix, cache_dir=cache, installed_packages=there, show_progress=False)
    # conda compiles what is noarch when it links it; other packages of its channels bring theirs compiled
    compileall.compile_dir(os.path.dirname(os.__file__), quiet=2, workers=0)
    for record in records:
        target = cache / record.file_name
        if not target.exists() and not list(cache.glob(f"*/{record.file_name}")):
            with urllib.request.urlopen(record.url) as source, target.open("wb") as file:
                shutil.copyfileobj(source, file)

def clean():
    """As ``conda clean -afy``."""
    shutil.rmtree(Path(sys.prefix, "pkgs"))

words = sys.argv[1:]
if words[:1] == ["clean"]:
    clean()
else:
    asyncio.run(install(words[words.index("--channel") + 1], words[words.index("--channel") + 2 :]))
'''


def write_installer(path: Path, channel: Path) -> None:
    """Write it, with the Python of the channel in this directory."""
    packages = python_and_its_dependencies(channel)
    rattler = Path(sysconfig.get_path("purelib"), "rattler")
    with tarfile.open(path.with_suffix(".tar"), "w") as archive:
        names = []
        for package in packages:
            names.append(package.name.removesuffix(".conda"))
            _unpack(package, f"pkgs/{names[-1]}", archive)
        explicit = "@EXPLICIT\n" + "".join(f"{name}\n" for name in names)
        files = {"conda-meta/explicit.txt": explicit, "conda-meta/history": "", "bin/conda": CONDA}
        for name, text in {**files, ".bootstrapper.py": (HERE / "bootstrapper.py").read_text()}.items():
            _add(archive, name, text.encode())
        version = next(name for name in names if name.startswith("python-3")).split("-")[1].rpartition(".")[0]
        archive.add(rattler, f"lib/python{version}/site-packages/rattler", filter=_owned_by_root)
    with path.open("wb") as installer:
        installer.write(HEADER.encode())
        installer.write(path.with_suffix(".tar").read_bytes())
    path.with_suffix(".tar").unlink()


def _unpack(package: Path, target: str, archive: tarfile.TarFile) -> None:
    with zipfile.ZipFile(package) as parts:
        for part in sorted(name for name in parts.namelist() if name.endswith(".tar.zst")):
            with tarfile.open(fileobj=io.BytesIO(zstd.library().decompress(parts.read(part)))) as members:
                for member in members:
                    content = members.extractfile(member) if member.isfile() else None
                    member.name = f"{target}/{member.name}"
                    archive.addfile(_owned_by_root(member), content)


def _owned_by_root(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = "root"
    return member


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), 0o755
    archive.addfile(member, io.BytesIO(content))


def packages_in(records: list[str]) -> set[str]:
    """The packages of conda's records, as name, version and build."""
    return {" ".join(json.loads(record)[key] for key in ("name", "version", "build")) for record in records}
