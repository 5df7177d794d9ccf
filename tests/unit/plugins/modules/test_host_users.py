# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module as a whole predicts, on the machine that the tests run on, and refuses."""

from __future__ import annotations

import getpass
import json

import pytest

MODULE = "host_users"
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExampleExampleExampleExampleExampleExample me"


@pytest.fixture
def record(tmp_path):
    return tmp_path / "state/record.json"


def test_check_mode_tells_all_steps_for_a_user_who_does_not_exist(run_module, record) -> None:
    user = {"name": "benchwright-nobody", "groups": ["benchwright-none"], "sudo": "nopasswd", "ssh_keys": [KEY]}
    result = run_module(MODULE, check=True, users=[user], record=str(record))
    assert result["changes"] == [
        "group benchwright-none",
        "user benchwright-nobody",
        "benchwright-nobody in benchwright-none",
        "keys of benchwright-nobody",
        "/etc/sudoers.d/benchwright-benchwright-nobody",
    ]
    assert not record.exists()


def test_nobody_is_removed_who_is_not_there(run_module, record) -> None:
    users = [{"name": "benchwright-nobody", "state": "absent"}]
    assert not run_module(MODULE, users=users, record=str(record))["changed"]


def test_who_is_connected_is_not_removed(run_module, record) -> None:
    users = [{"name": getpass.getuser(), "state": "absent"}]
    result = run_module(MODULE, check=True, users=users, record=str(record))
    assert "user of this very connection" in result["msg"]


def test_a_damaged_record_is_an_error_and_no_traceback(run_module, record) -> None:
    record.parent.mkdir()
    record.write_text("{")
    assert run_module(MODULE, check=True, users=[], record=str(record))["failed"]


def test_memberships_of_users_who_are_gone_are_forgotten(run_module, record) -> None:
    record.parent.mkdir()
    record.write_text(json.dumps({"groups": {"benchwright-nobody": ["adm"]}, "keys": {"benchwright-nobody": ["x"]}}))
    assert not run_module(MODULE, users=[], record=str(record))["changed"]
    assert not record.exists()
