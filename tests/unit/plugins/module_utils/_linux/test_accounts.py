# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What has to be done about accounts, from what there is, what is wanted and what was added."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._linux import users
from ansible_collections.benchwright.python.plugins.module_utils._linux.accounts import Account, plan
from ansible_collections.benchwright.python.plugins.module_utils._linux.command import LinuxError
from ansible_collections.benchwright.python.plugins.module_utils._linux.connection import Connection

QUANT = Account(1000, 1000, "/home/quant", "/bin/sh", "", frozenset({"quant", "adm"}))


def user(**options: Any) -> dict[str, Any]:
    default = {"name": "quant", "state": "present", "shell": None, "comment": None, "home": None, "groups": []}
    return {**default, "remove_home": False, "exclusive_ssh_keys": False, "ssh_keys": [], **options}


@pytest.mark.parametrize(
    ("wanted", "accounts", "record", "commands"),
    [
        ([user()], {"quant": QUANT}, {}, []),
        ([user(groups=["adm"])], {"quant": QUANT}, {}, []),
        (
            [user(groups=["new"], shell="/bin/bash")],
            {},
            {},
            [
                "groupadd new",
                "useradd --create-home --shell /bin/bash -- quant",
                "usermod --append --groups new -- quant",
            ],
        ),
        ([user(shell="/bin/bash")], {"quant": QUANT}, {}, ["usermod --shell /bin/bash -- quant"]),
        ([], {"quant": QUANT}, {"groups": {"quant": ["adm"]}}, ["gpasswd --delete quant adm"]),
        ([], {"quant": QUANT}, {"made_groups": ["adm"]}, ["groupdel adm"]),
        ([user(groups=["adm"])], {"quant": QUANT}, {"groups": {"quant": ["adm"]}, "made_groups": ["adm"]}, []),
        ([user(state="absent")], {"quant": QUANT}, {}, ["userdel -- quant"]),
        ([user(state="absent", remove_home=True)], {"quant": QUANT}, {}, ["userdel --remove -- quant"]),
        ([user(state="absent")], {}, {}, []),
    ],
)
def test_steps(wanted: Any, accounts: dict[str, Account], record: dict[str, Any], commands: list[str]) -> None:
    assert [" ".join(step.argv) for step in plan(wanted, accounts, {"adm", "quant"}, record)] == commands


@pytest.mark.parametrize("options", [{"state": "absent"}, {"exclusive_ssh_keys": True}])
def test_who_is_connected_keeps_the_account_and_a_key(options: dict[str, Any]) -> None:
    with pytest.raises(LinuxError, match="this very connection"):
        users.refuse_to_lock_out([user(**options)], {"quant": QUANT}, Connection("quant"))
    users.refuse_to_lock_out([user(**options)], {"quant": QUANT}, Connection("root"))
