# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.
"""The users of a host as one change: accounts, then keys, then who may use sudo; each written down ahead where it is added."""

from __future__ import annotations

import glob
import os
import tempfile
import typing as t

from . import ssh_keys, text
from .accounts import Account, Step, Wanted, acting_as, group_names, plan, read_accounts
from .command import LinuxError, change, run
from .connection import Connection

SUDOERS = "/etc/sudoers.d"
SUDO = {"password": "{} ALL=(ALL:ALL) ALL\n", "nopasswd": "{} ALL=(ALL:ALL) NOPASSWD: ALL\n"}
Changes = t.List[t.Dict[str, str]]


def keep(wanted: t.Sequence[Wanted], record: text.Record, connection: Connection, check: bool) -> Changes:
    """Bring the users to what is wanted; returns the changes. Raises LinuxError, OSError."""
    names = {user["name"] for user in wanted} | set(record.known.get("keys", {})) | set(record.known.get("groups", {}))
    accounts = read_accounts(names)
    refuse_to_lock_out(wanted, accounts, connection)
    here = [user for user in wanted if user["state"] == "present"]
    sudoers = {
        sudoers_path(user["name"]): SUDO[user["sudo"]].format(user["name"]) for user in here if user["sudo"] != "none"
    }
    changes = []
    steps = plan(wanted, accounts, group_names(), record.known)
    if not check:
        _remember(here, accounts, steps, record)
    for step in steps:
        changes.append(change(step.subject, step.before, step.after))
        if not check:
            run(*step.argv)
    changes += _keep_keys(here, accounts if check else read_accounts(names), record, check)
    changes += _keep_sudoers(sudoers, check)
    if not check:
        _forget(here, record)
    return changes


def refuse_to_lock_out(wanted: t.Sequence[Wanted], accounts: t.Mapping[str, Account], connection: Connection) -> None:
    """Raise LinuxError for what would take the account away that this very connection uses, or its last key."""
    for user in wanted:
        if user["name"] != connection.user or user["name"] not in accounts:
            continue
        if user["state"] == "absent":
            raise LinuxError(
                f"{user['name']} is the user of this very connection, and is not removed; connect as somebody else"
            )
        if user["exclusive_ssh_keys"] and not user["ssh_keys"]:
            raise LinuxError(
                f"exclusive_ssh_keys without keys would shut out {user['name']}, the user of this very connection; give its keys"
            )


def sudoers_path(name: str) -> str:
    """sudo passes over files with a dot in their names."""
    return os.path.join(SUDOERS, "benchwright-" + name.replace(".", "_"))


def _remember(
    here: t.Sequence[Wanted], accounts: t.Mapping[str, Account], steps: t.Sequence[Step], record: text.Record
) -> None:
    known = record.known
    known["made_groups"] = sorted(
        {*known.get("made_groups", []), *(step.made_group for step in steps if step.made_group)}
    )
    known["sudo"] = sorted({*known.get("sudo", []), *(user["name"] for user in here if user["sudo"] != "none")})
    groups, keys = known.setdefault("groups", {}), known.setdefault("keys", {})
    for name, group in (step.added for step in steps if step.added[0]):
        groups[name] = sorted({*groups.get(name, []), group})
    for user in here:
        name = user["name"]
        there = _keys_of(accounts[name]) if name in accounts else None
        added = {ssh_keys.blob(line) for line in user["ssh_keys"]} - set(ssh_keys.keys_in(there))
        if added:
            keys[name] = sorted({*keys.get(name, []), *added})
    record.write()


def _forget(here: t.Sequence[Wanted], record: text.Record) -> None:
    """What was added and is gone by now need not be known any longer."""
    groups = {user["name"]: set(user["groups"]) for user in here}
    keys = {user["name"]: {ssh_keys.blob(line) for line in user["ssh_keys"]} for user in here}
    needed = set().union(*groups.values()) if groups else set()
    known = {
        "made_groups": [name for name in record.known.get("made_groups", []) if name in needed],
        "sudo": [user["name"] for user in here if user["sudo"] != "none"],
        "groups": _only(record.known.get("groups", {}), groups),
        "keys": _only(record.known.get("keys", {}), keys),
    }
    record.known = {name: value for name, value in known.items() if value}
    record.write()


def _only(known: t.Mapping[str, t.Sequence[str]], wanted: t.Mapping[str, set[str]]) -> dict[str, list[str]]:
    left = {name: [item for item in items if item in wanted.get(name, ())] for name, items in known.items()}
    return {name: items for name, items in left.items() if items}


def _keys_of(account: Account) -> str | None:
    with acting_as(account.uid, account.gid):
        return text.read_text(ssh_keys.path_of(account.home))


def _keep_keys(
    here: t.Sequence[Wanted], accounts: t.Mapping[str, Account], record: text.Record, check: bool
) -> Changes:
    changes = []
    recorded: dict[str, list[str]] = record.known.get("keys", {})
    by_name = {user["name"]: user for user in here}
    for name in sorted({*by_name, *recorded}):
        lines = by_name[name]["ssh_keys"] if name in by_name else []
        unwanted = set(recorded.get(name, [])) - {ssh_keys.blob(line) for line in lines}
        account = accounts.get(name)
        before = _keys_of(account) if account else None
        after = ssh_keys.with_keys(before, lines, unwanted, name in by_name and by_name[name]["exclusive_ssh_keys"])
        if after != before:
            changes.append(change(f"keys of {name}", before, after))
            if not check and account:
                with acting_as(account.uid, account.gid):
                    ssh_keys.write(ssh_keys.path_of(account.home), after or "")
    return changes


def _keep_sudoers(wanted: t.Mapping[str, str], check: bool) -> Changes:
    changes = []
    for path in sorted({*wanted, *glob.glob(os.path.join(SUDOERS, "benchwright-*"))}):
        before, after = text.read_text(path), wanted.get(path)
        if before == after:
            continue
        changes.append(change(path, before, after))
        if not check and after is None:
            os.unlink(path)
        elif not check and after is not None:
            _validate(after)
            text.replace(path, after, mode=0o440)
    return changes


def _validate(content: str) -> None:
    """One broken file in sudoers.d would end sudo for everybody."""
    with tempfile.NamedTemporaryFile("w") as file:
        file.write(content)
        file.flush()
        run("visudo", "-cf", file.name, advice="install the package sudo, or mend the user's name")
