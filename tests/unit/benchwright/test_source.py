"""Which channels a source stands for, with real sockets in place of a conda host or a proxy."""

from __future__ import annotations

import socket
import threading
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import rattler

from benchwright import source
from benchwright.channel.build import BuiltChannel
from benchwright.errors import BenchwrightError
from benchwright.source import choose_channels, conda_forge_problem

Answering = Callable[[bytes], int]


@pytest.fixture
def answering() -> Iterator[Answering]:
    """``answering(reply)`` returns the port of a server that gives that reply to whoever comes; none if it is empty."""
    servers: list[socket.socket] = []
    held: list[socket.socket] = []

    def serve(server: socket.socket, reply: bytes) -> None:
        while True:
            try:
                connection = server.accept()[0]
            except OSError:
                return
            held.append(connection)
            if reply:
                connection.recv(65536)
                connection.sendall(reply)
                connection.close()

    def start(reply: bytes) -> int:
        server = socket.create_server(("127.0.0.1", 0))
        servers.append(server)
        threading.Thread(target=serve, args=(server, reply), daemon=True).start()
        return int(server.getsockname()[1])

    yield start
    for opened in (*servers, *held):
        opened.close()


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Make every request go through the proxy at a port."""

    def through(port: int) -> None:
        for name in ("no_proxy", "NO_PROXY", "HTTPS_PROXY"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{port}")
        monkeypatch.setattr(urllib.request, "_opener", None)  # urllib remembers the proxies it has seen

    return through


@pytest.fixture
def conda_host(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Put conda-forge on a port of this machine."""

    def at(port: int) -> None:
        class ChannelStandIn:
            def __init__(self, name: str) -> None:
                self.base_url = f"http://127.0.0.1:{port}/{name}/"

        for name in ("http_proxy", "HTTP_PROXY"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setattr(urllib.request, "_opener", None)
        monkeypatch.setattr(rattler, "Channel", ChannelStandIn)

    return at


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    built: list[tuple[object, ...]] = []

    def build_channel_stand_in(requirements: Path | None, output: Path | None, *, progress: object) -> BuiltChannel:
        built.append((requirements, output))
        return BuiltChannel(Path("/c"), "file:///c", 3, False, 1.0)

    monkeypatch.setattr("benchwright.channel.build.build_channel", build_channel_stand_in)
    return built


def test_a_host_that_answers_is_no_problem(answering: Answering, conda_host: Callable[[int], None]) -> None:
    conda_host(answering(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))
    assert conda_forge_problem() == ""


def test_a_host_that_refuses_is_quoted(answering: Answering, conda_host: Callable[[int], None]) -> None:
    conda_host(answering(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"))
    assert conda_forge_problem() == "it says 503"


def test_a_silent_host_costs_no_more_than_patience(
    answering: Answering, conda_host: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    conda_host(answering(b""))
    monkeypatch.setattr(source, "PATIENCE", 0.2)
    assert "timed out" in conda_forge_problem()


@pytest.mark.parametrize(
    ("reply", "problem"),
    [
        (b"HTTP/1.1 407 Who are you\r\n\r\n", "407 Who are you"),
        (b"this is no web server\r\n\r\n", "this is no web server"),
    ],
)
def test_the_proxy_of_the_environment_is_asked_and_its_refusal_told(
    answering: Answering, proxy: Callable[[int], None], reply: bytes, problem: str
) -> None:
    proxy(answering(reply))
    assert problem in conda_forge_problem()


def test_auto_falls_back_to_the_offline_channel_loudly(
    proxy: Callable[[int], None], offline: list[tuple[object, ...]]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = int(closed.getsockname()[1])
    proxy(port)
    said: list[str] = []

    def loudly(message: str) -> None:
        assert not offline  # told before the long work begins
        said.append(message)

    assert choose_channels("auto", loudly) == ("file:///c",)
    [message] = said
    assert "NO CONDA HOST ANSWERS" in message
    assert "refused" in message
    assert "--source" in message


def test_auto_takes_conda_forge_where_it_answers(
    answering: Answering, conda_host: Callable[[int], None], offline: list[tuple[object, ...]]
) -> None:
    conda_host(answering(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))
    assert choose_channels("auto", pytest.fail) == ("conda-forge",)
    assert offline == []


def test_named_sources_ask_nobody(offline: list[tuple[object, ...]], proxy: Callable[[int], None]) -> None:
    proxy(1)
    assert choose_channels("conda-forge", pytest.fail) == ("conda-forge",)
    assert offline == []
    assert choose_channels("offline", pytest.fail) == ("file:///c",)
    assert offline == [(None, None)]


@pytest.mark.parametrize(
    "url", ["https://mirror.example", "http://mirror.example:8080/conda/lab", "file:///srv/channel"]
)
def test_urls_are_channels(url: str) -> None:
    assert choose_channels(url, pytest.fail) == (url,)


@pytest.mark.parametrize(
    "text",
    ["", "conda_forge", "https://", "https:///lab", "https://a b/c", "file://", "file://lab", "ftp://a/b", "/srv/lab"],
)
def test_anything_else_is_refused_with_what_is_possible(text: str) -> None:
    with pytest.raises(BenchwrightError, match=r"expected auto, conda-forge, offline, or a channel's URL"):
        choose_channels(text, pytest.fail)
