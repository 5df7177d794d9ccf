# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What all who keep a service running have in common.

They have the same methods: `status`, `start` (also restarts), `stop`, `enable`, `disable`, `log`. They call the outside through `run`,
which has the form of `AnsibleModule.run_command`.
"""

from __future__ import annotations

import typing as t

Run = t.Callable[..., t.Tuple[int, str, str]]


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
    timer: str | None = None
    """The name of a timer and of the unit that it starts, without suffix."""


class Supervisor:
    """The service, and the one door to the outside."""

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

    def start_timer(self) -> None:
        """Have the timer run, now and after each start of the machine."""

    def stop_timer(self) -> None:
        """Have it not run any more."""
