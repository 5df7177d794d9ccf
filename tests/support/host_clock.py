"""The clock of a systemd host, which no container may set: Debian's libfaketime shows its programs another one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from support.systemd_host import SystemdHost

SETTINGS = "FAKETIME_NO_CACHE=1 FAKETIME_DONT_FAKE_MONOTONIC=1"
"""A jump is seen at once, and the time since the start of the machine goes on as it does when a real clock is set."""
INSTALL = "apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends libfaketime"
PRELOAD = "ls /usr/lib/*/faketime/libfaketimeMT.so.1 > /etc/ld.so.preload"


class Clock:
    def __init__(self, host: SystemdHost) -> None:
        self._host = host

    def jump(self, days: int) -> None:
        """To so many days from the real time, for what runs already and for what starts from now on."""
        self._host.run(f"echo {days:+}d > /etc/faketimerc.new && mv /etc/faketimerc.new /etc/faketimerc")

    def run(self, command: str, stdin: str = "") -> str:
        """Run a shell command that lives by this clock."""
        return self._host.run(f"export {SETTINGS}; {command}", stdin=stdin)


@contextmanager
def clock_of(host: SystemdHost) -> Iterator[Clock]:
    """What is started from now on lives by this clock; what still does at the end is to be started again."""
    host.run(INSTALL)
    clock = Clock(host)
    clock.jump(0)
    host.run(f"systemctl set-environment {SETTINGS}; {PRELOAD}")
    try:
        yield clock
    finally:
        names = " ".join(setting.partition("=")[0] for setting in SETTINGS.split())
        host.run(f"rm /etc/ld.so.preload /etc/faketimerc; systemctl unset-environment {names}")
