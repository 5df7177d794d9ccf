# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The machine's systemd and that of a user keep a service running."""

from __future__ import annotations

import os
import typing as t

from .plan import OFF, RUNS, STALE, Status
from .supervisor import Run, Service, Supervisor


class Systemd(Supervisor):
    """The machine's systemd."""

    SCOPE: tuple[str, ...] = ()

    def systemctl(self, *arguments: str) -> str:
        return self.call("systemctl", *self.SCOPE, *arguments)

    def status(self) -> Status:
        timer = [self.service.timer + ".timer", self.service.timer + ".service"] if self.service.timer else []
        names = "--property=MainPID,ActiveState,UnitFileState,NeedDaemonReload"
        shown = self.systemctl("show", self.service.name, *timer, names)
        properties, *others = [
            dict(line.split("=", 1) for line in unit.splitlines() if "=" in line) for unit in shown.split("\n\n")
        ]
        return Status(
            pid=int(properties.get("MainPID", "0")),
            enabled=properties.get("UnitFileState", "").startswith("enabled"),
            stale=properties.get("NeedDaemonReload") == "yes",
            timer=timer_state(*others) if timer else None,
        )

    def start_timer(self) -> None:
        self.systemctl("daemon-reload")
        self.systemctl("enable", "%s.timer" % self.service.timer)
        self.systemctl("restart", "%s.timer" % self.service.timer)

    def stop_timer(self) -> None:
        self.systemctl("disable", "--now", "%s.timer" % self.service.timer)

    def start(self) -> None:
        self.systemctl("daemon-reload")
        # A unit that failed too often refuses to start until its counter is cleared; a new unit has no counter yet.
        self._run(["systemctl", *self.SCOPE, "reset-failed", self.service.name])
        self.systemctl("restart", self.service.name)

    def stop(self) -> None:
        self.systemctl("stop", self.service.name)

    def enable(self) -> list[str]:
        self.systemctl("daemon-reload")
        self.systemctl("enable", self.service.name)
        return []

    def disable(self) -> None:
        self.systemctl("disable", self.service.name)

    def log(self, lines: int) -> str:
        """The last lines of the service's journal; a reason why not where it cannot be read."""
        argv = [
            "journalctl",
            *self.SCOPE,
            "--unit",
            self.service.name,
            "--lines",
            str(lines),
            "--no-pager",
            "--output",
            "cat",
        ]
        dummy, out, err = self._run(argv)
        return (out or err).strip()


def timer_state(timer: t.Mapping[str, str], unit: t.Mapping[str, str]) -> str:
    """What the properties of a timer and of the unit that it starts say."""
    if timer.get("ActiveState") != "active" or not timer.get("UnitFileState", "").startswith("enabled"):
        return OFF
    return STALE if "yes" in (timer.get("NeedDaemonReload"), unit.get("NeedDaemonReload")) else RUNS


class SystemdUser(Systemd):
    """The systemd of one user. It ends with the user's last session unless the user "lingers"."""

    SCOPE = ("--user",)

    def __init__(self, service: Service, run: Run) -> None:
        environment = {"XDG_RUNTIME_DIR": "/run/user/%d" % os.getuid()}
        super().__init__(service, lambda argv: run(argv, environ_update=environment))

    def enable(self) -> list[str]:
        super().enable()
        if os.path.exists(os.path.join("/var/lib/systemd/linger", self.service.user)):
            return []
        code, out, err = self._run(["loginctl", "enable-linger", self.service.user])
        if code == 0:
            return []
        return [
            "The server will end with the last session of %s and will not start with the machine: loginctl said %r. "
            "Ask an administrator for: loginctl enable-linger %s"
            % (self.service.user, (err or out).strip(), self.service.user)
        ]
