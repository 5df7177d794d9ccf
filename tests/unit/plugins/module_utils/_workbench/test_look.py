# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is read of the certificate and of the service."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._workbench import look
from support.certificates import Authority, new_key


@pytest.fixture
def layout(tmp_path):
    made = look.layout_of(0, Path("/nobody"), tmp_path)
    for directory in (made.configuration, made.state, made.units):
        directory.mkdir(parents=True)
    return made


def test_a_certificate_tells_its_names_and_its_end(layout, tmp_path):
    new_key(tmp_path / "key.pem")
    authority = Authority(tmp_path, "Site")
    layout.certificate.write_text(authority.issue(tmp_path / "key.pem", "DNS:lab.example.org", days=30))
    told = look.certificate(layout.certificate, None, time.time())
    assert told["names"] == ["lab.example.org"]
    assert told["days_left"] == 29
    assert told["self_signed"] is False
    assert look.certificate(layout.certificate, None, time.time() + 31 * look.DAY)["days_left"] == -2


def test_no_certificate_is_nothing_and_a_broken_one_is_a_problem(layout):
    assert look.certificate(layout.certificate, None, 0.0) == {}
    layout.certificate.write_text("nothing")
    assert "problem" in look.certificate(layout.certificate, None, 0.0)


def test_the_key_beside_it_is_never_told(layout, tmp_path):
    new_key(tmp_path / "key.pem")
    pem = Authority(tmp_path, "Site").issue(tmp_path / "key.pem", "DNS:lab.example.org")
    layout.certificate.write_text((tmp_path / "key.pem").read_text() + pem)
    assert "PRIVATE" not in str(look.certificate(layout.certificate, None, 0.0))


def run_stand_in(answer):
    return lambda argv, **dummy: (0, answer, "")


def test_a_service_of_systemd(layout):
    assert look.service(layout, run_stand_in("")) == {}
    layout.script.touch()
    layout.unit.touch()
    shown = "MainPID=%d\nActiveState=active\nUnitFileState=enabled\nNeedDaemonReload=no\n" % os.getpid()
    told = look.service(layout, run_stand_in(shown))
    assert (told["manager"], told["running"], told["enabled"]) == ("systemd", True, True)
    assert told["since"].endswith("Z")


def test_a_service_that_nobody_supervises(layout):
    layout.script.touch()
    told = look.service(layout, run_stand_in(""))
    assert (told["manager"], told["running"], told["enabled"]) == ("start_stop_daemon", False, None)


def test_a_supervisor_that_refuses_is_a_problem(layout):
    layout.script.touch()
    layout.unit.touch()
    told = look.service(layout, lambda argv, **dummy: (1, "", "Failed to connect to bus"))
    assert told["running"] is False
    assert "Failed to connect to bus" in told["problem"]


def test_an_ordinary_user_has_everything_at_home():
    layout = look.layout_of(1000, Path("/home/quant"))
    assert layout.certificate == Path("/home/quant/.config/benchwright/jupyter_server.pem")
    assert layout.manager == "systemd_user"
