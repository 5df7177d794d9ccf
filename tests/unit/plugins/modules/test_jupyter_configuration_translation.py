# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json

import pytest

HASH = "sha1:67c9e60bb8b6:9ffede0825894254b2e042ea597d771089e11aed"
OLD = f"c.NotebookApp.password = '{HASH}'\nc.NotebookApp.port = 9999\n"
NEW = f"c.PasswordIdentityProvider.hashed_password = '{HASH}'\nc.ServerApp.port = 9999\n"


@pytest.fixture
def paths(tmp_path):
    (tmp_path / "jupyter_notebook_config.py").write_text(OLD)
    return {"src": str(tmp_path / "jupyter_notebook_config.py"), "dest": str(tmp_path / "jupyter_server_config.py")}


def test_it_is_written_once_for_the_owner_alone_and_tells_no_secret(run_module, paths, tmp_path):
    predicted = run_module("jupyter_configuration_translation", check=True, **paths)
    assert predicted["changed"]
    assert not (tmp_path / "jupyter_server_config.py").exists()
    result = run_module("jupyter_configuration_translation", **paths)
    new = tmp_path / "jupyter_server_config.py"
    assert (result["changed"], new.read_text(), new.stat().st_mode & 0o777) == (True, NEW, 0o600)
    assert result["role_options"] == {"jupyter_server_port": 9999}
    assert HASH not in json.dumps([predicted, result])
    assert not run_module("jupyter_configuration_translation", **paths)["changed"]
    assert (tmp_path / "jupyter_notebook_config.py").read_text() == OLD


def test_a_file_is_never_overwritten(run_module, paths, tmp_path):
    (tmp_path / "jupyter_server_config.py").write_text("c.ServerApp.port = 1\n")
    result = run_module("jupyter_configuration_translation", **paths)
    assert result["failed"]
    assert "never overwritten" in result["msg"]
    assert (tmp_path / "jupyter_server_config.py").read_text() == "c.ServerApp.port = 1\n"


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"src": "/nonexistent/x.py"}, "there is no file /nonexistent/x.py"),
        ({"dest": "/nonexistent/x.py"}, "there is no directory /nonexistent"),
        ({"dest": "/tmp/x.json"}, "must both end in .py or in .json"),
    ],
)
def test_what_cannot_be_is_told(run_module, paths, changed, message):
    result = run_module("jupyter_configuration_translation", **{**paths, **changed})
    assert result["failed"]
    assert message in result["msg"]


def test_what_cannot_be_parsed_is_told(run_module, paths, tmp_path):
    (tmp_path / "jupyter_notebook_config.py").write_text("c.NotebookApp.port = (\n")
    assert "line 1" in run_module("jupyter_configuration_translation", **paths)["msg"]
