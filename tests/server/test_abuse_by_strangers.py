"""What somebody without a login can do to everybody else. All of it ends by itself within seconds."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import ssl
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._jupyter.certificate import trusting_context
from support.jupyter_host import PORT, JupyterHost
from support.watcher import PATIENCE, Watcher, descriptors_of, memory_of

pytestmark = pytest.mark.usefixtures("alive_afterwards")
GUESSER = (Path(__file__).parents[1] / "support/programs/guess_passwords.py").read_text()
MEGABYTE = 1024**2
WORST = 1.0  # seconds


def test_a_thousand_passwords_a_minute_from_many_addresses(
    server: JupyterHost, whole: bool, record_property: Callable[[str, object], None]
) -> None:
    seconds, addresses = (60, 50) if whole else (9, 15)
    with ThreadPoolExecutor(1) as pool, Watcher(server) as watcher:
        program = f"python3 - {PORT} {seconds} 1000 {addresses}"
        storm = pool.submit(server.host.run, program, stdin=GUESSER)
        time.sleep(seconds / 3)
        began = time.monotonic()
        assert server.visitor(90).log_in(server.password) == 302
        waited = time.monotonic() - began
        statuses = {int(status): number for status, number in json.loads(storm.result()).items()}
    assert set(statuses) <= {401, 429}
    assert sum(statuses.values()) == seconds * 1000 // 60
    assert watcher.failures == []
    watcher.tell(record_property, "status")
    record_property("login_seconds", round(waited, 1))
    # one of a hundred may meet something else that the machine does, for a moment
    slowest = sorted(watcher.seconds)[-5:]
    assert watcher.share_within(PATIENCE) >= 0.99, slowest
    assert slowest[-1] < WORST, slowest
    assert waited < 60


def test_half_requests_hold_nobody_up(server: JupyterHost, record_property: Callable[[str, object], None]) -> None:
    """A hundred that stop in the middle of TLS, a hundred that stop in the middle of their headers."""
    context = trusting_context(str(server.certificate))
    with contextlib.ExitStack() as stack, Watcher(server) as watcher:
        for number in range(200):
            plain = stack.enter_context(socket.create_connection((server.address, PORT), timeout=10))
            if number % 2:
                plain.sendall(b"\x16\x03\x01\x02")
            else:
                plain = stack.enter_context(context.wrap_socket(plain, server_hostname=server.address))
                plain.sendall(b"GET /login HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        time.sleep(3)
    watcher.tell(record_property, "status")
    assert watcher.failures == []
    assert watcher.middle < PATIENCE


def first_line(server: JupyterHost, request: bytes) -> bytes:
    """What the server says to it first; nothing where it hangs up."""
    context = trusting_context(str(server.certificate))
    with (
        socket.create_connection((server.address, PORT), timeout=10) as plain,
        context.wrap_socket(plain, server_hostname=server.address) as wrapped,
        contextlib.suppress(ConnectionError, ssl.SSLError),
    ):
        wrapped.sendall(request)
        return wrapped.recv(4096).partition(b"\r\n")[0]
    return b""


HEAD = b"GET /login HTTP/1.1\r\nHost: localhost\r\n"
FORM = b"POST /login HTTP/1.1\r\nHost: localhost\r\n"
ODD_REQUESTS = {
    "a long header": HEAD + b"X: " + b"x" * (1 << 20) + b"\r\n\r\n",
    "a long path": b"GET /" + b"x" * (1 << 20) + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "many headers": HEAD + b"X: y\r\n" * 100_000 + b"\r\n",
    "a huge body": FORM + b"Content-Length: 99999999999\r\n\r\n",
    "a negative length": FORM + b"Content-Length: -1\r\n\r\n",
    "two lengths": FORM + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
    "a huge chunk": FORM + b"Transfer-Encoding: chunked\r\n\r\nffffffffff\r\n",
    "a length and chunks": FORM + b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
    "nonsense": b"\0" * 4096 + b"\r\n\r\n",
}


def test_what_is_too_big_or_makes_no_sense_is_refused_at_once(server: JupyterHost) -> None:
    before = memory_of(server)
    answers = {name: first_line(server, request)[9:12] for name, request in ODD_REQUESTS.items()}
    assert {name: status for name, status in answers.items() if status not in (b"", b"400", b"413", b"431")} == {}
    assert memory_of(server) - before < 64 << 20


def test_ten_thousand_connections_leave_nothing_behind(
    server: JupyterHost, whole: bool, record_property: Callable[[str, object], None]
) -> None:
    number = 10_000 if whole else 1_000
    before = descriptors_of(server)

    async def knock(slots: asyncio.Semaphore) -> None:
        async with slots, asyncio.timeout(30):
            dummy, writer = await asyncio.open_connection(server.address, PORT)
            writer.write(b"\x16\x03\x01")
            writer.close()

    async def all_of_them() -> None:
        slots = asyncio.Semaphore(100)
        await asyncio.gather(*(knock(slots) for dummy in range(number)))

    with Watcher(server) as watcher:
        asyncio.run(all_of_them())
        time.sleep(2)
    watcher.tell(record_property, "status")
    assert watcher.failures == []
    assert watcher.middle < PATIENCE
    assert descriptors_of(server) <= before + 8


def test_strangers_cannot_fill_the_memory_with_bodies(server: JupyterHost) -> None:
    """Tornado holds a body of 512 MiB in memory before anybody asks who sent it; a login form is small."""
    for path in ("/login", "/api/contents/large.txt"):
        with pytest.raises(OSError):
            send_body(server, path, 100 * MEGABYTE)
    user = server.user(120)
    content = "x" * (3 * MEGABYTE)
    user.expect(201, "PUT", "/api/contents/large.txt", {"type": "file", "format": "text", "content": content})
    user.expect(204, "DELETE", "/api/contents/large.txt")


def send_body(server: JupyterHost, path: str, size: int) -> None:
    """Send what a form would be; raises OSError where the server hangs up before the end."""
    context = trusting_context(str(server.certificate))
    plain = socket.create_connection((server.address, PORT), timeout=20)
    with context.wrap_socket(plain, server_hostname=server.address) as wrapped:
        wrapped.sendall(f"POST {path} HTTP/1.1\r\nHost: {server.address}\r\nContent-Length: {size}\r\n\r\n".encode())
        for dummy in range(size // MEGABYTE):
            wrapped.sendall(bytes(MEGABYTE))
