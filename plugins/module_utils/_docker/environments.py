# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""Environment images: made where the engine has none of that description, and removed."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import typing as t
from pathlib import Path

from .._conda.changes.change import FindEngine, Target
from .._conda.changes.guards import check_writable
from .._conda.changes.plan import package_line
from .._conda.changes.states import remove_unused_cache
from .._conda.engines.interface import Record
from .._files import LockError, locked
from .description import DIGEST, NAME, Made, Wanted, lock_digest
from .engine import Engine, NoEngine
from .layer import tar_stream
from .tree import make_tree, planned

LOCK = ".lock"
Answer = t.Dict[str, t.Any]


class Workshop:
    """Where environment images are made on a host. One run at a time works there, and its children keep the lock."""

    def __init__(self, engine: Engine, target: Target, find_engine: FindEngine, check_mode: bool) -> None:
        self.engine, self.target, self.find_engine, self.check_mode = engine, target, find_engine, check_mode
        self.directory = Path(target.root_prefix, "images")

    def present(self, wanted: t.Sequence[Wanted]) -> Answer:
        """Have an image of every environment; return what there is then, and what was missing before."""
        if not self.check_mode:
            self._sweep()
        found = self._look(wanted)
        missing = {one.reference: one for one in wanted if one.reference not in found}
        before = {reference: self._before(one) for reference, one in missing.items()}
        made: dict[str, Made] = {}
        if missing:
            check_writable(str(self.directory))
            made = self._foreseen(missing) if self.check_mode else self._make(missing)
            found = {**self._look(wanted), **made}
        return {
            "changed": bool(made),
            "images": [_told(one, found[one.reference], one.reference in made) for one in wanted],
            "diff": [_diff(missing[reference], before[reference], made[reference]) for reference in made],
        }

    def absent(self, repository: str, names: t.Collection[str]) -> Answer:
        """Remove the repository's images of these environments, of all where none is named; with the last one, the workshop."""
        ours = self._images(repository, NAME)
        leaving = sorted(tag for tag, image in ours.items() if not names or image["Labels"][NAME] in names)
        if not self.check_mode:
            for tag in leaving:
                self.engine.remove(tag)
        closed = len(leaving) == len(ours) and self._close()
        diff = [{"before": f"{tag}\n", "after": ""} for tag in leaving]
        return {"changed": bool(leaving) or closed, "removed": leaving, "diff": diff}

    def _look(self, wanted: t.Iterable[Wanted]) -> dict[str, Made]:
        """What the engine has of them, by the images' names."""
        found = {}
        for digest, reference in {one.digest: one.reference for one in wanted}.items():
            labels = self._labels(reference)
            if labels.get(DIGEST) == digest:
                found[reference] = Made.of(labels)
        return found

    def _before(self, wanted: Wanted) -> Made:
        """What the newest image of an environment of this name holds."""
        images = self._images(wanted.repository, f"{NAME}={wanted.name}").values()
        newest: Answer = max(images, key=lambda image: float(image["Created"]), default={"Labels": {}})
        return Made.of(newest["Labels"])

    def _images(self, repository: str, label: str) -> dict[str, Answer]:
        """The repository's images with a label, by their names."""
        there = [(str(tag), image) for image in self._listed(label) for tag in image["RepoTags"] or ()]
        return {tag: image for tag, image in there if tag.rpartition(":")[0] == repository}

    # In check mode there may be no engine: one that the run would install first has no images yet.

    def _labels(self, reference: str) -> dict[str, str]:
        with contextlib.suppress(*([NoEngine] if self.check_mode else [])):
            return self.engine.labels(reference) or {}
        return {}

    def _listed(self, label: str) -> list[Answer]:
        with contextlib.suppress(*([NoEngine] if self.check_mode else [])):
            return self.engine.images(label)
        return []

    def _foreseen(self, missing: t.Mapping[str, Wanted]) -> dict[str, Made]:
        found = {}
        for reference, wanted in missing.items():
            with planned(wanted, str(self.directory / "planned"), self.target, self.find_engine) as change:
                found[reference] = _foreseen(change.result, wanted.asked_of_pip)
        return found

    def _make(self, missing: t.Mapping[str, Wanted]) -> dict[str, Made]:
        """Make those that no other run makes meanwhile, and return them."""
        self.find_engine()  # one that is missing is missed before anything is touched
        with self._locked(self.target.patience) as lock:
            there = self._look(missing.values())
            return {key: self._make_one(one, lock) for key, one in missing.items() if key not in there}

    def _make_one(self, wanted: Wanted, lock: int) -> Made:
        root = tempfile.mkdtemp(dir=str(self.directory))
        try:
            made = make_tree(wanted, root, self.target, self.find_engine, lock)
            self.engine.import_layer(tar_stream(root), wanted.repository, wanted.tag, wanted.labels(made))
        finally:
            shutil.rmtree(root, ignore_errors=True)
        return made

    @contextlib.contextmanager
    def _locked(self, patience: float) -> t.Iterator[int]:
        """Alone in the workshop, where what killed runs left goes first."""
        self.directory.mkdir(parents=True, exist_ok=True)
        with locked(self.directory / LOCK, patience) as lock:
            for left in self._left():
                shutil.rmtree(str(left), ignore_errors=True)
            yield lock

    def _sweep(self) -> None:
        if self._left():
            with contextlib.suppress(LockError, OSError), self._locked(0):  # else they are in use, or somebody else's
                pass

    def _left(self) -> list[Path]:
        with contextlib.suppress(FileNotFoundError):
            return [path for path in self.directory.iterdir() if path.name != LOCK]
        return []

    def _close(self) -> bool:
        """Remove the workshop, and the package cache if nobody else has a use for it; return whether there was anything."""
        there = self.directory.exists()
        if there and not self.check_mode:
            with self._locked(self.target.patience):
                (self.directory / LOCK).unlink()
            for directory in (self.directory, self.directory.parent):
                with contextlib.suppress(OSError):  # what is not empty is somebody else's
                    directory.rmdir()
        return remove_unused_cache(self.target.root_prefix, self.target.patience, self.check_mode) or there


def _foreseen(solution: t.Sequence[Record], asked: tuple[str, ...]) -> Made:
    packages = tuple(sorted(map(package_line, solution)))
    return Made(packages, asked, "" if asked else lock_digest(solution))


def _told(wanted: Wanted, made: Made, created: bool) -> Answer:
    return {
        "name": wanted.name,
        "image": wanted.reference,
        "digest": wanted.digest,
        "prefix": wanted.home,
        "variables": dict(wanted.environment.variables),
        "packages": made.packages,
        "pip": made.pip,
        "lock": made.lock,
        "created": created,
    }


def _diff(wanted: Wanted, before: Made, after: Made) -> dict[str, str]:
    """The same in check mode, where nobody knows which versions pip will choose."""
    return {
        "before": _lines(before.packages, before.pip),
        "after": _lines(after.packages, wanted.asked_of_pip),
        "before_header": wanted.name,
        "after_header": wanted.reference,
    }


def _lines(packages: t.Iterable[str], pip: t.Iterable[str]) -> str:
    return "".join(line + "\n" for line in (*packages, *(f"pip: {text}" for text in pip)))
