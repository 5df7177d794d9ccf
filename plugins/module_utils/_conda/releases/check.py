# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""What a release has to pass before anybody's environment leads to it."""

from __future__ import annotations

import json
import os
import re
import typing as t
from pathlib import Path

from ..changes.guards import ChangeError
from ..installed.files import missing_files
from ..installed.integrity import altered_files
from ..installed.ownership import python_packages_of
from ..installed.prefix import Prefix, record_path
from ..installed.python_package import site_packages
from ..process import clean_environment, run
from ..scratch import scratch_directory
from ..specs.python_name import normalized_name

CHECKS = ("files", "pip", "imports")
# Seconds that all imports, and that pip check, may take.
TIMEOUT = 600.0
MODULE = re.compile(r"lib/python[^/]+/site-packages/([A-Za-z][A-Za-z0-9_]*)(?:/__init__\.py|\.py|\.[^/]*so|\.so)$")
# What packages leave in site-packages by mistake.
NO_MODULES = {
    "test",
    "tests",
    "testing",
    "doc",
    "docs",
    "example",
    "examples",
    "benchmarks",
    "scripts",
    "tools",
    "setup",
}
IMPORT = """
import importlib, sys
for name in sys.argv[1:]:
    print(name, flush=True)
    importlib.import_module(name)
print("benchwright: all imported")
"""


def check_release(
    release: Path, asked_for: t.Collection[str], checks: t.Collection[str], inherit: t.Sequence[int] = ()
) -> list[str]:
    """Raise :class:`ChangeError` for the first check that fails; return what is no error and should be known.

    :param asked_for: names of packages, conda's and pip's, whose modules are imported.
    :param inherit: descriptors that children keep open, so that an orphan keeps the lock.
    """
    if "files" in checks:
        _check_files(release)
    warnings = _check_pip(release, inherit) if "pip" in checks else []
    if "imports" in checks:
        _check_imports(release, asked_for, inherit)
    return warnings


def _check_files(release: Path) -> None:
    for kind, found in (("missing", missing_files(release)), ("not what its record says", altered_files(release))):
        for name, paths in sorted(found.items()):
            more = f" (with {len(paths) - 1} more of {name})" if paths[1:] else ""
            raise ChangeError(
                f"{paths[0]} of package {name} is {kind} in the new release{more}; nothing was switched. Run again, and if "
                "it comes back remove the package from the package cache"
            )


def _check_pip(release: Path, inherit: t.Sequence[int]) -> list[str]:
    """pip's complaints among conda's packages are conda's to judge, and it did; they are only told."""
    packages = python_packages_of(Prefix(str(release)))
    if not any(package.name == "pip" for package in packages):
        return []
    command = [_python(release), "-I", "-m", "pip", "--disable-pip-version-check", "check"]
    done = run(command, _environment(), TIMEOUT, inherit)
    complaints = [line for line in done.stdout.splitlines() if " " in line] if done.returncode else []
    own = {package.name for package in packages if package.installer != "conda"}
    grave = [line for line in complaints if own & {normalized_name(word.strip(".,")) for word in line.split()}]
    if grave:
        raise ChangeError(
            f"what pip installed does not fit together: {'; '.join(grave)}; nothing was switched. Mend the 'pip' part, or "
            "leave 'pip' out of 'checks'"
        )
    return [f"pip check: {line}" for line in complaints]


def _check_imports(release: Path, asked_for: t.Collection[str], inherit: t.Sequence[int]) -> None:
    modules = sorted({*_modules_of_conda(release, asked_for), *_modules_of_pip(release, asked_for)} - NO_MODULES)
    if not os.path.exists(_python(release)):
        return
    while modules:
        failed, dummy = _import(release, modules, inherit)
        if not failed:
            return
        # Another one may have been in its way, and nobody imports them all.
        alone, reason = _import(release, [failed], inherit)
        if alone:
            raise ChangeError(
                f"{failed} cannot be imported in the new release ({reason}); nothing was switched. Mend the description, or "
                "leave 'imports' out of 'checks'"
            )
        modules = modules[modules.index(failed) + 1 :]


def _import(release: Path, modules: t.Sequence[str], inherit: t.Sequence[int]) -> tuple[str, str]:
    """Import modules in one process; return the one that failed and why, empty where none did."""
    with scratch_directory() as scratch:
        # What a module writes elsewhere when it is imported for the first time is not wanted. What Python compiles is: users
        # who may not write there would have it compiled at each start.
        environment = {**_environment(), **dict.fromkeys(("HOME", "MPLCONFIGDIR", "XDG_CACHE_HOME"), scratch.path)}
        command = [_python(release), "-I", "-c", IMPORT, *modules]
        done = run(command, environment, TIMEOUT, [*inherit, scratch.descriptor])
    if done.returncode == 0 and done.stdout.endswith("benchwright: all imported\n"):
        return "", ""
    began = [line for line in done.stdout.splitlines() if line in modules]
    reason = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
    return began[-1] if began else modules[0], reason


def _modules_of_conda(release: Path, names: t.Collection[str]) -> t.Iterator[str]:
    for package in Prefix(str(release)).records():
        if package.name in names:
            yield from _modules(json.loads(record_path(release, package).read_bytes()).get("files") or ())


def _modules_of_pip(release: Path, names: t.Collection[str]) -> t.Iterator[str]:
    for site in site_packages(release):
        for record in site.glob("*.dist-info/RECORD"):
            if normalized_name(record.parent.name.rsplit("-", 2)[0]) in names:
                text = record.read_text(encoding="utf-8", errors="replace")
                yield from _modules("lib/python3/site-packages/" + line.partition(",")[0] for line in text.splitlines())


def _modules(files: t.Iterable[str]) -> t.Iterator[str]:
    return (match.group(1) for match in map(MODULE.match, files) if match)


def _python(release: Path) -> str:
    return str(release / "bin/python")


def _environment() -> dict[str, str]:
    return {**clean_environment(), "LC_ALL": "C.UTF-8", "MPLBACKEND": "Agg"}
