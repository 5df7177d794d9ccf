"""Users of one Jupyter server, as many as are wanted, somebody who watches how long things take, and what it all costs."""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from ansible_collections.benchwright.python.plugins.module_utils._jupyter.checks import FAILURES, wait_for
from ansible_collections.benchwright.python.plugins.module_utils._jupyter.kernel import Kernel, clean
from ansible_collections.benchwright.python.plugins.module_utils._jupyter.session import Session

from .jupyter_host import JupyterHost

USAGE = (Path(__file__).parent / "programs/jupyter_usage.py").read_text(encoding="utf-8")
SECONDS = 600.0
"""What a user stays at most."""
EVERY = 5
"""Which user has a terminal besides."""
AT_ONCE = 2
"""Users that arrive at the same time; the others stand in front of the door."""


class Terminal:
    """A shell of a user, which ends with the ``with`` block."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._stack = ExitStack()

    def __enter__(self) -> Terminal:
        with ExitStack() as stack:
            name = self._session.expect(200, "POST", "/api/terminals").json()["name"]
            stack.callback(clean, self._session, f"/api/terminals/{name}")
            self._socket = self._session.websocket(f"/terminals/websocket/{name}")
            stack.callback(self._socket.close)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *dummy: object) -> None:
        self._stack.close()

    def add(self, number: int) -> None:
        """Let the shell compute; returns when it has."""
        self._socket.send(json.dumps(["stdin", f"echo sum-$(({number}+1))\r"]))
        wait_for(self._socket, f"sum-{number + 1}")


class Crowd:
    """Users who came, each with a login, a kernel and a cell every ``pause`` seconds, until the ``with`` block ends."""

    def __init__(self, server: JupyterHost, pause: float) -> None:
        self._server, self._pause = server, pause
        self._login, self._door = threading.Lock(), threading.Semaphore(AT_ONCE)
        self._leave = threading.Event()
        self._threads: list[threading.Thread] = []
        self.cells: list[float] = []
        """Seconds that each took."""
        self.failures: list[str] = []

    def __enter__(self) -> Crowd:
        return self

    def __exit__(self, *dummy: object) -> None:
        self._leave.set()
        for thread in self._threads:
            thread.join()

    def grow(self, number: int) -> None:
        """Wait until so many users have run their first cell."""
        come = []
        for user in range(len(self._threads), number):
            arrived = threading.Event()
            self._threads.append(threading.Thread(target=self._visit, args=[user, arrived]))
            self._threads[-1].start()
            come.append(arrived)
        for arrived in come:
            arrived.wait()

    def _visit(self, user: int, arrived: threading.Event) -> None:
        try:
            with ExitStack() as stack:
                with self._door:
                    round_of = self._arrive(user, stack)
                    round_of()
                    arrived.set()
                while not self._leave.wait(self._pause * random.uniform(0.5, 1.5)):
                    round_of()
        except (*FAILURES, AssertionError) as error:
            self.failures.append(f"user {user}: {error!r}")
        finally:
            arrived.set()

    def _arrive(self, user: int, stack: ExitStack) -> Callable[[], None]:
        with self._login:  # the server looks at one password of an address at a time
            session = self._server.user(SECONDS)
        kernel = stack.enter_context(Kernel(session))
        terminal = stack.enter_context(Terminal(session)) if user % EVERY == 0 else None

        def round_of() -> None:
            number = random.randrange(1_000, 100_000)
            began = time.monotonic()
            printed = kernel.run(f"import numpy as np; print(np.arange({number}).sum())")
            self.cells.append(time.monotonic() - began)
            if printed != f"{number * (number - 1) // 2}\n":
                self.failures.append(f"user {user}: the sum of the numbers below {number} is not {printed!r}")
            if terminal is not None:
                terminal.add(number)

        return round_of


@dataclass(frozen=True)
class Seen:
    """Seconds of each round trip."""

    cells: list[float] = field(default_factory=list)
    status: list[float] = field(default_factory=list)


class Observer:
    """Somebody with a kernel who does nothing but look at the clock, ``often`` times a second, until the ``with`` block ends."""

    def __init__(self, server: JupyterHost, often: float) -> None:
        self._session, self._pause = server.user(SECONDS), 1 / often
        self._stop = threading.Event()
        self._seen = Seen()
        self._thread = threading.Thread(target=self._look)
        self.failures: list[str] = []

    def __enter__(self) -> Observer:
        self._thread.start()
        return self

    def __exit__(self, *dummy: object) -> None:
        self._stop.set()
        self._thread.join()

    def take(self) -> Seen:
        """What was seen since this was last asked."""
        taken, self._seen = self._seen, Seen()
        return taken

    def _look(self) -> None:
        try:
            with Kernel(self._session) as kernel:
                while not self._stop.wait(self._pause):
                    began = time.monotonic()
                    value = kernel.run("1")
                    between = time.monotonic()
                    self._session.expect(200, "GET", "/api/status")
                    self._seen.cells.append(between - began)
                    self._seen.status.append(time.monotonic() - between)
                    if value != "1":
                        self.failures.append(f"observer: 1 is not {value!r}")
        except FAILURES as error:
            self.failures.append(f"observer: {error!r}")


@dataclass(frozen=True)
class Usage:
    """Memory in bytes, what is shared counted in parts (PSS); processor time in seconds since each began."""

    server_memory: int
    server_seconds: float
    kernels: int
    kernel_memory: int
    busy_seconds: float
    """Of all processors of the machine, whatever they did."""


def usage_of(server: JupyterHost) -> Usage:
    return Usage(**json.loads(server.host.run(f"python3 - {server.pid()}", stdin=USAGE)))


def quantile(values: list[float], share: float) -> float:
    """The smallest value that is not exceeded by this share of them."""
    return sorted(values)[max(0, -int(-len(values) * share // 1) - 1)]
