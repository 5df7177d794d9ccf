# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the module makes, changes and takes away, and above all what it leaves alone."""

from __future__ import annotations

import os

import pytest

MODULE = "owned_paths"


@pytest.fixture
def arguments(tmp_path):
    top = tmp_path / "top"
    return {
        "directories": [{"path": str(top)}, {"path": str(top / "notebooks"), "mode": "0700", "remove_contents": False}],
        "files": [{"path": str(top / "config"), "content": "a\n", "mode": "0640"}, {"path": str(top / "password")}],
    }


def tree(path):
    return sorted(str(item.relative_to(path)) for item in path.rglob("*") if item.name != "ansible-tmp")


def test_check_then_run_then_check_then_run(run_module, arguments, tmp_path):
    assert run_module(MODULE, check=True, **arguments)["changed"]
    assert tree(tmp_path) == []
    result = run_module(MODULE, **arguments)
    assert len(result["paths"]) == 3
    assert (tmp_path / "top/config").stat().st_mode & 0o777 == 0o640
    assert (tmp_path / "top/notebooks").stat().st_mode & 0o777 == 0o700
    assert not (tmp_path / "top/password").exists()
    assert not run_module(MODULE, check=True, **arguments)["changed"]
    assert not run_module(MODULE, **arguments)["changed"]


def test_content_and_permissions_are_mended(run_module, arguments, tmp_path):
    run_module(MODULE, **arguments)
    config = tmp_path / "top/config"
    config.write_text("b\n")
    diff = run_module(MODULE, **arguments)["diff"]
    assert [(entry["before"], entry["after"]) for entry in diff] == [("b\n", "a\n")]
    config.chmod(0o666)
    assert run_module(MODULE, **arguments)["changed"]
    assert (config.read_text(), config.stat().st_mode & 0o777) == ("a\n", 0o640)


def test_absent_takes_away_exactly_what_was_made(run_module, arguments, tmp_path):
    run_module(MODULE, **arguments)
    (tmp_path / "top/password").write_text("secret")
    predicted = run_module(MODULE, check=True, state="absent", **arguments)
    assert (tmp_path / "top/config").exists()
    done = run_module(MODULE, state="absent", **arguments)
    assert done["paths"] == predicted["paths"]
    assert tree(tmp_path) == []
    assert not run_module(MODULE, state="absent", **arguments)["changed"]


def test_absent_leaves_what_others_made(run_module, arguments, tmp_path):
    (tmp_path / "top").mkdir()
    run_module(MODULE, **arguments)
    (tmp_path / "top/notebooks/mine.ipynb").write_text("{}")
    run_module(MODULE, state="absent", **arguments)
    assert (tmp_path / "top/notebooks/mine.ipynb").exists()
    assert not (tmp_path / "top/config").exists()


@pytest.mark.parametrize("made_here", [True, False])
def test_contents_go_only_from_a_directory_made_here(run_module, arguments, tmp_path, made_here):
    notebooks = tmp_path / "top/notebooks"
    if not made_here:
        notebooks.mkdir(parents=True)
    run_module(MODULE, **arguments)
    (notebooks / "mine.ipynb").write_text("{}")
    arguments["directories"][1]["remove_contents"] = True
    run_module(MODULE, state="absent", **arguments)
    assert notebooks.exists() is not made_here


def test_an_existing_directory_keeps_its_permissions(run_module, arguments, tmp_path):
    (tmp_path / "top/notebooks").mkdir(parents=True, mode=0o755)
    os.chmod(tmp_path / "top/notebooks", 0o755)
    run_module(MODULE, **arguments)
    assert (tmp_path / "top/notebooks").stat().st_mode & 0o777 == 0o755


def test_a_block_keeps_the_rest_of_somebody_elses_file_and_its_mode(run_module, tmp_path):
    hosts = tmp_path / "hosts"
    hosts.write_text("127.0.0.1 localhost\n")
    hosts.chmod(0o640)
    block = {"path": str(hosts), "content": "127.0.1.1 desk", "block": True}
    predicted, done = (run_module(MODULE, check, files=[block]) for check in (True, False))
    assert predicted["diff"] == done["diff"] != []
    assert hosts.read_text().startswith("127.0.0.1 localhost\n# BEGIN")
    assert not run_module(MODULE, files=[block])["changed"]
    assert run_module(MODULE, files=[{**block, "state": "absent"}])["changed"]
    assert (hosts.read_text(), hosts.stat().st_mode & 0o777) == ("127.0.0.1 localhost\n", 0o640)
    assert not run_module(MODULE, state="absent", files=[block])["changed"]


def test_a_file_that_was_made_for_a_block_goes_with_it(run_module, tmp_path):
    block = {"path": str(tmp_path / "gitconfig"), "content": "[http]", "block": True, "mode": "0600"}
    run_module(MODULE, files=[block])
    assert not run_module(MODULE, files=[block])["changed"]
    assert (tmp_path / "gitconfig").stat().st_mode & 0o777 == 0o600
    run_module(MODULE, state="absent", files=[block])
    assert tree(tmp_path) == []


def test_one_file_of_many_can_be_absent(run_module, arguments, tmp_path):
    run_module(MODULE, **arguments)
    arguments["files"][0]["state"] = "absent"
    assert run_module(MODULE, **arguments)["paths"] == [str(tmp_path / "top/config")]
    assert not run_module(MODULE, **arguments)["changed"]


def test_what_others_wrote_is_told_and_not_shown_when_it_goes(run_module, arguments, tmp_path):
    run_module(MODULE, **arguments)
    assert run_module(MODULE, **arguments)["others"] == []
    (tmp_path / "top/password").write_text("canary")
    assert run_module(MODULE, **arguments)["others"] == [str(tmp_path / "top/password")]
    assert "canary" not in str(run_module(MODULE, state="absent", **arguments))


def test_a_link_that_leads_nowhere_is_removed(run_module, tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "gone")
    assert run_module(MODULE, state="absent", files=[{"path": str(tmp_path / "link")}])["changed"]
    assert tree(tmp_path) == []


def test_an_addresss_password_is_written_and_never_shown(run_module, tmp_path):
    content = "proxy=http://me:canary@proxy.example.org\n"
    result = run_module(MODULE, files=[{"path": str(tmp_path / "proxy"), "content": content, "mode": "0600"}])
    assert (tmp_path / "proxy").read_text() == content
    assert result["changed"]
    assert "canary" not in str(result)


@pytest.mark.parametrize("state", ["present", "absent"])
def test_a_file_of_others_at_a_place_of_ours_is_never_removed(run_module, tmp_path, state):
    file = tmp_path / "pip.conf"
    wanted = {"path": str(file), "content": "# Written here.\n[global]\n", "mark": "# Written here.", "state": "absent"}
    file.write_text("[global]\ntimeout = 9\n")
    assert not run_module(MODULE, state=state, files=[wanted])["changed"]
    assert file.read_text() == "[global]\ntimeout = 9\n"
    file.write_text("# Written here.\nof an earlier release\n")
    assert run_module(MODULE, state=state, files=[wanted])["changed"]
    assert not file.exists()


@pytest.mark.parametrize("check", [True, False])
def test_a_file_of_others_is_not_replaced_and_nothing_else_is_changed(run_module, tmp_path, check):
    file, link = tmp_path / "pip.conf", tmp_path / "link.conf"
    file.write_text("[global]\n")
    link.symlink_to("/none/such")
    first = {"path": str(tmp_path / "first"), "content": "a\n"}
    for path in (file, link):
        wanted = {"path": str(path), "content": "# Written here.\n", "mark": "# Written here."}
        failed = run_module(MODULE, check=check, files=[first, wanted])
        assert failed["failed"]
        assert f"{path} is somebody else's" in failed["msg"]
    assert tree(tmp_path) == ["link.conf", "pip.conf"]
    file.write_text("# Written here.\nolder\n")
    assert run_module(MODULE, check=check, files=[{**wanted, "path": str(file)}])["changed"]
