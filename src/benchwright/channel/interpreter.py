"""Debian's CPython as conda packages: taken apart, made relocatable, given upstream's layout, and tried."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from . import elf, libraries
from .apt import Apt, Deb, extract
from .errors import ChannelError
from .package import File, Package
from .target import Target, machine_subdir

DEFAULT_PYTHON = re.compile(r"python(3\.\d+)")
# Extension modules for tests, or that need libraries no conda Python has.
DROPPED = (
    "_dbm",
    "_gdbm",
    "_test",
    "_xxtestfuzz",
    "nis",
    "ossaudiodev",
    "xxlimited",
    "xxsubtype",
)
# Debian's layout is the system's: packages in dist-packages and /usr/local, no ensurepip. This is upstream's again:
# glob of the file in the standard library, what Debian wrote, what is to stand there.
PATCHES = (
    ("sysconfig*", "prefix_scheme = 'posix_local'", "prefix_scheme = 'posix_prefix'"),
    ("ensurepip/__init__.py", "\n    _ensurepip_is_disabled_in_debian_for_system()\n", "\n"),
    (
        "ensurepip/__init__.py",
        "sysconfig.get_config_var('WHEEL_PKG_DIR')",
        "os.path.join(os.path.dirname(__file__), '_bundled')",
    ),
)
# libcrypto has the path of its configuration compiled in, and a host need not have that file.
OPENSSL = """#!/bin/sh
# Debian's libcrypto reads /usr/lib/ssl/openssl.cnf, which the host need not have.
prefix=$(dirname "$(dirname "$(readlink -f "$0")")")
if [ -z "$OPENSSL_CONF" ] && [ ! -r /usr/lib/ssl/openssl.cnf ]; then
    OPENSSL_CONF=$prefix/ssl/openssl.cnf
    export OPENSSL_CONF
fi
exec "$prefix/libexec/openssl" "$@"
"""
TRIAL = """
import importlib, pathlib, site, sys, sysconfig
for path in pathlib.Path(sysconfig.get_path("stdlib"), "lib-dynload").glob("*.so"):
    importlib.import_module(path.name.partition(".")[0])
purelib = sysconfig.get_path("purelib")
assert purelib == f"{sys.prefix}/lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages", purelib
assert purelib in sys.path and purelib in site.getsitepackages(), sys.path
"""


@dataclass(frozen=True)
class Interpreter:
    """What apt has to offer: the release's default CPython and the packages that it is taken from."""

    target: Target
    debs: tuple[Deb, ...]
    wheels: tuple[Deb, ...]
    openssl: Deb

    @property
    def everything(self) -> tuple[Deb, ...]:
        return (*self.debs, *self.wheels, self.openssl)

    def is_current(self, digests: dict[str, str], apt: Apt) -> bool:
        """Whether a channel made of these Debian packages (name -> SHA256) is of what apt offers now."""
        offered = {deb.name: deb.sha256 for deb in apt.show(digests)}
        return offered == digests and {deb.name for deb in self.everything} <= digests.keys()


def locate(apt: Apt) -> Interpreter:
    """Ask apt for the release's `python3`; raises ChannelError where it has none."""
    machine, subdir = machine_subdir()
    default, libc, openssl = apt.need(["python3", "libc6", "openssl"])
    python = next((match.group(1) for item in default.depends if (match := DEFAULT_PYTHON.fullmatch(item.name))), None)
    if not python:
        raise ChannelError(
            f"apt's python3 {default.version} depends on no python3.N: the release must be Debian's or Ubuntu's own"
        )
    names = [
        f"python{python}",
        f"python{python}-minimal",
        f"libpython{python}-minimal",
        f"libpython{python}-stdlib",
        f"python{python}-venv",
    ]
    debs = apt.need(names)
    wheels = apt.need(item.name for item in debs[-1].depends if item.name.endswith("-whl"))
    target = Target(machine, subdir, debs[0].upstream, int(libc.upstream.split(".")[1]))
    return Interpreter(target, tuple(debs), tuple(wheels), openssl)


def packages(
    found: Interpreter, apt: Apt, work: Path, progress: Callable[[str], None]
) -> tuple[list[Package], dict[str, str]]:
    """Unpack, stage and try the interpreter and its libraries below `work`.

    Returns their packages, and the Debian packages they are made of, name -> SHA256. Raises ChannelError.
    """
    target = found.target
    for name, path in apt.fetch(found.everything, progress).items():
        extract(path, work / "debs" / name)
    progress(f"making CPython {target.version} relocatable")
    stage = work / "stage" / "python"
    _stage_python(found, work, stage)
    programs = [path for path in stage.rglob("*") if elf.is_elf(path)]
    shell = work / "debs" / "openssl" / "usr/bin/openssl"
    owners, needed = [*found.debs, found.openssl], libraries.sonames_needed([*programs, shell])
    resolved = libraries.find(apt, owners, needed, work, progress)
    unique = {library.name: library for library in resolved.values()}
    _stage_openssl(unique["openssl"], found.openssl, work)
    _try(stage, [library.stage / "lib" for library in unique.values()], target)
    depends = sorted({resolved[soname].spec for soname in libraries.sonames_needed(programs)})
    made = [libraries.package(library, resolved, target, work) for library in unique.values()]
    debs = {*found.everything, *(deb for library in unique.values() for deb in library.debs)}
    return (
        [*made, _python_package(found, depends, stage, work), _python_abi(target)],
        {deb.name: deb.sha256 for deb in debs},
    )


def _stage_python(found: Interpreter, work: Path, stage: Path) -> None:
    python = f"python{found.target.python}"
    standard, binary = stage / "lib" / python, stage / "bin" / python
    skipped = shutil.ignore_patterns("__pycache__", "EXTERNALLY-MANAGED", "sitecustomize.py")
    for deb in found.debs:
        source = work / "debs" / deb.name / "usr/lib" / python
        if source.is_dir():
            shutil.copytree(source, standard, symlinks=True, ignore=skipped, dirs_exist_ok=True)
    binary.parent.mkdir(parents=True)
    shutil.copy2(work / "debs" / f"{python}-minimal" / "usr/bin" / python, binary)
    for name in ("python", "python3"):
        binary.with_name(name).symlink_to(python)
    elf.set_search_path(binary, "$ORIGIN/../lib")
    for module in standard.glob("lib-dynload/*.so"):
        if module.name.partition(".")[0].startswith(DROPPED):
            module.unlink()
        else:
            elf.set_search_path(module, "$ORIGIN/../..")
    _patch(standard, binary)
    bundled = standard / "ensurepip" / "_bundled"
    bundled.mkdir()
    for wheel in (file for deb in found.wheels for file in (work / "debs" / deb.name).rglob("*.whl")):
        shutil.copy2(wheel, bundled)
    (standard / "site-packages").mkdir()
    (standard / "site-packages" / "README.txt").write_text("Packages of this environment are installed here.\n")


def _patch(standard: Path, binary: Path) -> None:
    # `site` is frozen into the interpreter, so the binary has to say the same as site.py; both names have one length.
    for path in (binary, standard / "site.py"):
        data = path.read_bytes()
        if b"dist-packages" not in data:
            raise ChannelError(f"Debian's {path.name} has no dist-packages to change; this is a defect: report it")
        path.write_bytes(data.replace(b"dist-packages", b"site-packages"))
    for pattern, old, new in PATCHES:
        paths = [path for path in (*standard.glob(pattern), *standard.glob(f"{pattern}/__init__.py")) if path.is_file()]
        changed = [path for path in paths if old in path.read_text()]
        if len(changed) != 1:
            raise ChannelError(
                f"Debian's {pattern} does not have {old.strip()!r} once; this is a defect: report it with the release"
            )
        changed[0].write_text(changed[0].read_text().replace(old, new))


def _stage_openssl(library: libraries.Library, deb: Deb, work: Path) -> None:
    source, stage = work / "debs" / deb.name, library.stage
    for directory in ("bin", "libexec", "ssl"):
        (stage / directory).mkdir()
    shutil.copy2(source / "usr/bin/openssl", stage / "libexec")
    elf.set_search_path(stage / "libexec" / "openssl", "$ORIGIN/../lib")
    shutil.copy2(source / "etc/ssl/openssl.cnf", stage / "ssl")
    (stage / "bin" / "openssl").write_text(OPENSSL)
    (stage / "bin" / "openssl").chmod(0o755)
    library.debs.append(deb)


def _try(stage: Path, library_directories: list[Path], target: Target) -> None:
    """Run the staged interpreter: all extension modules load, paths are the prefix's; then compile the library."""
    python = str(stage / "bin" / f"python{target.python}")
    # A fixed hash seed and paths relative to the prefix: the same sources give the same bytecode.
    environment = {
        "LD_LIBRARY_PATH": ":".join(map(str, library_directories)),
        "PATH": "/usr/bin:/bin",
        "PYTHONHASHSEED": "0",
    }
    compiling = [
        "-m",
        "compileall",
        "-q",
        "--invalidation-mode",
        "unchecked-hash",
        "-s",
        str(stage),
        str(stage / "lib"),
    ]
    for arguments in (["-B", "-c", TRIAL], ["-B", *compiling]):
        result = subprocess.run([python, *arguments], env=environment, capture_output=True, text=True, check=False)
        if result.returncode:
            reason = (result.stderr or result.stdout).strip().splitlines() or [f"exit status {result.returncode}"]
            raise ChannelError(
                f"Debian's CPython {target.version} does not run once moved: {reason[-1]}; this is a defect: report it"
            )


def _python_package(found: Interpreter, depends: list[str], stage: Path, work: Path) -> Package:
    target = found.target
    return Package(
        name="python",
        version=target.version,
        build="h{hash}_0_cpython",
        subdir=target.subdir,
        depends=(*depends, libraries.glibc_spec(found.debs)),
        constrains=(f"python_abi {target.python}.* *_{target.abi}",),
        files=libraries.collect(stage),
        timestamp=libraries.newest_member(work / "debs" / deb.name for deb in found.debs),
        license="Python-2.0",
        about={"summary": f"Debian's python{target.python} {found.debs[0].version}, made relocatable"},
        info=libraries.licenses(found.debs, work),
    )


def _python_abi(target: Target) -> Package:
    """What compiled packages depend on, as on conda-forge."""
    return Package(
        name="python_abi",
        version=target.python,
        build=f"0_{target.abi}",
        subdir=target.subdir,
        depends=(f"python {target.python}.* *_cpython",),
        files=(File(f"share/doc/python_abi/{target.abi}", f"{target.abi}\n".encode()),),
        timestamp=0,
        license="CC0-1.0",
    )
