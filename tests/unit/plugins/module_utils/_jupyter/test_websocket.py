# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The websocket client against the protocol's own examples and a peer that answers byte by byte."""

from __future__ import annotations

import base64
import hashlib
import socket
import threading
import time

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._jupyter import websocket
from ansible_collections.benchwright.python.plugins.module_utils._jupyter.websocket import WebSocket, WebSocketError

MASK = bytes.fromhex("37fa213d")


def test_a_masked_frame_is_that_of_the_standard():
    # RFC 6455, 5.7: a single-frame masked text message with "Hello"
    assert websocket.encode(b"Hello", websocket.TEXT, MASK) == bytes.fromhex("818537fa213d7f9f4d5158")


@pytest.mark.parametrize(
    ("size", "head"), [(125, "81fd"), (126, "81fe007e"), (65535, "81feffff"), (65536, "81ff0000000000010000")]
)
def test_lengths_are_written_as_the_standard_says(size, head):
    frame = websocket.encode(b"x" * size, websocket.TEXT, MASK)
    assert frame.hex().startswith(head + MASK.hex())
    assert len(frame) == len(head) // 2 + 4 + size


@pytest.fixture
def pair():
    left, right = socket.socketpair()
    with left, right:
        yield WebSocket(left, time.monotonic() + 60), right


def test_text_comes_in_pieces_and_a_ping_in_between(pair):
    client, server = pair
    # RFC 6455, 5.7: fragmented "Hel" + "lo", with a ping "Hello" between the fragments
    server.sendall(bytes.fromhex("010348656c") + bytes.fromhex("890548656c6c6f") + bytes.fromhex("80026c6f"))
    assert client.receive() == "Hello"
    pong = server.recv(100)
    assert pong[:2].hex() == "8a85"
    assert bytes(byte ^ pong[2 + index % 4] for index, byte in enumerate(pong[6:])) == b"Hello"


@pytest.mark.parametrize("head", ["817e0100", "817f0000000000010000"])
def test_long_texts_are_read(pair, head):
    client, server = pair
    size = int(head[4:], 16)
    threading.Thread(target=server.sendall, args=(bytes.fromhex(head) + b"x" * size,)).start()
    assert client.receive() == "x" * size


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ("88020000", "closed the connection"),
        ("8185", "masked frame"),
        ("817f00000000ffffffff", "masked frame, or one of 4294967295 bytes"),
    ],
)
def test_a_peer_that_closes_or_cheats_is_an_error(pair, sent, message):
    client, server = pair
    server.sendall(bytes.fromhex(sent))
    with pytest.raises(WebSocketError, match=message):
        client.receive()


def test_a_peer_that_hangs_up_is_an_error(pair):
    client, server = pair
    server.close()
    with pytest.raises(WebSocketError, match="hung up"):
        client.receive()


def test_silence_ends_at_the_deadline():
    left, right = socket.socketpair()
    with left, right:
        client = WebSocket(left, time.monotonic() + 0.2)
        begin = time.monotonic()
        with pytest.raises(OSError):
            client.receive()
        assert time.monotonic() - begin < 60


@pytest.mark.parametrize(
    ("status", "honest", "message"),
    [
        ("101 Switching Protocols", True, None),
        ("101 Switching Protocols", False, "wrong key"),
        ("403 Forbidden", True, "HTTP/1.1 403"),
    ],
)
def test_the_handshake_is_checked(pair, status, honest, message):
    client, server = pair

    def answer():
        request = server.recv(65536).decode()
        key = request.split("Sec-WebSocket-Key: ")[1].split("\r\n")[0]
        accepted = (
            base64.b64encode(hashlib.sha1(key.encode() + websocket.MAGIC).digest()).decode() if honest else "nonsense"
        )
        server.sendall(
            f"HTTP/1.1 {status}\r\nSec-WebSocket-Accept: {accepted}\r\n\r\n".encode() + bytes.fromhex("81026869")
        )

    thread = threading.Thread(target=answer)
    thread.start()
    if message is None:
        client.open("localhost", "/x?token=1", {"Cookie": "a=b"})
        assert client.receive() == "hi"
    else:
        with pytest.raises(WebSocketError, match=message) as caught:
            client.open("localhost", "/x?token=1", {"Cookie": "a=b"})
        assert "token" not in str(caught.value)
    thread.join()
