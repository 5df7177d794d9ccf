"""How long a Jupyter server takes to answer while fifty others use it, and what they cost.

    python benchmarks/jupyter_load.py

Needs Docker. A container becomes a server by the role; users come to it, each with a login, a websocket, a kernel with NumPy and
a cell about every three seconds, every fifth with a terminal in which something happens as often. Somebody else, with a kernel
that does nothing, measures the way to it and back (`1`, until the kernel says that it is idle again), and GET /api/status over a
connection of its own. The users run on the same machine as the server, whose processors they share.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from support.jupyter_host import JupyterHost, engine_missing, serve_jupyter  # noqa: E402
from support.jupyter_load import Crowd, Observer, Seen, Usage, quantile, usage_of  # noqa: E402

STAGES = (10, 25, 50)
SECONDS = 15.0
"""Of each stage, after all have come."""
PAUSE = 3.0
OFTEN = 10.0
# What 50 kernels may need, and less than what there is.
ROOM = ("--memory=12g", "--memory-swap=12g")
LIMITS = {"jupyter_server_memory_max": "11G", "jupyter_server_tasks_max": 5000}
HEAD = """
      `1`, to the kernel and back          GET /api/status      cells of the users    server        machine  kernel
   p50 ms  p99 ms p50 ratio p99 ratio   p50 ms  p99 ms ratio   number p50 ms p99 ms   CPU    MB     CPU       MB"""


class Bench:
    """The stages, one after another, each compared with the first."""

    def __init__(self, server: JupyterHost, crowd: Crowd, observer: Observer) -> None:
        self._server, self._crowd, self._observer = server, crowd, observer
        self._before: Seen | None = None

    def stage(self, label: str, meanwhile: Callable[[], object]) -> None:
        """Measure while something goes on, and print a line."""
        first, began = usage_of(self._server), time.monotonic()
        self._observer.take()
        cells = len(self._crowd.cells)
        meanwhile()
        seen = self._observer.take()
        seconds, last = time.monotonic() - began, usage_of(self._server)
        self._before = self._before or seen
        print(
            latency(seen, self._before),
            of_users(self._crowd.cells[cells:]),
            cost(first, last, seconds),
            f"{label}, {seconds:.0f} s",
            sep="  ",
            flush=True,
        )


def latency(seen: Seen, before: Seen) -> str:
    middle, worst = (1000 * quantile(seen.cells, share) for share in (0.5, 0.99))
    ratios = (quantile(seen.cells, share) / quantile(before.cells, share) for share in (0.5, 0.99))
    status = [1000 * quantile(seen.status, share) for share in (0.5, 0.99)]
    slower = quantile(seen.status, 0.5) / quantile(before.status, 0.5)
    return "{:9.1f} {:7.1f} {:7.1f} x {:7.1f} x".format(middle, worst, *ratios) + "{:9.1f} {:7.1f} {:3.1f} x".format(
        *status, slower
    )


def of_users(cells: list[float]) -> str:
    if not cells:
        return f"{0:7d} {'-':>6s} {'-':>6s}"
    return "{:7d} {:6.1f} {:6.1f}".format(len(cells), *(1000 * quantile(cells, share) for share in (0.5, 0.99)))


def cost(first: Usage, last: Usage, seconds: float) -> str:
    server = (last.server_seconds - first.server_seconds) / seconds
    machine = (last.busy_seconds - first.busy_seconds) / seconds / (os.cpu_count() or 1)
    each = last.kernel_memory / last.kernels
    return f"{server:5.0%} {last.server_memory / (1 << 20):5.0f} {machine:7.0%} {each / (1 << 20):8.1f}"


def machine() -> str:
    [model, *dummy] = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30)
    load = os.getloadavg()[0]
    return f"{os.cpu_count()} x {model.partition(': ')[2]}, {memory:.0f} GB; load before {load:.2f}"


def main() -> None:
    if missing := engine_missing():
        sys.exit(missing)
    with serve_jupyter(*ROOM, **LIMITS) as server, Crowd(server, PAUSE) as crowd, Observer(server, OFTEN) as observer:
        time.sleep(5)
        print(machine(), HEAD, sep="\n", flush=True)
        bench = Bench(server, crowd, observer)
        bench.stage("nobody else", lambda: time.sleep(SECONDS))
        here, own = 0, time.process_time()
        for number in STAGES:
            bench.stage(f"users {here + 1} to {number} arrive", lambda number=number: crowd.grow(number))  # type: ignore[misc]
            here = number
            bench.stage(f"{number} users", lambda: time.sleep(SECONDS))
        usage = usage_of(server)
        own = time.process_time() - own
    failures = [*crowd.failures, *observer.failures]
    total = (usage.server_memory + usage.kernel_memory) / (1 << 30)
    print(f"{usage.kernels} kernels and the server: {total:.1f} GB; this program took {own:.0f} s of a processor")
    print(f"{len(crowd.cells)} cells of users, {len(failures)} failures")
    if failures:
        sys.exit("\n".join(failures))


if __name__ == "__main__":
    main()
