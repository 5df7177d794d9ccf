# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands in an environment's directory, read without starting conda or Python and without a network."""

from __future__ import annotations

import json
import os
import re
import stat
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import Any, Iterator, NamedTuple, Sequence

from ..errors import CondaError
from .python_package import PythonPackage, read_python_packages

__all__ = ["RECREATE", "InstalledPackage", "Prefix", "PrefixError", "State", "record_path"]

# conda keeps a removed variable with this value.
REMOVED_VARIABLE = "***unset***"
# The start of a record's long lists. The '[' is no part of a string, because the newline behind it cannot be in one.
LONG_LIST = re.compile(rb'"(?:files|paths)": ?\[ *\n')
# What every record has, and of which type it is.
REQUIRED = {"name": str, "version": str, "build": str, "build_number": int, "depends": list}
RECREATE = "the environment is damaged; remove it and create it again"


class PrefixError(CondaError, ValueError):
    """A prefix cannot be read; the message names the file and says what to do."""


class State(Enum):
    """What stands at the path of an environment."""

    ABSENT = "absent"
    ENVIRONMENT = "environment"
    EMPTY = "empty directory"
    INTERRUPTED = "interrupted creation"
    """conda-meta is there, its history is not, or is empty: the creation was killed half-way."""
    FOREIGN = "a directory with other files"
    FILE = "file"
    BROKEN_LINK = "broken link"


class InstalledPackage(NamedTuple):
    """One record of conda-meta. Texts are empty where the record says nothing."""

    name: str
    version: str
    build: str
    build_number: int
    channel: str
    """As recorded: a URL mostly, with or without the subdir; ``MatchSpec.matches`` compares it by its name."""
    subdir: str
    url: str
    md5: str
    sha256: str
    license: str
    depends: Sequence[str]
    constrains: Sequence[str]
    requested_specs: Sequence[str]
    """What the user asked for, when this package was asked for and is no mere dependency."""

    @property
    def dist(self) -> str:
        """``name-version-build``, as its record is called."""
        return f"{self.name}-{self.version}-{self.build}"


def record_path(prefix: str | os.PathLike[str], package: InstalledPackage) -> Path:
    """Return where the record of an installed package lies."""
    return Path(prefix, "conda-meta", f"{package.dist}.json")


class Prefix:
    """The directory of one environment.

    :param path: the directory; it need not exist.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self._meta = self.path / "conda-meta"
        self.history = self._meta / "history"

    @property
    def state(self) -> State:
        """What stands at the path, by at most four file system calls.

        :raises PrefixError: when that cannot be seen, as for lack of permission.
        """
        with _reading(self.path):
            kind = _kind(self.path)
            if kind == 0:
                return State.BROKEN_LINK if os.path.lexists(self.path) else State.ABSENT
            if kind != stat.S_IFDIR:
                return State.FILE
            if _kind(self.history) == stat.S_IFREG and self.history.stat().st_size:
                return State.ENVIRONMENT
            if _kind(self._meta) == stat.S_IFDIR:
                return State.INTERRUPTED
            return State.FOREIGN if any(self.path.iterdir()) else State.EMPTY

    def records(self) -> list[InstalledPackage]:
        """The installed conda packages by name; none where there is no conda-meta.

        :raises PrefixError: when a record is unreadable, is no JSON, lacks a key, or when a package has two records.
        """
        with _reading(self._meta):
            paths = sorted(self._meta.glob("*.json"), key=str) if _kind(self._meta) else []
        found: dict[str, InstalledPackage] = {}
        for path in paths:
            record = _read_record(path)
            if record.name in found:
                raise PrefixError(f"{path} is the second record of {record.name} in {self._meta}; {RECREATE}")
            found[record.name] = record
        return [found[name] for name in sorted(found)]

    def python_packages(self) -> list[PythonPackage]:
        """The Python packages of the environment's site-packages, conda's and pip's, by name.

        :raises PrefixError: when one cannot be read.
        """
        with _reading(self.path):
            return read_python_packages(self.path)

    def variables(self) -> dict[str, str]:
        """The variables that activating the environment sets, without those that were removed again.

        :raises PrefixError: when conda-meta/state is unreadable or is not what conda writes.
        """
        path = self._meta / "state"
        document = _read_json(path, default={})
        variables = document.get("env_vars", {}) if isinstance(document, dict) else None
        if not isinstance(variables, dict):
            raise PrefixError(f"{path} is not what conda writes: wanted an object with 'env_vars'; remove the file")
        return {str(name): str(value) for name, value in variables.items() if value != REMOVED_VARIABLE}

    def frozen(self) -> str | None:
        """Why the environment must not be changed (CEP 22): None when it may, empty when no reason is given.

        :raises PrefixError: when conda-meta/frozen is unreadable or no JSON.
        """
        path = self._meta / "frozen"
        document = _read_json(path, default=None, empty={})
        if document is None:
            return None
        return str(document.get("message", "")) if isinstance(document, dict) else ""


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise PrefixError(
            f"{error.filename or path} cannot be read: {error.strerror}; read it as its owner, or as root"
        ) from None
    except PrefixError:
        raise
    except ValueError as error:
        raise PrefixError(f"{error}; {RECREATE}") from None


def _kind(path: Path) -> int:
    """The file type bits of what stands there, links followed; 0 for nothing."""
    try:
        return stat.S_IFMT(path.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return 0


def _read_json(path: Path, default: Any, empty: Any = None) -> Any:
    """The document in a file; ``default`` when there is no file."""
    with _reading(path):
        if not _kind(path):
            return default
        text = path.read_bytes()
    try:
        return empty if empty is not None and not text.strip() else json.loads(text)
    except (ValueError, RecursionError) as error:
        raise PrefixError(f"{path} is no JSON ({error}); remove the file or restore it") from None


def _read_record(path: Path) -> InstalledPackage:
    with _reading(path):
        text = path.read_bytes()
    try:
        record = _load_record(text)
    except (ValueError, RecursionError) as error:
        raise PrefixError(f"{path} is no JSON ({error}); {RECREATE}") from None
    for key, kind in REQUIRED.items():
        if not isinstance(record, dict) or not _is(record.get(key), kind):
            raise PrefixError(f"{path} is no record of a package: {key!r} is missing or wrong; {RECREATE}")
    requested = record.get("requested_specs") or record.get("requested_spec")
    texts: dict[str, Any] = {
        key: str(record.get(key) or "") for key in ("channel", "subdir", "url", "md5", "sha256", "license")
    }
    return InstalledPackage(
        **{key: record[key] for key in REQUIRED},
        **texts,
        constrains=record.get("constrains") or [],
        # conda writes "None" for a mere dependency.
        requested_specs=[
            spec
            for spec in (requested if isinstance(requested, list) else [requested])
            if isinstance(spec, str) and spec not in ("", "None")
        ],
    )


def _is(value: Any, kind: type) -> bool:
    items = value if isinstance(value, list) else ()
    return isinstance(value, kind) and all(isinstance(item, str) for item in items)


def _load_record(text: bytes) -> Any:
    """The record, read without its long lists, which are nineteen of twenty bytes.

    Exact for valid JSON: the cut goes from a '[' to the first ']', neither in a string. Were there another '[' between
    them, what is left would not balance, would be no JSON, and the whole text is read.
    """
    try:
        return json.loads(_without_long_lists(text))
    except ValueError:
        return json.loads(text)


def _without_long_lists(text: bytes) -> bytes:
    pieces, position = [], 0
    start = LONG_LIST.search(text)
    while start:
        end = text.find(b"]", start.end())
        # Blanks alone between a newline and the ']' prove that it is in no string. A NUL is what a crash leaves.
        if end < 0 or text[text.rfind(b"\n", 0, end) : end].strip() or text.find(b"\0", start.end(), end) >= 0:
            return text
        pieces.append(text[position : start.end()])
        position = end
        start = LONG_LIST.search(text, end)
    return b"".join([*pieces, text[position:]])
