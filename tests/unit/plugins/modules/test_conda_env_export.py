# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module returns the text, or keeps a file of it with the mode that is asked for, and nothing half-written."""

from __future__ import annotations

import json
import os

import pytest

MODULE = "conda_env_export"


@pytest.fixture
def prefix(tmp_path):
    meta = tmp_path / "root/envs/lab/conda-meta"
    meta.mkdir(parents=True)
    (meta / "history").write_text("==> 2026-01-01 00:00:00 <==\n")
    fields = {"name": "six", "version": "1.0", "build": "0", "build_number": 0, "depends": [], "subdir": "noarch"}
    url = "https://conda.example.org/lab/noarch"
    fields.update(channel=url, url=f"{url}/six-1.0-0.conda", sha256="b" * 64)
    (meta / "six-1.0-0.json").write_text(json.dumps(fields))
    set_variable(tmp_path / "root/envs/lab", "hunter2")
    return tmp_path / "root/envs/lab"


def set_variable(prefix, value):
    (prefix / "conda-meta/state").write_text(json.dumps({"version": 1, "env_vars": {"PASSWORD": value}}))


@pytest.fixture
def dest(tmp_path):
    (tmp_path / "kept").mkdir()
    return tmp_path / "kept/lab.yml"


TEXT = """\
name: lab
channels:
  - https://conda.example.org/lab
dependencies:
  - six=1.0=0
variables:
  PASSWORD: hunter2
"""


def test_without_dest_the_text_is_returned(run_module, prefix):
    answer = run_module(MODULE, prefix=str(prefix))
    assert (answer["content"], answer["changed"]) == (TEXT, False)


def test_check_then_run_then_check_then_run(run_module, prefix, dest):
    arguments = {"root_prefix": str(prefix.parents[1]), "name": "lab", "dest": str(dest), "mode": "0600"}
    predicted = run_module(MODULE, check=True, **arguments)
    assert not dest.exists()
    did = run_module(MODULE, **arguments)
    assert (predicted["changed"], did["changed"], predicted["diff"]) == (True, True, did["diff"])
    assert (dest.read_text(), dest.stat().st_mode & 0o777) == (TEXT, 0o600)
    assert "hunter2" not in json.dumps(did["diff"])
    assert "six=1.0=0" in did["diff"]["after"]
    before = dest.stat().st_ino
    assert not run_module(MODULE, check=True, **arguments)["changed"]
    assert not run_module(MODULE, **arguments)["changed"]
    assert dest.stat().st_ino == before
    assert os.listdir(dest.parent) == ["lab.yml"]


def test_a_changed_environment_changes_the_file_and_the_old_one_is_kept_if_asked(run_module, prefix, dest):
    run_module(MODULE, prefix=str(prefix), dest=str(dest), mode="0640")
    set_variable(prefix, "correct horse")
    answer = run_module(MODULE, prefix=str(prefix), dest=str(dest), backup=True)
    assert answer["changed"]
    assert "PASSWORD: correct horse" in dest.read_text()
    assert dest.stat().st_mode & 0o777 == 0o640
    assert "only what is not shown changes" in answer["diff"]["after"]
    assert "hunter2" not in json.dumps(answer["diff"])
    with open(answer["backup_file"], encoding="utf-8") as stream:
        assert stream.read() == TEXT


def test_a_wrong_mode_alone_is_mended(run_module, prefix, dest):
    run_module(MODULE, prefix=str(prefix), dest=str(dest), mode="0600")
    dest.chmod(0o666)
    assert run_module(MODULE, check=True, prefix=str(prefix), dest=str(dest), mode="0600")["changed"]
    assert run_module(MODULE, prefix=str(prefix), dest=str(dest), mode="0600")["changed"]
    assert dest.stat().st_mode & 0o777 == 0o600


def test_a_link_stays_a_link(run_module, prefix, dest):
    dest.write_text("old")
    link = dest.with_name("link.yml")
    link.symlink_to(dest)
    run_module(MODULE, prefix=str(prefix), dest=str(link))
    assert link.is_symlink()
    assert dest.read_text() == TEXT


def test_a_channel_that_no_package_came_from_is_told(run_module, prefix):
    answer = run_module(MODULE, prefix=str(prefix), channels=["conda-forge", "lab"])
    assert "channels:\n  - lab\n" in answer["content"]
    assert "not written: conda-forge" in json.dumps(answer["warnings"])
    assert "warnings" not in run_module(MODULE, prefix=str(prefix), channels=["lab"])


def test_a_lock_warns_of_variables_that_it_cannot_hold(run_module, prefix):
    answer = run_module(MODULE, prefix=str(prefix), format="explicit")
    assert "@EXPLICIT\nhttps://conda.example.org/lab/noarch/six-1.0-0.conda#" + "b" * 64 + "\n" in answer["content"]
    assert "PASSWORD" in json.dumps(answer["warnings"])
    assert "hunter2" not in json.dumps(answer)
    assert "warnings" not in run_module(MODULE, prefix=str(prefix), format="explicit", include_variables=False)


def test_check_mode_does_not_fail_where_the_environment_is_only_predicted(run_module, tmp_path, dest):
    answer = run_module(MODULE, check=True, prefix=str(tmp_path / "none"), dest=str(dest))
    assert answer["changed"]
    assert "does not exist" in json.dumps(answer["warnings"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"dest": "{tmp}/kept"}, "exists and is no file"),
        ({"dest": "{tmp}/none/lab.yml"}, "is no directory; make it first"),
        ({"prefix": "{tmp}/none"}, "is no conda environment (absent)"),
        ({"prefix": "{tmp}/kept"}, "is no conda environment (empty directory)"),
        ({"channels": ["https://me:hunter2@c.example.org/x y"]}, "is no channel"),
        ({"prefix": None}, "one of the following is required: name, prefix"),
    ],
)
def test_bad_input_is_named(run_module, prefix, dest, tmp_path, arguments, message):
    given = {"prefix": str(prefix), **arguments}
    filled = {
        key: value.format(tmp=tmp_path) if isinstance(value, str) else value for key, value in given.items() if value
    }
    answer = run_module(MODULE, **filled)
    assert answer["failed"]
    assert message in answer["msg"]
    assert "hunter2" not in json.dumps({key: value for key, value in answer.items() if key != "invocation"})
