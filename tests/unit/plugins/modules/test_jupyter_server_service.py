# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The real start-stop-daemon keeps a real, small TLS server, which tells strangers its version; what it loads is one file."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import sys

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._service.process import is_running
from support.ports import free_port
from support.waiting import wait_until

MODULE = "jupyter_server_service"
SERVER = """
import http.server, ssl, sys
print("serving", flush=True)
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(403 if self.path == sys.argv[3] else 200)
        self.end_headers()
server = http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[2])
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
"""
START = """#!/bin/sh
BENCHWRIGHT_JUPYTER_SERVER=$(sha256sum {config} | cut -d " " -f 1)
[ "${{1-}}" = --digest ] && echo "$BENCHWRIGHT_JUPYTER_SERVER" && exit
export BENCHWRIGHT_JUPYTER_SERVER
. {config}
exec {python} {server} {port} {certificate} "${{CLOSED-/api/status}}"
"""

# An ordinary user's PATH often lacks the directory that it is in.
DAEMON = shutil.which("start-stop-daemon", path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
pytestmark = pytest.mark.skipif(DAEMON is None, reason="start-stop-daemon is Debian's")


@pytest.fixture
def arguments(run_module, tmp_path):
    port = free_port()
    paths = {name: str(tmp_path / name) for name in ("config", "server", "certificate", "script")}
    run_module("server_certificate", path=paths["certificate"], names=["localhost"])
    (tmp_path / "config").write_text("# nothing\n")
    (tmp_path / "server").write_text(SERVER)
    (tmp_path / "script").write_text(START.format(python=sys.executable, port=port, **paths))
    (tmp_path / "script").chmod(0o755)
    arguments = {
        "name": "small-server",
        "manager": "start_stop_daemon",
        "script": paths["script"],
        "user": pwd.getpwuid(os.getuid()).pw_name,
        "address": "127.0.0.1",
        "port": port,
        "certificate": paths["certificate"],
        "pid_file": str(tmp_path / "pid"),
        "log_file": str(tmp_path / "log"),
        "timeout": 60,
    }
    yield arguments
    run_module(MODULE, state="absent", **arguments)


def test_check_then_run_then_check_then_run(run_module, arguments, tmp_path):
    predicted = run_module(MODULE, check=True, **arguments)
    assert predicted["actions"] == ["start"]
    assert not (tmp_path / "log").exists()
    started = run_module(MODULE, **arguments)
    assert started["actions"] == ["start"]
    assert (tmp_path / "log").read_text().startswith("serving\n")
    assert (tmp_path / "log").stat().st_mode & 0o777 == 0o600
    assert not run_module(MODULE, check=True, **arguments)["changed"]
    again = run_module(MODULE, **arguments)
    assert (again["changed"], again["pid"]) == (False, started["pid"])


def test_a_changed_file_restarts_it_once(run_module, arguments, tmp_path):
    first = run_module(MODULE, **arguments)
    (tmp_path / "config").write_text("# changed\n")
    assert run_module(MODULE, check=True, **arguments)["actions"] == ["restart"]
    second = run_module(MODULE, **arguments)
    assert second["actions"] == ["restart"]
    assert second["pid"] != first["pid"]
    assert second["diff"]["before"]["digest"] != second["diff"]["after"]["digest"]
    assert not run_module(MODULE, **arguments)["changed"]


def test_check_mode_counts_on_files_that_would_have_changed(run_module, arguments):
    run_module(MODULE, **arguments)
    assert run_module(MODULE, check=True, files_changed=True, **arguments)["actions"] == ["restart"]
    assert not run_module(MODULE, files_changed=True, **arguments)["changed"]


def test_a_killed_server_is_started_again(run_module, arguments):
    pid = run_module(MODULE, **arguments)["pid"]
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not is_running(pid), "it cannot be killed")
    assert run_module(MODULE, check=True, **arguments)["actions"] == ["start"]
    assert run_module(MODULE, **arguments)["actions"] == ["start"]


def test_a_pid_file_that_names_another_process_is_not_believed(run_module, arguments, tmp_path):
    (tmp_path / "pid").write_text("%d\n" % os.getpid())
    assert not run_module(MODULE, state="absent", **arguments)["changed"]
    assert run_module(MODULE, **arguments)["actions"] == ["start"]


def test_a_dying_server_is_an_error_with_its_last_words(run_module, arguments, tmp_path):
    (tmp_path / "config").write_text("echo cannot find my keys; exit 3\n")
    result = run_module(MODULE, **arguments)
    assert result["failed"]
    assert "ended before it answered" in result["msg"]
    assert "cannot find my keys" in result["msg"]


def test_a_server_that_tells_strangers_its_state_is_not_told_as_started(run_module, arguments, tmp_path):
    (tmp_path / "config").write_text("CLOSED=nothing\n")
    for seconds in (1, 5, 25):
        result = run_module(MODULE, **{**arguments, "timeout": seconds})
        assert result["failed"]
        if "was answered" in result["msg"]:  # on a busy machine nobody listens yet after a second
            break
    assert "GET /api/status was answered with HTTP status 200 instead of 403" in result["msg"]


@pytest.mark.parametrize("check", [True, False])
def test_a_taken_port_is_an_error_before_anything_is_stopped(run_module, arguments, tmp_path, check):
    first = run_module(MODULE, **arguments)
    (tmp_path / "config").write_text("# changed\n")
    with socket.create_server(("127.0.0.1", 0)) as other:
        result = run_module(MODULE, check=check, **{**arguments, "port": other.getsockname()[1]})
    assert result["failed"]
    assert "process %d (" % os.getpid() in result["msg"]
    assert "`jupyter_server_port`" in result["msg"]
    os.kill(first["pid"], 0)  # raises when the process is gone


def test_absent_stops_it(run_module, arguments, tmp_path):
    run_module(MODULE, **arguments)
    assert run_module(MODULE, check=True, state="absent", **arguments)["actions"] == ["stop"]
    assert run_module(MODULE, state="absent", **arguments)["actions"] == ["stop"]
    assert not (tmp_path / "pid").exists()
    assert not run_module(MODULE, state="absent", **arguments)["changed"]


def test_the_plays_environment_does_not_reach_the_server(run_module, arguments, monkeypatch):
    monkeypatch.setenv("SECRET_OF_THE_PLAY", "canary")
    pid = run_module(MODULE, **arguments)["pid"]
    with open("/proc/%d/environ" % pid, "rb") as file:
        environment = file.read()
    assert b"BENCHWRIGHT_JUPYTER_SERVER" in environment
    assert b"canary" not in environment
