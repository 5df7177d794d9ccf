# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""With a stand-in for the environment's Python that has a simple hash; the real one is in the integration tests."""

from __future__ import annotations

import sys

import pytest

MODULE = "jupyter_server_credentials"
# Stands in for argon2 where the environment would have it: salted, verifiable, quick.
ARGON2_STAND_IN = """
import hashlib, os
class exceptions:
    class VerificationError(Exception): pass
    class InvalidHashError(Exception): pass
class PasswordHasher:
    def __init__(self, **parameters): pass
    def hash(self, password, salt=None):
        salt = salt or os.urandom(8).hex()
        return "$stand-in$" + salt + "$" + hashlib.sha256((salt + password).encode()).hexdigest()
    def verify(self, text, password):
        if not text.startswith("$stand-in$"):
            raise exceptions.InvalidHashError(text)
        if self.hash(password, text.split("$")[2]) != text:
            raise exceptions.VerificationError()
"""


@pytest.fixture
def arguments(tmp_path):
    environment = tmp_path / "environment"
    (environment / "bin").mkdir(parents=True)
    (environment / "argon2.py").write_text(ARGON2_STAND_IN)
    python = environment / "bin" / "python"
    # -I would hide the stand-in: the wrapper adds its place itself.
    python.write_text(
        '#!/bin/sh\nshift 2\nexec "%s" -I -c "import sys; sys.path.insert(0, \'%s\'); exec(sys.argv[1])" "$@"\n'
        % (sys.executable, environment)
    )
    python.chmod(0o755)
    return {
        "password_file": str(tmp_path / "password"),
        "hash_file": str(tmp_path / "hash"),
        "environment": str(environment),
        "mode": "0640",
    }


def test_check_then_run_then_check_then_run(run_module, arguments, tmp_path):
    assert run_module(MODULE, check=True, **arguments)["changed"]
    assert not (tmp_path / "password").exists()
    result = run_module(MODULE, **arguments)
    assert len(result["made"]) == 2
    password = (tmp_path / "password").read_text().strip()
    kept = (tmp_path / "hash").read_text()
    assert len(password) >= 24
    assert password not in str(result)
    assert kept.strip() not in str(result)
    assert (tmp_path / "password").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "hash").stat().st_mode & 0o777 == 0o640
    assert not run_module(MODULE, check=True, **arguments)["changed"]
    assert not run_module(MODULE, **arguments)["changed"]
    assert (tmp_path / "hash").read_text() == kept


def test_two_hosts_get_two_passwords(run_module, arguments, tmp_path):
    run_module(MODULE, **arguments)
    other = {"password_file": str(tmp_path / "password2"), "hash_file": str(tmp_path / "hash2")}
    run_module(MODULE, **{**arguments, **other})
    assert (tmp_path / "password").read_text() != (tmp_path / "password2").read_text()


@pytest.mark.parametrize("text", ["my own password", "my own password\n", "my own password\r\n"])
def test_a_given_password_is_kept_and_hashed(run_module, arguments, tmp_path, text):
    (tmp_path / "password").write_bytes(text.encode())
    assert run_module(MODULE, **arguments)["made"] == [arguments["hash_file"]]
    assert (tmp_path / "password").read_bytes() == text.encode()
    assert (tmp_path / "password").stat().st_mode & 0o777 == 0o600
    kept = (tmp_path / "hash").read_text()
    (tmp_path / "password").write_text("my own password\n")  # another line end is no other password
    assert not run_module(MODULE, **arguments)["changed"]
    assert (tmp_path / "hash").read_text() == kept


@pytest.mark.parametrize("damage", ["", "argon2:nonsense", "sha1:aa:bb"])
def test_a_hash_that_does_not_verify_is_replaced(run_module, arguments, tmp_path, damage):
    run_module(MODULE, **arguments)
    (tmp_path / "hash").write_text(damage)
    assert run_module(MODULE, check=True, **arguments)["made"] == [arguments["hash_file"]]
    assert (tmp_path / "hash").read_text() == damage
    run_module(MODULE, **arguments)
    assert (tmp_path / "hash").read_text().startswith("argon2:")
    assert not run_module(MODULE, **arguments)["changed"]


@pytest.mark.parametrize("text", ["", "\n", "   \n", "one\ntwo\n"])
def test_a_useless_password_file_is_an_error(run_module, arguments, tmp_path, text):
    (tmp_path / "password").write_text(text)
    result = run_module(MODULE, **arguments)
    assert result["failed"]
    assert "must hold one line" in result["msg"]
    assert not (tmp_path / "hash").exists()


def test_without_an_environment_only_check_mode_works(run_module, arguments, tmp_path):
    arguments["environment"] = str(tmp_path / "absent")
    assert run_module(MODULE, check=True, **arguments)["changed"]
    result = run_module(MODULE, **arguments)
    assert result["failed"]
    assert str(tmp_path / "absent") in result["msg"]
    assert not (tmp_path / "password").exists()


def test_an_environment_without_argon2_is_named(run_module, arguments, tmp_path):
    (tmp_path / "environment/argon2.py").write_text("raise ImportError('No module named argon2')")
    result = run_module(MODULE, **arguments)
    assert result["failed"]
    assert "No module named argon2" in result["msg"]
    assert "jupyterlab" in result["msg"]


def test_a_token_is_made_once_and_is_nowhere_else(run_module, arguments, tmp_path):
    arguments["token_file"] = str(tmp_path / "token")
    assert run_module(MODULE, check=True, **arguments)["made"][-1] == arguments["token_file"]
    result = run_module(MODULE, **arguments)
    token = (tmp_path / "token").read_text()
    assert len(token.strip()) >= 32
    assert token != (tmp_path / "password").read_text()
    assert token.strip() not in str(result)
    assert (tmp_path / "token").stat().st_mode & 0o777 == 0o640
    assert not run_module(MODULE, check=True, **arguments)["changed"]
    assert not run_module(MODULE, **arguments)["changed"]
    assert (tmp_path / "token").read_text() == token


def test_a_token_alone_needs_no_environment(run_module, arguments, tmp_path):
    alone = {"token_file": str(tmp_path / "token"), "environment": str(tmp_path / "absent")}
    assert run_module(MODULE, **alone)["made"] == [alone["token_file"]]
    assert not (tmp_path / "password").exists()


def test_a_token_file_without_a_token_is_an_error(run_module, arguments, tmp_path):
    (tmp_path / "token").write_text("\n")
    result = run_module(MODULE, **arguments, token_file=str(tmp_path / "token"))
    assert "must hold one line" in result["msg"]
    assert not (tmp_path / "password").exists()
