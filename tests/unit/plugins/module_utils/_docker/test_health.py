"""A container that serves is well if its server answers; any other is well if its Python starts."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._docker import health
from support.certificates import Authority

PROGRAM = "/opt/benchwright/jupyter_server/jupyter_server_container.py"


@pytest.fixture(autouse=True)
def started_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "cmdline"
    path.write_bytes(f"/usr/bin/tini\0--\0python\0-IB\0{PROGRAM}\0".encode())
    monkeypatch.setattr(health, "FIRST", path)
    return path


@pytest.fixture(params=[200, 500])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[int, int]]:
    """The port and the status of a server with a certificate that nobody trusts."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(request.param if self.path == "/api" else 404)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *arguments: Any) -> None:
            pass

    served = HTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority = Authority(tmp_path, "localhost")
    context.load_cert_chain(authority.certificate, authority.key)
    served.socket = context.wrap_socket(served.socket, server_side=True)
    threading.Thread(target=served.serve_forever, daemon=True).start()
    yield served.server_port, request.param
    served.shutdown()
    served.server_close()


def test_a_server_has_to_answer(server: tuple[int, int]) -> None:
    port, status = server
    assert health.main(PROGRAM, str(port)) == int(status != 200)


def test_nobody_answers(capsys: pytest.CaptureFixture[str]) -> None:
    assert health.main(PROGRAM, "1") == 1
    assert "the server on port 1 answers with ConnectionRefusedError" in capsys.readouterr().out


def test_of_anything_else_the_python_has_to_start(started_with: Path) -> None:
    assert health.main() == 0
    started_with.write_bytes(b"/usr/bin/tini\0--\0ipython\0")
    assert health.main(PROGRAM, "1") == 0
