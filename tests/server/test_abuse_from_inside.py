"""What somebody who is logged in, or a notebook, can do to everybody else. All of it ends by itself within seconds."""

from __future__ import annotations

import contextlib
import json
import re
import time
import uuid
from collections.abc import Callable, Iterator

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._jupyter.kernel import Kernel
from ansible_collections.benchwright.python.plugins.module_utils._jupyter.session import Session, SessionError
from ansible_collections.benchwright.python.plugins.module_utils._jupyter.websocket import WebSocketError
from support.jupyter_host import UNIT, VARIABLES, JupyterHost
from support.watcher import PATIENCE, Watcher, memory_of, tasks_of

pytestmark = pytest.mark.usefixtures("alive_afterwards")
NOTEBOOKS = "/home/jupyter/notebooks"


def shell(user: Session, command: str) -> str:
    """Type a command into a new terminal; returns the terminal's name."""
    name = str(user.expect(200, "POST", "/api/terminals").json()["name"])
    opened = user.websocket(f"/terminals/websocket/{name}")
    try:
        opened.receive()
        opened.send(json.dumps(["stdin", command + "\r"]))
        time.sleep(0.5)
    finally:
        opened.close()
    return name


def test_an_output_without_end_is_throttled(
    server: JupyterHost, whole: bool, record_property: Callable[[str, object], None]
) -> None:
    """A cell that prints ten gigabytes, or as many as it comes to."""
    seconds = 500 if whole else 5
    program = (
        "import time\nends = time.monotonic() + %d\nline = 'x' * 1023\nprinted = 0\n"
        "while time.monotonic() < ends and printed < 10 << 30:\n    print(line)\n    printed += 1024\n"
        "open('printed', 'w').write(str(printed))" % seconds
    )
    noisy = server.user(seconds + 60)
    with Watcher(server) as watcher, Kernel(noisy) as kernel:
        shown = len(kernel.run(program))
        used = memory_of(server)
    printed = int(noisy.request("GET", "/api/contents/printed").json()["content"])
    noisy.request("DELETE", "/api/contents/printed")
    watcher.tell(record_property, "status")
    record_property("printed_mb", printed >> 20)
    record_property("shown_mb", shown >> 20)
    record_property("memory_mb", used >> 20)
    assert printed >= (10 << 30 if whole else 4 << 20)
    assert shown < seconds * (2 << 20) + (16 << 20)
    assert used < 1536 << 20
    assert watcher.failures == []
    assert watcher.middle < PATIENCE


BOMB = "bomb() { bomb | bomb & }; bomb"


@pytest.mark.parametrize("escaped", [False, True])
def test_a_fork_bomb_leaves_host_and_others_alone(
    server: JupyterHost, escaped: bool, record_property: Callable[[str, object], None]
) -> None:
    """It hits the unit's limit, and ends with its terminal; one that has left the terminal ends with a restart."""
    most = VARIABLES["jupyter_server_tasks_max"]
    user, pid = server.user(120), server.pid()
    with Watcher(server) as watcher:
        name = shell(user, f"setsid bash -c '{BOMB}'" if escaped else BOMB)
        time.sleep(4)
        began = time.monotonic()
        assert most // 2 < tasks_of(server) <= most
        record_property("look_seconds", round(time.monotonic() - began, 2))
        assert time.monotonic() - began < 10
    watcher.tell(record_property, "status")
    assert watcher.failures == []
    assert watcher.middle < PATIENCE
    user.request("DELETE", f"/api/terminals/{name}")
    if escaped:
        assert tasks_of(server) > most // 2
        server.host.run(f"systemctl restart {UNIT}")
    while tasks_of(server) >= 64:
        assert time.monotonic() - began < 30
        time.sleep(0.1)
    assert (server.pid() != pid) == escaped


def test_a_killed_server_comes_back(
    server: JupyterHost, whole: bool, record_property: Callable[[str, object], None]
) -> None:
    """However often; systemd by itself gives up at the fifth time."""
    for dummy in range(7 if whole else 1):
        pid = server.pid()
        server.host.run(f"kill -KILL {pid}")
        time.sleep(0.5)
        record_property("back_seconds", round(server.wait() + 0.5, 1))
        assert server.pid() not in (0, pid)


def test_kernels_are_heard_by_nobody_else_on_the_host(server: JupyterHost) -> None:
    """Their sockets lie in a directory of the user's; on TCP, whoever is on the host could listen."""
    listeners = "ss --no-header --listening --tcp --numeric --processes"
    before = server.host.run(listeners)
    with Kernel(server.user()) as kernel:
        assert kernel.run("print(6 * 7)") == "42\n"
        sockets = server.host.run(
            "ss --no-header --listening --unix | grep -o '/run/benchwright-jupyter-server-kernels/kernel-[^ ]*'"
        )
        assert len(sockets.split()) >= 5
        # The debugger's own, which asks for a key.
        assert server.host.run(listeners).count("python") - before.count("python") <= 1
    # Jupyter makes its directory sticky, lest somebody sweeps it.
    assert server.host.run("stat --format '%a %U' /run/benchwright-jupyter-server-kernels") == "1700 jupyter\n"


def test_what_pages_remember_is_kept_and_nothing_outside_is_asked(server: JupyterHost) -> None:
    user = server.user()
    user.expect(200, "PATCH", "/api/config/notebook", {"of the test": True})
    assert "of the test" in user.request("GET", "/api/config/notebook").body.decode()
    server.host.run("rm /home/jupyter/.jupyter/serverconfig/notebook.json")
    page = user.request("GET", "/lab").body.decode()
    assert json.loads(re.search(r'<script id="jupyter-config-data"[^>]*>(.*?)</script>', page, re.S).group(1))[
        "news"
    ] == {"disabled": True}  # type: ignore[union-attr]


class Connection(Kernel):
    """To a kernel that is there already, and stays."""

    def __init__(self, session: Session, number: str) -> None:
        super().__init__(session)
        self._number = number

    def __enter__(self) -> Connection:
        path = f"/api/kernels/{self._number}/channels?session_id={uuid.uuid4().hex}"
        self._socket = self._stack.enter_context(contextlib.closing(self._session.websocket(path)))
        return self


def test_a_killed_kernel_comes_back_and_the_server_stays(
    server: JupyterHost, record_property: Callable[[str, object], None]
) -> None:
    """Under its own number, as another process, which remembers nothing."""
    pid, user = server.pid(), server.user(120)
    with Kernel(user) as kernel:
        [before] = user.expect(200, "GET", "/api/kernels").json()
        victim = kernel.run("import os; kept = 41; print(os.getpid())")
        server.host.run(f"kill -KILL {victim}")
        began = time.monotonic()
        assert answer_of(user, before["id"]) not in (victim, "")
        record_property("back_seconds", round(time.monotonic() - began, 1))
        user.give(60)
        with Connection(user, before["id"]) as again, pytest.raises(SessionError, match="NameError"):
            again.run("kept")
        assert [one["id"] for one in user.expect(200, "GET", "/api/kernels").json()] == [before["id"]]
    assert server.pid() == pid


def answer_of(user: Session, number: str) -> str:
    """The number of the kernel's process, as soon as it computes, which takes a minute at most; empty if it does not."""
    ends = time.monotonic() + 60
    while time.monotonic() < ends:
        user.give(10)  # what is asked of a kernel that is being started may be lost
        with contextlib.suppress(SessionError, WebSocketError, OSError), Connection(user, number) as kernel:
            return kernel.run("import os; print(os.getpid())")
    return ""


def test_who_takes_all_memory_loses_the_kernel_and_nobody_else_anything(
    server: JupyterHost, record_property: Callable[[str, object], None]
) -> None:
    pid = server.pid()
    hog, other = server.user(10), server.user(180)
    assert server.host.run(f"systemctl show --property=OOMPolicy --value {UNIT}") == "continue\n"
    with Kernel(other) as kernel:
        kernel.run("kept = 41")
        with contextlib.suppress(SessionError, WebSocketError, OSError), Kernel(hog) as greedy:
            greedy.run("taken = [bytearray(1 << 26) for number in range(64)]")
        record_property("memory_mb_afterwards", memory_of(server) >> 20)
        assert server.pid() == pid
        assert kernel.run("print(kept + 1)") == "42\n"
    assert memory_of(server) < 1024 << 20


@pytest.fixture
def full_disk(server: JupyterHost) -> Iterator[None]:
    """A file system of two megabytes where the notebooks were."""
    mount = f"mount -t tmpfs -o size=2m,mode=700,uid=$(id -u jupyter),gid=$(id -g jupyter) full {NOTEBOOKS}"
    server.host.run(f"systemctl stop {UNIT}; {mount}; systemctl start {UNIT}")
    server.wait()
    yield
    server.host.run(f"systemctl stop {UNIT}; umount {NOTEBOOKS}; systemctl start {UNIT}")
    server.wait()


def test_on_a_full_disk_nothing_is_lost(server: JupyterHost, full_disk: None) -> None:
    user = server.user()

    def save(text: str) -> int:
        return user.request("PUT", "/api/contents/n.txt", {"type": "file", "format": "text", "content": text}).status

    assert save("precious") == 201
    server.host.run(f"dd if=/dev/zero of={NOTEBOOKS}/fill bs=64k 2>/dev/null; true")
    assert save("x" * (1 << 20)) >= 500
    assert user.request("GET", "/api/contents/n.txt").json()["content"] == "precious"
    server.host.run(f"rm {NOTEBOOKS}/fill")
    assert save("more") == 200
    assert user.request("GET", "/api/contents/n.txt").json()["content"] == "more"
