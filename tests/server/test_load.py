"""What the benchmark of load measures is what it says, with three users."""

from __future__ import annotations

import time

from support.jupyter_host import JupyterHost
from support.jupyter_load import Crowd, Observer, quantile, usage_of


def test_three_users_and_an_observer_are_answered_and_measured(server: JupyterHost) -> None:
    before = usage_of(server)
    with Crowd(server, 0.5) as crowd, Observer(server, 10) as observer:
        crowd.grow(3)
        observer.take()
        time.sleep(3)
        seen, during = observer.take(), usage_of(server)
    assert [*crowd.failures, *observer.failures] == []
    assert len(crowd.cells) > 6
    assert len(seen.cells) == len(seen.status) > 5
    assert 0.0001 < quantile(seen.cells, 0.5) <= quantile(seen.cells, 0.99) < 3
    assert during.kernels - before.kernels == 4
    assert 20 << 20 < (during.kernel_memory - before.kernel_memory) / 4 < 300 << 20
    assert during.server_seconds > before.server_seconds
    assert usage_of(server).kernels == before.kernels
