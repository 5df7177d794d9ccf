"""Somebody who wants an answer while others misbehave, and what the server takes of the machine."""

from __future__ import annotations

import http.client
import statistics
import threading
import time
from collections.abc import Callable

from ansible_collections.benchwright.python.plugins.module_utils._jupyter.session import SessionError

from .jupyter_host import UNIT, JupyterHost

PATIENCE = 0.3
"""Seconds within which others are answered."""


class Watcher:
    """Somebody who only wants to know the state, five times a second, while others do what they do."""

    def __init__(self, server: JupyterHost) -> None:
        self._user = server.user(600)
        self._stop = threading.Event()
        self.seconds: list[float] = []
        self.failures: list[str] = []

    def _look(self) -> None:
        while not self._stop.is_set():
            began = time.monotonic()
            try:
                self._user.expect(200, "GET", "/api/status")
                self.seconds.append(time.monotonic() - began)
            except (OSError, http.client.HTTPException, SessionError) as error:
                self.failures.append(repr(error))
            time.sleep(0.2)

    def __enter__(self) -> Watcher:
        self._thread = threading.Thread(target=self._look)
        self._thread.start()
        return self

    def __exit__(self, *dummy: object) -> None:
        self._stop.set()
        self._thread.join()

    @property
    def middle(self) -> float:
        return statistics.median(self.seconds)

    def share_within(self, seconds: float) -> float:
        """Of the answers, those that came within so many seconds: 0 to 1."""
        return sum(one < seconds for one in self.seconds) / len(self.seconds)

    def tell(self, record: Callable[[str, object], None], name: str) -> None:
        record(f"{name}_median_ms", round(self.middle * 1000))
        record(f"{name}_worst_ms", round(max(self.seconds) * 1000))


def memory_of(server: JupyterHost) -> int:
    """Bytes that the server and all that it started hold."""
    return int(server.host.run(f"systemctl show --property=MemoryCurrent --value {UNIT}"))


def tasks_of(server: JupyterHost) -> int:
    """Processes and threads of the server and all that it started."""
    return int(server.host.run(f"systemctl show --property=TasksCurrent --value {UNIT}"))


def descriptors_of(server: JupyterHost) -> int:
    return int(server.host.run(f"ls /proc/{server.pid()}/fd | wc -l"))
