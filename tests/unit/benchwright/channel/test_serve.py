from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchwright.channel import marker
from benchwright.channel.errors import ChannelError
from benchwright.channel.marker import Inputs, Marker
from benchwright.channel.serve import Server, open_server


@pytest.fixture
def channel(tmp_path: Path) -> Path:
    path = tmp_path / "channel"
    (path / "noarch").mkdir(parents=True)
    (path / "noarch" / "repodata.json").write_text('{"packages": {}}')
    (path / ".hidden").write_text("secret")
    (tmp_path / "outside").write_text("secret")
    (path / "noarch" / "link").symlink_to(tmp_path / "outside")
    return path


@pytest.fixture
def server(channel: Path) -> Iterator[Server]:
    with open_server(channel, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def ask(server: Server, method: str, path: str) -> tuple[int, bytes, dict[str, str]]:
    connection = http.client.HTTPConnection(*server.server_address[:2], timeout=60)
    connection.request(method, path)
    response = connection.getresponse()
    return response.status, response.read(), dict(response.getheaders())


def test_get_and_head(server: Server) -> None:
    status, body, headers = ask(server, "GET", "/noarch/repodata.json")
    assert (status, body, headers["Content-Length"]) == (200, b'{"packages": {}}', "16")

    status, body, headers = ask(server, "HEAD", "/noarch/repodata.json")
    assert (status, body, headers["Content-Length"]) == (200, b"", "16")


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/noarch",
        "/noarch/",
        "/noarch/repodata.json.zst",
        "/.hidden",
        "/noarch/link",
        "/../outside",
        "/%2e%2e/outside",
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_everything_else_is_not_found(method: str, path: str, server: Server) -> None:
    status, body = ask(server, method, path)[:2]
    assert status == 404
    assert b"secret" not in body


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_nothing_can_be_written(method: str, server: Server, channel: Path) -> None:
    assert ask(server, method, "/noarch/repodata.json")[0] == 501
    assert (channel / "noarch" / "repodata.json").exists()


def test_a_taken_port_is_named(server: Server, channel: Path) -> None:
    port = server.server_address[1]
    with pytest.raises(ChannelError, match=f"cannot listen on 127.0.0.1 port {port}: Address already in use"):
        open_server(channel, "127.0.0.1", port)


def test_a_directory_that_is_no_channel_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ChannelError, match="is no conda channel"):
        open_server(tmp_path, "127.0.0.1", 0)


def test_an_unfinished_channel_is_refused(channel: Path) -> None:
    (channel / marker.LOCK).touch()
    with pytest.raises(ChannelError, match="is not finished: run `benchwright channel build` again"):
        open_server(channel, "127.0.0.1", 0)


def test_a_damaged_channel_is_refused(channel: Path) -> None:
    files = marker.describe(channel, ["noarch/repodata.json"])
    marker.write(channel, Marker(Inputs("", "", "x86_64"), "3.11.2", {}, 0, files))
    open_server(channel, "127.0.0.1", 0).server_close()

    (channel / "noarch" / "repodata.json").write_text('{"packages": []}')
    with pytest.raises(ChannelError, match=r"is damaged \(noarch/repodata.json\)"):
        open_server(channel, "127.0.0.1", 0)
