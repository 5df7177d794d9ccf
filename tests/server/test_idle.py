"""What nobody uses goes: a kernel without cells, then the server without kernels. After four seconds, here."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._jupyter.kernel import Kernel
from support.jupyter_host import CONFIG, UNIT, JupyterHost

FILE = f"{CONFIG}/jupyter_server_config.py"
SECONDS = 4
# Jupyter Server looks once a minute whether it is idle, and no option changes that.
HURRY = """
from tornado import ioloop

Patient = ioloop.PeriodicCallback
ioloop.PeriodicCallback = lambda callback, milliseconds: Patient(callback, min(milliseconds, 500))
"""
# Both options have their lines in any configuration that the role writes.
LINES = "cull_idle_timeout = 0$", "shutdown_no_activity_timeout = 0$", "cull_interval = 60$"
FASTER = f"sed -i 's/timeout = 0$/timeout = {SECONDS}/; s/cull_interval = 60$/cull_interval = 1/' {FILE}"
SHOWN = f"systemctl show --property=ActiveState,Result,ExecMainStatus,NRestarts {UNIT}"
ENDED_BY_ITSELF = {"ActiveState=inactive", "Result=success", "ExecMainStatus=0", "NRestarts=0"}


@pytest.fixture
def hurried(server: JupyterHost) -> Iterator[JupyterHost]:
    """The server, which lets go after a few seconds: it loaded that, and on disk is what the role wrote."""
    assert [line for line in LINES if not server.host.run(f"grep '{line}' {FILE}", check=False)] == []
    server.host.run(f"cp -p {FILE} /root/config.py; {FASTER}; cat >> {FILE}", stdin=HURRY)
    server.host.run(f"systemctl restart {UNIT}")
    server.wait()
    server.host.run(f"mv /root/config.py {FILE}")
    yield server
    server.host.run(f"systemctl restart {UNIT}")
    server.wait()


def state(server: JupyterHost) -> set[str]:
    return set(server.host.run(SHOWN).split())


def test_idle_kernels_end_and_an_idle_server_stays_down_until_somebody_starts_it(hurried: JupyterHost) -> None:
    user = hurried.user()
    with Kernel(user) as idle:
        assert idle.run("print(6 * 7)") == "42\n"
        [gone] = user.expect(200, "GET", "/api/kernels").json()
        with Kernel(user) as busy:
            assert busy.run(f"import time; time.sleep({2 * SECONDS}); print(6 * 7)") == "42\n"
            [left] = user.expect(200, "GET", "/api/kernels").json()
    assert left["id"] != gone["id"]
    deadline = time.monotonic() + 10 * SECONDS
    while "ActiveState=inactive" not in state(hurried) and time.monotonic() < deadline:
        time.sleep(0.5)
    time.sleep(3)  # longer than systemd would wait before it started the server again
    assert state(hurried) == ENDED_BY_ITSELF
    assert "No kernels for" in hurried.host.run(f"journalctl --unit {UNIT} --lines 20")

    check = hurried.play("--check")
    assert re.search(r"changed=1 .*failed=0", check.stdout), check.stdout[-3000:]
    hurried.host.run(f"systemctl start {UNIT}")
    hurried.wait()
