# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""conda init for users, and its exact undoing; run for real users where the tests run as root."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import uuid
from pathlib import Path

import pytest

MODULE = "miniconda_init"
RC = 'export TOKEN=mine\nalias ll="ls -l"'  # without a last newline
pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can make users")


@pytest.fixture
def user():
    name = f"bw-{uuid.uuid4().hex[:8]}"
    subprocess.run(["useradd", "--create-home", "--shell", "/bin/bash", name], check=True)
    yield pwd.getpwnam(name)
    subprocess.run(["userdel", "--force", "--remove", name], check=False, capture_output=True)


@pytest.fixture
def rc(user) -> Path:
    path = Path(user.pw_dir, ".bashrc")
    path.write_text(RC)
    os.chown(path, user.pw_uid, user.pw_gid)
    path.chmod(0o600)
    return path


def test_check_run_check_run_and_undone(run_module, user, rc, tmp_path) -> None:
    options = {"prefix": str(tmp_path), "users": [user.pw_name]}
    predicted = run_module(MODULE, check=True, **options)
    assert rc.read_text() == RC
    done = run_module(MODULE, **options)
    assert predicted["paths"] == done["paths"] == [str(rc)]
    assert predicted["diff"] == done["diff"]
    assert "TOKEN" not in str(done["diff"])
    assert rc.read_text().startswith(RC + "\n# >>> conda initialize >>>\n")
    assert (rc.stat().st_uid, rc.stat().st_mode & 0o777) == (user.pw_uid, 0o600)
    for check in (True, False):
        assert not run_module(MODULE, check=check, **options)["changed"]
    run_module(MODULE, prefix=str(tmp_path), users=[])
    assert rc.read_text() == RC
    assert not (tmp_path / ".benchwright-init.json").exists()


def test_a_file_that_was_made_for_it_goes_with_it(run_module, user, tmp_path) -> None:
    path = Path(user.pw_dir, ".bashrc")
    path.unlink(missing_ok=True)
    run_module(MODULE, prefix=str(tmp_path), users=[user.pw_name])
    assert path.stat().st_uid == user.pw_uid
    run_module(MODULE, prefix=str(tmp_path), state="absent")
    assert not path.exists()


def test_a_link_leads_nowhere_the_user_could_not_go(run_module, user, rc, tmp_path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("root's")
    secret.chmod(0o600)
    rc.unlink()
    rc.symlink_to(secret)
    assert run_module(MODULE, prefix=str(tmp_path / "p"), users=[user.pw_name])["failed"]
    assert secret.read_text() == "root's"


def test_a_block_that_the_user_had_made_goes_when_the_distribution_goes(run_module, user, rc, tmp_path) -> None:
    run_module(MODULE, prefix=str(tmp_path), users=[user.pw_name])
    (tmp_path / ".benchwright-init.json").unlink()
    run_module(MODULE, prefix=str(tmp_path / "other"), state="absent")
    assert "conda initialize" in rc.read_text()
    assert run_module(MODULE, check=True, prefix=str(tmp_path), state="absent")["paths"] == [str(rc)]
    run_module(MODULE, prefix=str(tmp_path), state="absent")
    assert rc.read_text() == RC


@pytest.mark.parametrize(("name", "words"), [("nobody-of-that-name", "does not exist"), ("daemon", "shell")])
def test_users_who_cannot_have_it_are_named(run_module, tmp_path, name, words) -> None:
    answer = run_module(MODULE, prefix=str(tmp_path), users=[name])
    assert name in answer["msg"]
    assert words in answer["msg"]
    assert run_module(MODULE, check=True, prefix=str(tmp_path), users=["nobody-of-that-name"])["changed"] is False


def test_a_distribution_that_was_deleted_by_hand_leaves_no_block_either(run_module, user, rc, tmp_path) -> None:
    prefix = tmp_path / "conda"
    prefix.mkdir()
    run_module(MODULE, prefix=str(prefix), users=[user.pw_name])
    shutil.rmtree(prefix)
    gone = {"prefix": str(prefix), "state": "absent"}
    assert run_module("miniconda_distribution", check=True, **gone)["actions"] == [f"take out: the block of {rc}"]
    run_module("miniconda_distribution", **gone)
    assert rc.read_text() == RC
    assert not run_module("miniconda_distribution", **gone)["changed"]
