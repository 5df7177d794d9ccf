"""What an engine is asked, and what is made of its answers; it is a stand-in, the integration tests ask a real one."""

from __future__ import annotations

import os
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, unquote

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._docker import transport
from ansible_collections.benchwright.python.plugins.module_utils._docker.engine import (
    DockerError,
    Engine,
    NoEngine,
    repository_of,
)

LABELS = {"benchwright.environment": "lab", "b": 'say "$HOME" \\ twice'}


class EngineStandIn:
    """Answers one request as told, and keeps it. Without a status it hangs up, after so many bytes of the request."""

    def __init__(self, path: Path) -> None:
        self.path, self.request = path, b""

    def answers(self, status: int | None, text: str, after: bytes = b"\r\n\r\n") -> Engine:
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(self.path))
        listener.listen()
        head = f"HTTP/1.1 {status} told\r\nContent-Length: {len(text)}\r\nConnection: close\r\n\r\n" if status else ""
        threading.Thread(target=self._serve, args=(listener, head + text, after), daemon=True).start()
        return Engine(str(self.path))

    def _serve(self, listener: socket.socket, answer: str, after: bytes) -> None:
        with listener, listener.accept()[0] as visitor:
            while after not in self.request:
                if not (piece := visitor.recv(1 << 16)):
                    return  # hung up on
                self.request += piece
            visitor.sendall(answer.encode())


@pytest.fixture
def stand_in(tmp_path: Path) -> EngineStandIn:
    return EngineStandIn(tmp_path / "docker.sock")


@pytest.mark.parametrize(
    ("environment", "host", "path"),
    [
        ({}, "", "/var/run/docker.sock"),
        ({"DOCKER_HOST": "unix:///run/user/1000/docker.sock"}, "", "/run/user/1000/docker.sock"),
        ({"DOCKER_HOST": "unix:///run/user/1000/docker.sock"}, "unix:///other.sock", "/other.sock"),
    ],
)
def test_where_the_engine_is(environment: dict[str, str], host: str, path: str) -> None:
    assert Engine.of(environment, host).socket_path == path


@pytest.mark.parametrize(
    "host", ["tcp://me:geheim@docker.example.org:2376", "ssh://root@host", "unix://relative", "/run/x"]
)
def test_an_engine_elsewhere_is_refused(host: str) -> None:
    with pytest.raises(DockerError, match="only unix:///path is supported") as raised:
        Engine.of({"DOCKER_HOST": host})
    assert "geheim" not in str(raised.value)


@pytest.mark.parametrize("name", ["debian", "lab/research", "localhost:5000/lab", "registry.example.org:5000/a/b"])
@pytest.mark.parametrize("which", ["", ":1.0", "@sha256:0123", ":1.0@sha256:0123"])
def test_what_a_name_has_before_its_tag_and_digest(name: str, which: str) -> None:
    assert repository_of(name + which) == name


def test_an_image_that_is_not_there_is_none(stand_in: EngineStandIn) -> None:
    assert stand_in.answers(404, '{"message":"No such image: lab:1"}').image("lab:1") is None
    assert stand_in.request.startswith(b"GET /images/lab:1/json HTTP/1.1\r\n")


def test_an_image_without_labels_has_none(stand_in: EngineStandIn) -> None:
    assert stand_in.answers(200, '{"Id": "sha256:1", "Config": {"Labels": null}}').labels("lab") == {}


def test_images_are_asked_for_by_their_labels(stand_in: EngineStandIn) -> None:
    assert stand_in.answers(200, '[{"Id": "sha256:1"}]').images("a=b", "c") == [{"Id": "sha256:1"}]
    assert (
        b'/images/json?filters={"label": ["a=b", "c"]} '
        in unquote(stand_in.request.decode()).replace("+", " ").encode()
    )


def test_a_layer_is_sent_in_pieces_with_its_labels(stand_in: EngineStandIn) -> None:
    engine = stand_in.answers(200, '{"status":"sha256:7"}\r\n', after=b"\r\n0\r\n\r\n")
    assert engine.import_layer([b"one", b"", b"three"], "benchwright/environment", "7", LABELS) == "sha256:7"
    head, dummy, body = stand_in.request.partition(b"\r\n\r\n")
    assert body == b"3\r\none\r\n5\r\nthree\r\n0\r\n\r\n"
    query = parse_qs(head.split(b" ")[1].decode().partition("?")[2])
    assert query == {
        "fromSrc": ["-"],
        "repo": ["benchwright/environment"],
        "tag": ["7"],
        "changes": [r'LABEL "b"="say \"\$HOME\" \\ twice"', 'LABEL "benchwright.environment"="lab"'],
    }


def test_an_image_without_a_name_is_known_by_what_the_engine_says_at_last(stand_in: EngineStandIn) -> None:
    told = '{"stream":"Step 1/1 : FROM base"}\r\n{"stream":"Successfully built 0123456789ab\\n"}\r\n'
    engine = stand_in.answers(200, told, after=b"\r\n0\r\n\r\n")
    assert engine.build([b"a tar archive"], "", {}, cache=True) == "0123456789ab"


@pytest.mark.parametrize("status", [200, 500])
def test_what_the_engine_says_of_a_full_disk_comes_with_advice(stand_in: EngineStandIn, status: int) -> None:
    words = "write /lib/x.so: no space left on device"
    told = '{"status":"Importing"}\r\n{"errorDetail":{"message":"%s"},"error":"%s"}\r\n' % (words, words)
    endless = (bytes(1 << 16) for dummy in range(1000))
    with pytest.raises(
        DockerError, match=rf"^the Docker engine says: {words}; make room where the engine keeps its data"
    ):
        stand_in.answers(status, told).import_layer(endless, "lab", "1", {})


def test_a_stream_that_breaks_off_is_not_ended(stand_in: EngineStandIn) -> None:
    def broken() -> Iterator[bytes]:
        yield b"one"
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        stand_in.answers(200, "{}", after=b"never").import_layer(broken(), "lab", "1", {})
    assert b"0\r\n\r\n" not in stand_in.request


@pytest.mark.parametrize(
    ("status", "text", "told"),
    [
        (409, '{"message":"conflict: image is being used"}', "^the Docker engine says: conflict: image is being used$"),
        (200, "<html>", "is no Docker engine: '<html>'"),
        (None, "", "has ended the connection"),
        (500, "", "status 500"),
    ],
)
def test_what_else_an_engine_answers(stand_in: EngineStandIn, status: int | None, text: str, told: str) -> None:
    with pytest.raises(DockerError, match=told):
        stand_in.answers(status, text).remove("lab:1")


def test_an_engine_that_says_nothing_is_given_up(stand_in: EngineStandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "TIMEOUT", 0.2)
    with pytest.raises(DockerError, match="has not answered for 0 seconds"):
        stand_in.answers(200, "", after=b"never").version()


@pytest.mark.parametrize("make", [lambda path: None, lambda path: path.touch()])
def test_no_engine_is_told_with_a_way_out(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "docker.sock")
    with pytest.raises(NoEngine, match=r"no Docker engine answers at .*docker\.sock .*start it .* or name the socket"):
        Engine(str(tmp_path / "docker.sock")).version()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else for a moment")
@pytest.mark.parametrize(
    ("mode", "advice"),
    [
        (
            0o660,
            r"; run this as root \(become: true\), or make nobody a member of the group daemon .* and log in anew$",
        ),
        (0o600, r"; run this as root \(become: true\)$"),
    ],
)
def test_who_has_no_right_is_told_who_has(mode: int, advice: str) -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as directory:
        Path(directory).chmod(0o711)
        stand_in = EngineStandIn(Path(directory, "docker.sock"))
        engine = stand_in.answers(200, "{}")
        os.chown(stand_in.path, 0, 1)
        stand_in.path.chmod(mode)
        os.seteuid(65534)
        try:
            with pytest.raises(DockerError, match="^nobody has no right to use .*" + advice):
                engine.version()
        finally:
            os.seteuid(0)
