"""The shared libraries that Debian's CPython needs, as conda packages: found by following what each file asks for."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from . import elf
from .apt import Apt, Deb, extract
from .errors import ChannelError
from .package import File, Package
from .target import Target

# Sonames of glibc, which is the host's in every conda environment.
GLIBC = re.compile(r"(libc|libm|libdl|libpthread|librt|libutil|libresolv|libanl|ld-linux-[\w-]+)\.so\.\d+")
# Normally conda-forge's name is that of Debian's source package.
CONDA_NAMES = {
    "expat": "libexpat",
    "libzstd": "zstd",
    "sqlite3": "libsqlite",
    "util-linux": "libuuid",
    "xz-utils": "liblzma",
    "zlib": "libzlib",
}


@dataclass
class Library:
    """One conda package to be: everything that is used of one Debian source package."""

    name: str
    version: str
    stage: Path
    debs: list[Deb] = field(default_factory=list)

    @property
    def spec(self) -> str:
        # The sonames differ from those of conda-forge's builds, so no other version may take its place.
        return f"{self.name} =={self.version}"


def glibc_spec(debs: Iterable[Deb]) -> str:
    """The match spec of the oldest glibc that all these packages run with."""
    versions = [
        relation.version for deb in debs for relation in deb.depends if relation.name == "libc6" and relation.version
    ]
    newest = max((tuple(map(int, version.split("-")[0].split("."))) for version in versions), default=(2, 17))
    return f"__glibc >={'.'.join(map(str, newest))}"


def sonames_needed(paths: Iterable[Path]) -> set[str]:
    """What these files ask for besides glibc."""
    return {name for path in paths for name in elf.needed(path) if not GLIBC.fullmatch(name)}


def find(
    apt: Apt, owners: list[Deb], needed: set[str], work: Path, progress: Callable[[str], None]
) -> dict[str, Library]:
    """Soname -> its library, staged below `work`, for all of `needed` and what those need; raises ChannelError."""
    libraries: dict[str, Library] = {}
    provided: dict[str, tuple[Deb, Path]] = {}
    resolved: dict[str, Library] = {}
    frontier, missing = owners, set(needed)
    while missing:
        names = {relation.name for deb in frontier for relation in deb.depends}
        frontier = [deb for deb in apt.show(sorted(names)) if deb.section.endswith("libs") and not _of_the_host(deb)]
        new = {
            soname: (deb, path)
            for deb, path, soname in _unpack(apt, frontier, work, progress)
            if soname not in provided
        }
        if not new:
            raise ChannelError(
                f"no dependency of Debian's CPython has {', '.join(sorted(missing))}; this is a defect: report it"
            )
        provided |= new
        while found := missing & provided.keys():
            for soname in sorted(found):
                deb, path = provided[soname]
                library = libraries.setdefault(deb.source, _library(deb, work))
                if deb not in library.debs:
                    library.debs.append(deb)
                resolved[soname] = library
                _stage(path, library.stage / "lib")
                missing |= sonames_needed([path])
            missing -= resolved.keys()
    return resolved


def _of_the_host(deb: Deb) -> bool:
    return deb.source == "glibc" or deb.source.startswith("gcc-")


def _library(deb: Deb, work: Path) -> Library:
    name = CONDA_NAMES.get(deb.source, deb.source)
    return Library(name, deb.upstream, work / "stage" / name)


def _unpack(apt: Apt, debs: list[Deb], work: Path, progress: Callable[[str], None]) -> Iterable[tuple[Deb, Path, str]]:
    """Every shared object in a directory that the dynamic linker searches, with its soname."""
    paths = apt.fetch(debs, progress)
    for deb in debs:
        root = work / "debs" / deb.name
        extract(paths[deb.name], root)
        for file in sorted(root.glob("**/*-linux-gnu*/*.so*")):
            if elf.is_elf(file):
                yield deb, file, elf.soname(file)


def _stage(path: Path, directory: Path) -> None:
    """Copy a shared object, under the name that others ask for as well."""
    directory.mkdir(parents=True, exist_ok=True)
    soname = elf.soname(path)
    shutil.copy2(path, directory / path.name)
    elf.set_search_path(directory / path.name, "$ORIGIN")
    if soname != path.name:
        (directory / soname).symlink_to(path.name)


def collect(stage: Path) -> tuple[File, ...]:
    """The staged tree as members of a package."""
    files = []
    for path in sorted(stage.rglob("*")):
        name = str(path.relative_to(stage))
        if path.is_symlink():
            files.append(File(name, link=str(path.readlink())))
        elif path.is_file():
            files.append(File(name, path.read_bytes(), bool(path.stat().st_mode & 0o111)))
    return tuple(files)


def newest_member(roots: Iterable[Path]) -> int:
    """When the newest of the unpacked files was made, in seconds; Debian's builds fix these times."""
    return max(int(path.lstat().st_mtime) for root in roots for path in root.rglob("*") if not path.is_dir())


def licenses(debs: Iterable[Deb], work: Path) -> dict[str, bytes]:
    """Debian's copyright files, for info/licenses."""
    found = {deb.name: work / "debs" / deb.name / "usr/share/doc" / deb.name / "copyright" for deb in debs}
    return {f"licenses/{name}/copyright": path.read_bytes() for name, path in found.items() if path.is_file()}


def package(library: Library, resolved: dict[str, Library], target: Target, work: Path) -> Package:
    """The conda package of one staged library."""
    programs = [path for path in library.stage.rglob("*") if elf.is_elf(path)]
    others = {resolved[soname].spec for soname in sonames_needed(programs)} - {library.spec}
    return Package(
        name=library.name,
        version=library.version,
        build="h{hash}_0",
        subdir=target.subdir,
        depends=(*sorted(others), glibc_spec(library.debs)),
        files=collect(library.stage),
        timestamp=newest_member(work / "debs" / deb.name for deb in library.debs),
        license="see info/licenses",
        about={"summary": f"Debian's {', '.join(f'{deb.name} {deb.version}' for deb in library.debs)}"},
        info=licenses(library.debs, work),
    )
