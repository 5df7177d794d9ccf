# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who keeps a service running. Adding a supervisor is adding a file with a class, and a line here."""

from __future__ import annotations

from .start_stop_daemon import StartStopDaemon
from .supervisor import Run, Service, ServiceError
from .systemd import Systemd, SystemdUser

__all__ = ["SUPERVISORS", "Run", "Service", "ServiceError", "StartStopDaemon", "Systemd", "SystemdUser"]

SUPERVISORS: dict[str, type[Systemd | StartStopDaemon]] = {
    "systemd": Systemd,
    "systemd_user": SystemdUser,
    "start_stop_daemon": StartStopDaemon,
}
