# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The calls that the systemd supervisors make, against a stand-in for systemctl; start-stop-daemon runs for real elsewhere."""

from __future__ import annotations

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._service import carry_out
from ansible_collections.benchwright.python.plugins.module_utils._service.plan import Status
from ansible_collections.benchwright.python.plugins.module_utils._service.supervisors import (
    Service,
    ServiceError,
    StartStopDaemon,
    Systemd,
    SystemdUser,
)

SERVICE = Service(
    name="web",
    script="/etc/start",
    variable="WEB",
    user="web",
    pid_file="/nonexistent/pid",
    log_file="/nonexistent/log",
)


class RunStandIn:
    """Answers by the first word after the options and keeps what was asked."""

    def __init__(self, **answers):
        self.answers = answers
        self.asked = []

    def __call__(self, argv, environ_update=None):
        words = [word for word in argv if not word.startswith("-")]
        self.asked.append(argv)
        return self.answers.get(words[1] if len(words) > 1 else words[0], (0, "", ""))


@pytest.mark.parametrize(
    ("shown", "status"),
    [
        ("MainPID=7\nUnitFileState=enabled\nNeedDaemonReload=no\n", Status(7, True, False)),
        ("MainPID=0\nUnitFileState=\nNeedDaemonReload=no\n", Status(0, False, False)),
        ("MainPID=7\nUnitFileState=disabled\nNeedDaemonReload=yes\n", Status(7, False, True)),
    ],
)
def test_systemd_is_read(shown, status):
    assert Systemd(SERVICE, RunStandIn(show=(0, shown, ""))).status() == status


def test_systemd_starts_a_unit_that_failed_too_often():
    run = RunStandIn()
    Systemd(SERVICE, run).start()
    assert [argv[1] for argv in run.asked] == ["daemon-reload", "reset-failed", "restart"]


def test_a_refusal_is_an_error_with_the_command():
    run = RunStandIn(restart=(1, "", "Access denied"))
    with pytest.raises(ServiceError, match=r"`systemctl restart web` failed \(exit code 1\): Access denied"):
        Systemd(SERVICE, run).start()


def test_the_users_systemd_is_asked_with_its_scope_and_warns_without_lingering():
    run = RunStandIn(**{"enable-linger": (1, "", "Access denied")})
    warnings = SystemdUser(SERVICE, run).enable()
    assert run.asked[0][:2] == ["systemctl", "--user"]
    assert "loginctl enable-linger web" in warnings[0]


def test_without_a_pid_file_nothing_runs():
    daemon = StartStopDaemon(SERVICE, RunStandIn())
    assert daemon.status() == Status(0, None, False)
    assert daemon.log(20) == ""


class SupervisorStandIn:
    """Shows one process after the other, as a supervisor does that restarts a dying service."""

    service = SERVICE

    def __init__(self, *pids):
        self.pids = list(pids)

    def status(self):
        return Status(pid=self.pids.pop(0) if len(self.pids) > 1 else self.pids[0])

    def log(self, lines):
        return "last words"


@pytest.mark.parametrize("pids", [(7, 0), (7, 8), (0, 7, 0)])
def test_a_dying_service_is_an_error_with_its_log(pids):
    with pytest.raises(ServiceError, match=r"(?s)web ended before it answered.*last words"):
        carry_out.wait_until_ready(SupervisorStandIn(*pids), lambda: "refused", timeout=60)


def test_a_silent_service_is_an_error_after_the_timeout():
    with pytest.raises(ServiceError, match=r"(?s)does not answer as it should after 0 s \(refused\).*last words"):
        carry_out.wait_until_ready(SupervisorStandIn(7), lambda: "refused", timeout=0)


def test_the_answering_process_is_returned():
    answers = iter(["refused", "refused", None])
    assert carry_out.wait_until_ready(SupervisorStandIn(0, 7), lambda: next(answers), timeout=60) == 7
