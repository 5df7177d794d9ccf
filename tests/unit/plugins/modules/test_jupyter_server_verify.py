# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module's own errors; what it does with a server is in the integration tests."""

from __future__ import annotations

import pytest
from support.ports import free_port

MODULE = "jupyter_server_verify"


@pytest.fixture
def arguments(run_module, tmp_path):
    run_module("server_certificate", path=str(tmp_path / "server.pem"), names=["127.0.0.1"])
    (tmp_path / "password").write_text("correct horse battery staple\n")
    return {"password_file": str(tmp_path / "password"), "certificate": str(tmp_path / "server.pem"), "timeout": 5}


def test_check_mode_does_nothing(run_module):
    result = run_module(MODULE, check=True, password_file="/nonexistent", certificate="/nonexistent")
    assert (result["changed"], result["checks"]) == (False, [])


def test_every_check_fails_where_nobody_listens(run_module, arguments):
    result = run_module(MODULE, url=f"https://127.0.0.1:{free_port()}", **arguments)
    assert result["failed"]
    assert len(result["checks"]) == 10
    assert not any(check["ok"] for check in result["checks"])
    assert "password_is_accepted: " in result["msg"]
    assert "correct horse" not in str(result)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"url": "http://127.0.0.1:8888"}, "`url` must look like https://HOST:PORT"),
        ({"password_file": "/nonexistent"}, "there is no secret in /nonexistent"),
        ({"certificate": "/nonexistent"}, "there is no server here: its certificate, /nonexistent, does not exist"),
        ({"certificate": "/"}, "cannot read the server's certificate in /: "),
    ],
)
def test_bad_options_are_named(run_module, arguments, change, message):
    result = run_module(MODULE, **{**arguments, **change})
    assert result["failed"]
    assert message in result["msg"]
