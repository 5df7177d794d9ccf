# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""``conda init`` for users, and its exact undoing: a record in the prefix says what was put into whose file."""

from __future__ import annotations

import contextlib
import json
import os
import pwd
import typing as t
from dataclasses import asdict, dataclass
from pathlib import Path

from .._files import write_atomically
from .._linux.accounts import acting_as
from . import shell_block
from .errors import DistributionError
from .people import people, read_text, replace_text

NAME = ".benchwright-init.json"


@dataclass(frozen=True)
class Entry:
    """What was done for one user: ``replaced`` is the block that stood there, ``made`` whether the file is ours altogether."""

    path: str
    shell: str
    replaced: str = ""
    made: bool = False


@dataclass(frozen=True)
class Change:
    """One file's text before and after; None where there is no file."""

    user: str
    path: str
    before: str | None
    after: str | None


def read_record(prefix: str) -> dict[str, Entry]:
    """The entries by user."""
    try:
        content = json.loads(Path(prefix, NAME).read_text(encoding="utf-8"))
        return {user: Entry(**entry) for user, entry in content.items()}
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (ValueError, TypeError, AttributeError) as error:
        raise DistributionError(
            f"{prefix}/{NAME} was changed by somebody else ({error}); remove it, and the blocks by hand"
        ) from None


def ensure(prefix: str, kind: str, users: t.Sequence[str], check: bool) -> list[Change]:
    """Have the block in the files of exactly these users. Raises DistributionError and OSError."""
    record = read_record(prefix)
    entries = {user: record.get(user) or _entry(user, kind, prefix, check) for user in users}
    changes = []
    for name in [name for name in record if name not in users]:
        changes += _undo(name, record[name], prefix, kind, check)
    wanted = {name: entry for name, entry in entries.items() if entry is not None}
    if not check and wanted != record:
        # Written ahead: a run that is killed must not forget what it is about to put in.
        _write_record(prefix, wanted)
    for name, entry in wanted.items():
        changes += _do(name, entry, prefix, kind, check)
    return changes


def forget(prefix: str, kind: str, check: bool) -> list[Change]:
    """Take out what was put in, and blocks for this prefix that users had made themselves: they would lead nowhere."""
    record = read_record(prefix)
    changes = [change for name, entry in record.items() for change in _undo(name, entry, prefix, kind, check)]
    done = {change.path for change in changes}
    for user in people():
        for shell, file in shell_block.FILES.items():
            path = os.path.join(user.pw_dir, file)
            with contextlib.suppress(PermissionError), acting_as(user.pw_uid, user.pw_gid):
                text = read_text(path) or ""
            if path not in done and shell_block.names_prefix(shell_block.present_block(kind, text), prefix):
                changes += _undo(user.pw_name, Entry(path, shell), prefix, kind, check)
    if record and not check:
        os.unlink(os.path.join(prefix, NAME))
    return changes


def _entry(name: str, kind: str, prefix: str, check: bool) -> Entry | None:
    try:
        user = pwd.getpwnam(name)
    except KeyError:
        if check:  # an earlier task may make that user
            return None
        raise DistributionError(
            f"user {name!r} does not exist on this host; make that user first, or leave the name out"
        ) from None
    shell = os.path.basename(user.pw_shell)
    if shell not in shell_block.FILES:
        known = ", ".join(shell_block.FILES)
        raise DistributionError(
            f"user {name} has the shell {user.pw_shell!r}, and there is a block for {known} only; leave that user out"
        )
    path = os.path.join(user.pw_dir, shell_block.FILES[shell])
    with acting_as(user.pw_uid, user.pw_gid):
        text = read_text(path)
    found = shell_block.present_block(kind, text or "")
    return Entry(path, shell, "" if shell_block.names_prefix(found, prefix) else found, text is None)


def _do(name: str, entry: Entry, prefix: str, kind: str, check: bool) -> list[Change]:
    return _edit(
        name, entry, check, lambda text: shell_block.insert(kind, text, shell_block.block(kind, entry.shell, prefix))
    )


def _undo(name: str, entry: Entry, prefix: str, kind: str, check: bool) -> list[Change]:
    new = shell_block.block(kind, entry.shell, prefix)
    return _edit(name, entry, check, lambda text: shell_block.take_out(kind, text, new, entry.replaced))


def _edit(name: str, entry: Entry, check: bool, edited: t.Callable[[str], str]) -> list[Change]:
    try:
        user = pwd.getpwnam(name)
    except KeyError:  # gone since
        return []
    with acting_as(user.pw_uid, user.pw_gid):
        before = read_text(entry.path)
        after: str | None = edited(before or "")
        if after == (before or ""):
            return []
        if not after and entry.made:
            after = None
        if not check:
            _write(entry.path, after)
    return [Change(name, entry.path, before, after)]


def _write(path: str, text: str | None) -> None:
    if text is None:
        os.unlink(path)
        return
    os.makedirs(os.path.dirname(path), exist_ok=True)
    replace_text(path, text)


def _write_record(prefix: str, entries: t.Mapping[str, Entry]) -> None:
    path = Path(prefix, NAME)
    if entries:
        write_atomically(path, json.dumps({name: asdict(entry) for name, entry in entries.items()}, indent=2) + "\n")
    elif path.exists():
        path.unlink()
