# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""Makes the root directory of an environment image: what makes hosts' environments makes this one, for another place.

What would tell when, where and from which package cache it was made is left out, so that the same packages make the same files.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import replace
from pathlib import Path

from .._conda.changes import pip, records
from .._conda.changes.change import Change, FindEngine, Target
from .._conda.changes.contents import read_contents
from .._conda.changes.difference import Policy, compare
from .._conda.changes.guards import ChangeError, check_room, with_next_step
from .._conda.changes.plan import package_line
from .._conda.engines.interface import EngineError
from .._conda.installed.ownership import python_packages_of
from .._conda.installed.prefix import Prefix
from .._conda.installed.unowned import unowned_files
from .description import WHEELS, Made, Wanted, lock_digest
from .layer import TIME

# What a record says of the package cache, which no image has, and what it only knows of a package that was not in the cache.
OF_THE_CACHE = ("extracted_package_dir", "package_tarball_full_path", "link", "md5", "size")
REQUIREMENTS = "requirements.txt"
"""In the directory of the wheels: what pip is to install of them, empty where that is nothing."""


def planned(wanted: Wanted, root: str, target: Target, find_engine: FindEngine, lock: tuple[int, ...] = ()) -> Change:
    """Return the change that makes the environment below the directory ``root``, which need not exist."""
    place = replace(target, prefix=root + wanted.home, home=wanted.home)
    return Change(wanted.environment, place, Policy(), find_engine, lock)


def make_tree(wanted: Wanted, root: str, target: Target, find_engine: FindEngine, lock: int) -> Made:
    """Make ``root`` hold the environment and its wheels; raises a CondaError, and then what there is of it is of no use."""
    try:
        with planned(wanted, root, target, find_engine, (lock,)) as change:
            session, solution = change.whole()
            check_room(solution, change.target.prefix, target.package_cache)
            session.install()
            _complete(change)
            pins, wheels = _fetch_wheels(wanted, change, Path(root + WHEELS, wanted.name))
            _move_home(change.prefix.path, wanted.home)
    except (EngineError, OSError, ValueError) as error:
        raise ChangeError(with_next_step(str(error), root)) from error
    return Made(tuple(sorted(map(package_line, solution))), pins, lock_digest(solution, wheels))


def _complete(change: Change) -> None:
    """What stands in ``conda-meta`` beside the engine's records; and a look whether all is there."""
    wanted, prefix = replace(change.wanted, pip=()), Prefix(change.target.prefix)
    requested = records.requested_by(wanted, {}, prefix)
    records.complete_records(str(prefix.path), requested)
    records.write_history(prefix, "", wanted, requested, now=TIME)
    if wanted.variables:
        records.write_variables(str(prefix.path), wanted.variables, ())
    for path in prefix.path.glob("conda-meta/*.json"):
        record = json.loads(path.read_text(encoding="utf-8"))
        kept = {key: value for key, value in record.items() if key not in OF_THE_CACHE}
        path.write_text(json.dumps(kept, indent=2, ensure_ascii=False), encoding="utf-8")
    unmet = compare(wanted, read_contents(prefix), Policy())
    if unmet:
        raise ChangeError(f"{wanted.name} is not as described after everything was done: {', '.join(unmet.why)}")


def _fetch_wheels(wanted: Wanted, change: Change, directory: Path) -> tuple[tuple[str, ...], list[tuple[str, str]]]:
    """Return what pip is to install in the image, and the wheels as (file, sha256); pip works in the tree and leaves it alone."""
    directory.mkdir(parents=True)
    pins: tuple[str, ...] = ()
    prefix, asked = str(change.prefix.path), wanted.environment.pip
    if asked:
        there, complete = python_packages_of(Prefix(prefix)), wanted.environment.pip_complete
        pins = pip.fetch_wheels(prefix, asked, there, str(directory), complete, change.inherit)
    wheels = [(path.name, hashlib.sha256(path.read_bytes()).hexdigest()) for path in directory.iterdir()]
    (directory / REQUIREMENTS).write_text("".join(pin + "\n" for pin in pins), encoding="utf-8")
    return pins, wheels


def _move_home(prefix: Path, home: str) -> None:
    """What scripts of packages made leads to where they ran. Packages' own files do not."""
    here, there = os.fsencode(str(prefix)), home.encode()
    for path in (prefix / name for name in unowned_files(prefix)):
        if path.is_symlink():
            leads_to = os.readlink(str(path))
            if leads_to.startswith(str(prefix)):
                path.unlink()
                path.symlink_to(home + leads_to[len(str(prefix)) :])
        elif here in path.read_bytes():
            _rewrite(path, here, there)


def _rewrite(path: Path, here: bytes, there: bytes) -> None:
    content = path.read_bytes()
    if b"\0" in content:
        raise ChangeError(
            f"a package's script made {path}, which names the directory that it was made in and is no text, so it would be "
            "wrong in an image; leave that package out"
        )
    path.write_bytes(content.replace(here, there))
