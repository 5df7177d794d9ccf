# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.
"""Accounts and groups: what there is, what has to be done about it, and doing it with the system's own commands."""

from __future__ import annotations

import contextlib
import grp
import os
import pwd
import typing as t
from dataclasses import dataclass

Wanted = t.Mapping[str, t.Any]


@dataclass(frozen=True)
class Account:
    """An account as the system knows it; ``groups`` are those it is a member of beside its own."""

    uid: int
    gid: int
    home: str
    shell: str
    comment: str
    groups: frozenset[str]


@dataclass(frozen=True)
class Step:
    """One command, what diff mode says of it, and what the record has to know before it is done."""

    argv: tuple[str, ...]
    subject: str
    before: str | None
    after: str | None
    made_group: str = ""
    added: tuple[str, str] = ("", "")  # user and group


def read_accounts(names: t.Iterable[str]) -> dict[str, Account]:
    """Return those of the accounts that exist."""
    groups = grp.getgrall()
    found = {}
    for name in names:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        member = frozenset(group.gr_name for group in groups if name in group.gr_mem or group.gr_gid == entry.pw_gid)
        found[name] = Account(entry.pw_uid, entry.pw_gid, entry.pw_dir, entry.pw_shell, entry.pw_gecos, member)
    return found


@contextlib.contextmanager
def acting_as(uid: int, gid: int) -> t.Iterator[None]:
    """Have this user's rights and no others while the block runs: a link in a home leads no further than the user could go."""
    if os.geteuid() != 0 or uid == 0:
        yield
        return
    groups, group = os.getgroups(), os.getegid()
    try:
        os.setgroups(os.getgrouplist(pwd.getpwuid(uid).pw_name, gid))
        os.setegid(gid)
        os.seteuid(uid)
        yield
    finally:
        os.seteuid(0)
        os.setegid(group)
        os.setgroups(groups)


def group_names() -> set[str]:
    """Return the names of all groups."""
    return {group.gr_name for group in grp.getgrall()}


def plan(
    wanted: t.Sequence[Wanted], accounts: t.Mapping[str, Account], groups: t.Collection[str], record: Wanted
) -> list[Step]:
    """Return the steps from what there is to what is wanted, and back from what was added and no longer is wanted."""
    here = [user for user in wanted if user["state"] == "present"]
    gone = [user for user in wanted if user["state"] == "absent" and user["name"] in accounts]
    needed = sorted({group for user in here for group in user["groups"]})
    return [
        *(Step(("groupadd", name), f"group {name}", None, "present", name) for name in needed if name not in groups),
        *(step for user in here for step in _have(user, accounts.get(user["name"]))),
        *_take_back(here, accounts, record),
        *(_remove(user) for user in gone),
        *(
            Step(("groupdel", name), f"group {name}", "present", None)
            for name in record.get("made_groups", [])
            if name in groups and name not in needed
        ),
    ]


def _have(user: Wanted, account: Account | None) -> t.Iterator[Step]:
    name = user["name"]
    if account is None:
        options = [word for option in ("shell", "comment", "home") for word in _option(option, user[option])]
        yield Step(("useradd", "--create-home", *options, "--", name), f"user {name}", None, "present")
    for option in ("shell", "comment"):
        if account and user[option] and getattr(account, option) != user[option]:
            argv = ("usermod", *_option(option, user[option]), "--", name)
            yield Step(argv, f"{option} of {name}", getattr(account, option), user[option])
    for group in user["groups"]:
        if not account or group not in account.groups:
            argv = ("usermod", "--append", "--groups", group, "--", name)
            yield Step(argv, f"{name} in {group}", None, "member", added=(name, group))


def _option(option: str, value: str | None) -> tuple[str, ...]:
    return ("--home-dir" if option == "home" else "--" + option, value) if value else ()


def _take_back(here: t.Sequence[Wanted], accounts: t.Mapping[str, Account], record: Wanted) -> t.Iterator[Step]:
    """Memberships that were given by an earlier run."""
    wanted = {(user["name"], group) for user in here for group in user["groups"]}
    for name, groups in record.get("groups", {}).items():
        for group in groups:
            if (name, group) not in wanted and name in accounts and group in accounts[name].groups:
                yield Step(("gpasswd", "--delete", name, group), f"{name} in {group}", "member", None)


def _remove(user: Wanted) -> Step:
    name, whole = user["name"], user["remove_home"]
    argv = ("userdel", *(("--remove",) if whole else ()), "--", name)
    return Step(argv, f"user {name}", "present, with a home" if whole else "present", None)
