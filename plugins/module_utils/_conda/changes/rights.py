# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""Who an environment belongs to, and what its directories permit.

A file that is hard-linked is the same file in the package cache and in other releases, so it stays as it is: an owner, a group
or a mode is given to the directories, and to the files that no other directory shares.
"""

from __future__ import annotations

import grp
import os
import pwd
import re
import stat
import typing as t
from dataclasses import dataclass, replace
from pathlib import Path

from ..installed.files import directories_of
from .guards import ChangeError
from .plan import Difference

MODE = re.compile(r"0?[0-7]?7[0-7]{2}")
KINDS = ("owner", "group", "mode")
NOBODY = -1
"""For chown(2): the owner, or the group, stays as it is."""


@dataclass(frozen=True)
class Rights:
    """The owner and group, as numbers, and the mode of the directories. What is not given stays as it was made."""

    uid: int = NOBODY
    gid: int = NOBODY
    mode: int | None = None
    asked: tuple[str, ...] = ()
    """As the user wrote them, for people."""
    unknown: tuple[str, ...] = ()
    """Those who have no account here, yet."""

    def __bool__(self) -> bool:
        return self != AS_MADE

    def wrong(self, status: os.stat_result) -> bool:
        """Whether a directory, or a file that nobody shares, has others. Asked of each directory, so it is quick."""
        return (
            self.uid not in (NOBODY, status.st_uid)
            or self.gid not in (NOBODY, status.st_gid)
            or self.mode_of(status) != stat.S_IMODE(status.st_mode)
        )

    def mode_of(self, status: os.stat_result) -> int:
        """Return the mode that a directory, or a file, gets: as chmod's ``X`` does, only what is a program is one for others."""
        there = stat.S_IMODE(status.st_mode)
        if self.mode is None or stat.S_ISLNK(status.st_mode):
            return there
        if stat.S_ISDIR(status.st_mode):
            return self.mode
        return self.mode & (0o777 if there & stat.S_IXUSR else 0o666)


AS_MADE = Rights()


def rights_of(options: t.Mapping[str, t.Any]) -> Rights:
    """Return what ``owner``, ``group`` and ``mode`` ask for; raises ChangeError for what nobody can mean, or what cannot be done."""
    owner, group, mode = (options.get(name) or "" for name in KINDS)
    if mode and not MODE.fullmatch(mode):
        raise ChangeError(
            f"'mode' is {mode!r}; give octal digits in quotation marks, with all rights for the owner, such as '0755', '0750' "
            "or '2775'"
        )
    uid = _number(owner, lambda name: pwd.getpwnam(name).pw_uid)
    gid = _number(group, lambda name: grp.getgrnam(name).gr_gid)
    if os.geteuid() and uid not in (NOBODY, os.geteuid()):
        raise ChangeError(f"only root can give an environment to {owner}; run as root (become), or leave out 'owner'")
    if os.geteuid() and gid not in (NOBODY, os.getegid(), *os.getgroups()):
        raise ChangeError(f"only root, and who is in group {group}, can give an environment to it; leave out 'group'")
    asked = [f"{kind} {value}" for kind, value in zip(KINDS, (owner, group, mode and f"{int(mode, 8):04o}")) if value]
    unknown = [line for line, number in ((f"user {owner}", uid), (f"group {group}", gid)) if number is None]
    return Rights(
        uid=NOBODY if uid is None else uid,
        gid=NOBODY if gid is None else gid,
        mode=int(mode, 8) if mode else None,
        asked=tuple(asked),
        unknown=tuple(unknown),
    )


def check_known(rights: Rights) -> None:
    """Refuse to begin for somebody who has no account; check mode does not ask, because an earlier task may make it."""
    if rights.unknown:
        raise ChangeError(f"there is no {' and no '.join(rights.unknown)} on this host; make it before the environment")


def difference(prefix: Path, rights: Rights) -> tuple[Difference, ...]:
    """Return what is to change, if anything, from one look at each directory of the environment."""
    wanted = ", ".join(rights.asked)
    if not rights.asked or not prefix.exists():
        return (Difference("", wanted),) if rights.asked else ()
    if not rights.unknown and not any(map(rights.wrong, _looked_at(prefix))):
        return ()
    there = _told(prefix.stat(), rights.asked)
    return (Difference(f"{there} (not everywhere)" if there == wanted else there, wanted),)


def give(prefix: Path, rights: Rights) -> None:
    """Give the tree to whom it belongs, its own directory last: what a killed run leaves is seen there.

    Each is opened before it is changed, so that nobody who may write in the tree can put a link to something else in its place.
    """
    for dummy, directories, files, descriptor in os.fwalk(str(prefix), topdown=False):
        for name in (*directories, *files):
            _give_entry(name, descriptor, rights)
        _give_opened(descriptor, rights)


def inherited(rights: Rights, before: Path, release: Path) -> Rights:
    """Return the rights for a new release, which has those of the one before where nothing else is asked for."""
    if not before.is_dir():
        return rights
    old, new = before.stat(), release.stat()
    mode = stat.S_IMODE(old.st_mode)
    return replace(
        rights,
        uid=old.st_uid if rights.uid == NOBODY and old.st_uid != new.st_uid and not os.geteuid() else rights.uid,
        gid=old.st_gid if rights.gid == NOBODY and old.st_gid != new.st_gid and not os.geteuid() else rights.gid,
        mode=mode if rights.mode is None and mode != stat.S_IMODE(new.st_mode) else rights.mode,
    )


def _number(name: str, look_up: t.Callable[[str], int]) -> int | None:
    """The number of a user or group; None where there is none of that name."""
    if not name or name.isdigit():
        return int(name) if name else NOBODY
    try:
        return look_up(name)
    except KeyError:
        return None


def _looked_at(prefix: Path) -> t.Iterator[os.stat_result]:
    yield prefix.stat()
    parent = f"{prefix}/"
    for path in ("conda-meta", "conda-meta/history", *directories_of(prefix)):
        try:
            status = os.lstat(parent + path)
        except FileNotFoundError:  # that is somebody else's concern
            continue
        if _is_own(status):
            yield status


def _is_own(status: os.stat_result) -> bool:
    return not stat.S_ISREG(status.st_mode) or status.st_nlink == 1


def _give_entry(name: str, directory: int, rights: Rights) -> None:
    status = os.stat(name, dir_fd=directory, follow_symlinks=False)
    if stat.S_ISLNK(status.st_mode):
        if rights.wrong(status):
            os.chown(name, rights.uid, rights.gid, dir_fd=directory, follow_symlinks=False)
    elif stat.S_ISREG(status.st_mode) and _is_own(status) and rights.wrong(status):
        descriptor = os.open(name, os.O_PATH | os.O_NOFOLLOW, dir_fd=directory)
        try:
            _give_opened(descriptor, rights)
        finally:
            os.close(descriptor)


def _give_opened(descriptor: int, rights: Rights) -> None:
    status = os.fstat(descriptor)
    if not _is_own(status) or not rights.wrong(status):
        return
    opened = f"/proc/self/fd/{descriptor}"
    if rights.uid not in (NOBODY, status.st_uid) or rights.gid not in (NOBODY, status.st_gid):
        os.chown(opened, rights.uid, rights.gid)
    os.chmod(opened, rights.mode_of(status))  # a change of the owner takes bits away


def _told(status: os.stat_result, kinds: t.Iterable[str]) -> str:
    """What a directory has of these kinds, in the words in which they are asked for."""
    values = {
        "owner": _name(lambda: pwd.getpwuid(status.st_uid).pw_name, status.st_uid),
        "group": _name(lambda: grp.getgrgid(status.st_gid).gr_name, status.st_gid),
        "mode": f"{stat.S_IMODE(status.st_mode):04o}",
    }
    return ", ".join(f"{kind} {values[kind]}" for kind in (text.split(" ")[0] for text in kinds))


def _name(look_up: t.Callable[[], str], number: int) -> str:
    try:
        return look_up()
    except KeyError:
        return str(number)
