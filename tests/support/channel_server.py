"""A channel over HTTP on this machine, with or without credentials, that counts what it is asked."""

from __future__ import annotations

import base64
import os
import socket
import struct
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import IO, Any, Literal, cast

Fault = Literal["stall", "reset", "truncate"]


@dataclass
class Served:
    """What a test needs of a running server. ``url`` holds the credentials, ``public_url`` does not."""

    url: str
    public_url: str
    requests: Counter[str] = field(default_factory=Counter)
    """How often each path was asked for, without the token; refused requests count as well."""
    refused: list[str] = field(default_factory=list)
    """Paths that were asked for without the right credentials."""
    broken: dict[str, int] = field(default_factory=dict)
    """Endings of paths, and the HTTP status that they get in place of the file: ``{"repodata.json": 503}``."""
    faults: dict[str, Fault] = field(default_factory=dict)
    """Endings of paths, and what happens in the middle of the file: no more bytes for as long as the server runs, a reset
    of the connection, or its orderly end."""
    over: threading.Event = field(default_factory=threading.Event)
    """Set when the server ends."""


@contextmanager
def serve(
    directory: Path, user: str = "", password: str = "", token: str = "", address: str = "127.0.0.1"
) -> Iterator[Served]:
    """Serve the directory until the block ends; asks for ``user:password`` (basic), or for ``/t/<token>/``, where given."""
    server = ThreadingHTTPServer((address, 0), partial(_Handler, directory=str(directory)))
    server.daemon_threads = True
    base = f"{address}:{server.server_port}"
    login, prefix = f"{user}:{password}@" if user else "", f"/t/{token}" if token else ""
    served = Served(f"http://{login}{base}{prefix}", f"http://{base}")
    _Handler.settings[server.server_port] = _Settings(served, prefix, f"{user}:{password}" if user else "")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        served.over.set()
        server.shutdown()
        server.server_close()
        thread.join()
        del _Handler.settings[server.server_port]


@dataclass(frozen=True)
class _Settings:
    served: Served
    prefix: str
    login: str


class _Handler(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # By port: the handler is made anew for every connection.
    settings: dict[int, _Settings] = {}  # noqa: RUF012

    def send_head(self) -> Any:
        settings = self.settings[cast(ThreadingHTTPServer, self.server).server_port]
        allowed = self.path.startswith(settings.prefix + "/") and self._login() == settings.login
        self.path = self.path.removeprefix(settings.prefix)
        settings.served.requests[self.path] += 1
        if not allowed:
            settings.served.refused.append(self.path)
            return self._refuse(HTTPStatus.UNAUTHORIZED)
        for ending, status in settings.served.broken.items():
            if self.path.endswith(ending):
                return self._refuse(HTTPStatus(status))
        return super().send_head()

    def copyfile(self, source: IO[bytes], outputfile: Any) -> None:  # type: ignore[override]
        served = self.settings[cast(ThreadingHTTPServer, self.server).server_port].served
        for ending, fault in served.faults.items():
            if self.path.endswith(ending):
                outputfile.write(source.read(os.fstat(source.fileno()).st_size // 2))
                outputfile.flush()
                self._break_off(fault, served.over)
                return
        super().copyfile(source, outputfile)

    def _break_off(self, fault: Fault, over: threading.Event) -> None:
        if fault == "stall":
            over.wait()
        if fault == "reset":  # closing then sends RST
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True

    def _login(self) -> str:
        kind, dummy, value = self.headers.get("Authorization", "").partition(" ")
        return base64.b64decode(value).decode() if kind == "Basic" else ""

    def _refuse(self, status: HTTPStatus) -> None:
        self.send_response(status)
        if status is HTTPStatus.UNAUTHORIZED:
            self.send_header("WWW-Authenticate", 'Basic realm="channel"')
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *dummy: object) -> None:
        """Nothing: the test reads ``requests``."""
