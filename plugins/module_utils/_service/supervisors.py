# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who keeps a service running: three supervisors with the same methods.

`status`, `start` (also restarts), `stop`, `enable`, `disable`, `log`. Adding a supervisor is adding a class here and a
line to `SUPERVISORS`. They call the outside through `run`, which has the form of `AnsibleModule.run_command`.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import typing as t

from . import process
from .plan import Status

Run = t.Callable[..., t.Tuple[int, str, str]]

LOG_LIMIT = 10 * 1024 * 1024  # bytes; a log above it is put aside when the service starts
STOP_SCHEDULE = "TERM/20/KILL/5"  # seconds; the server needs some to end its kernels


class ServiceError(Exception):
    """The service cannot be brought to the wanted state; the text says what to do about it."""


class Service(t.NamedTuple):
    """What the supervisors must know of a service.

    `script` starts it in the foreground and exports `variable`, the digest of what the process loads.
    """

    name: str
    script: str
    variable: str
    user: str
    pid_file: str | None = None
    log_file: str | None = None


class Supervisor:
    """What the three have in common: the service and the one door to the outside."""

    def __init__(self, service: Service, run: Run) -> None:
        self.service = service
        self._run = run

    def call(self, *argv: str) -> str:
        """Run a command and return what it printed.

        Raises ServiceError when the command cannot be run or fails.
        """
        code, out, err = self._run(list(argv))
        if code != 0:
            raise ServiceError("`%s` failed (exit code %d): %s" % (" ".join(argv), code, (err or out).strip()))
        return out

    def enable(self) -> list[str]:
        """Let the service start with the machine; returns warnings."""
        return []

    def disable(self) -> None:
        """Do not start the service with the machine any more."""


class Systemd(Supervisor):
    """The machine's systemd."""

    SCOPE: tuple[str, ...] = ()

    def systemctl(self, *arguments: str) -> str:
        return self.call("systemctl", *self.SCOPE, *arguments)

    def status(self) -> Status:
        shown = self.systemctl("show", self.service.name, "--property=MainPID,UnitFileState,NeedDaemonReload")
        properties = dict(line.split("=", 1) for line in shown.splitlines() if "=" in line)
        return Status(
            pid=int(properties.get("MainPID", "0")),
            enabled=properties.get("UnitFileState", "").startswith("enabled"),
            stale=properties.get("NeedDaemonReload") == "yes",
        )

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


class StartStopDaemon(Supervisor):
    """Debian's start-stop-daemon, for machines (containers, mostly) where no service manager runs."""

    # The caller's environment holds whatever the play was given; nothing of it is the server's business.
    CLEAN = ("env", "-i", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "start-stop-daemon")

    def status(self) -> Status:
        pid = self._read_pid()
        return Status(pid=pid if pid and self._is_ours(pid) else 0)

    def _read_pid(self) -> int:
        try:
            with open(str(self.service.pid_file), encoding="ascii") as file:
                return int(file.read())
        except (FileNotFoundError, ValueError):
            return 0

    def _is_ours(self, pid: int) -> bool:
        """A number in a file outlives its process, and the kernel gives numbers out again."""
        if not process.is_running(pid):
            return False
        return self.service.variable in process.environment_of(pid) or self.service.script in process.command_line_of(
            pid
        )

    def start(self) -> None:
        self.stop()
        self._forget_pid()
        self._prepare_log()
        account = ["--chuid", self.service.user] if os.getuid() == 0 else []
        redirect = ["/bin/sh", "--", "-c", 'exec "$0" >>"$1" 2>&1', self.service.script, str(self.service.log_file)]
        options = ["--start", "--background", "--make-pidfile", "--pidfile", str(self.service.pid_file)]
        self.call(*self.CLEAN, *options, *account, "--umask", "077", "--startas", *redirect)

    def _forget_pid(self) -> None:
        """start-stop-daemon believes any living process that the file names, and would not start another."""
        with contextlib.suppress(FileNotFoundError):
            os.unlink(str(self.service.pid_file))

    def _prepare_log(self) -> None:
        """The log belongs to the server's user from its first byte, in a directory where that user may create nothing."""
        path = str(self.service.log_file)
        if os.path.exists(path) and os.path.getsize(path) > LOG_LIMIT:
            os.replace(path, path + ".1")
        descriptor = os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY | os.O_NOFOLLOW, 0o600)
        try:
            account = pwd.getpwnam(self.service.user)
            os.fchown(descriptor, account.pw_uid, account.pw_gid)
        finally:
            os.close(descriptor)

    def stop(self) -> None:
        if self.status().pid:
            options = ["--stop", "--oknodo", "--remove-pidfile", "--pidfile", str(self.service.pid_file)]
            self.call(*self.CLEAN, *options, "--retry", STOP_SCHEDULE)

    def log(self, lines: int) -> str:
        """The last lines of the log file; empty before the first start."""
        try:
            with open(str(self.service.log_file), encoding="utf-8", errors="replace") as file:
                return "".join(file.readlines()[-lines:]).strip()
        except FileNotFoundError:
            return ""


SUPERVISORS: dict[str, type[Systemd | StartStopDaemon]] = {
    "systemd": Systemd,
    "systemd_user": SystemdUser,
    "start_stop_daemon": StartStopDaemon,
}
