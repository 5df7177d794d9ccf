# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Debian's start-stop-daemon keeps a service running, as far as nobody starts it again."""

from __future__ import annotations

import contextlib
import os
import pwd

from . import process
from .plan import Status
from .supervisor import Supervisor

LOG_LIMIT = 10 * 1024 * 1024  # bytes; a log above it is put aside when the service starts
STOP_SCHEDULE = "TERM/20/KILL/5"  # seconds; the server needs some to end its kernels


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
