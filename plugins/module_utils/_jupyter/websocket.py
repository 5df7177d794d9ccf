# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A client for websockets (RFC 6455) over an open TLS socket, as small as the verification needs it.

The standard library has none, and the Python that Ansible finds on a host has no other.
"""

from __future__ import annotations

import base64
import hashlib
import os
import socket
import struct
import time
import typing as t

MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, 1.3
CONTINUATION, TEXT, CLOSE, PING, PONG = 0x0, 0x1, 0x8, 0x9, 0xA
LIMIT = 16 * 1024 * 1024  # bytes of one message; more is no answer to what we ask


class WebSocketError(Exception):
    """The other side refused, hung up, or does not speak the protocol."""


def encode(payload: bytes, opcode: int, mask: bytes) -> bytes:
    """One final frame, masked as a client must. `mask` has four bytes."""
    size = len(payload)
    if size < 126:
        head = struct.pack("!BB", 0x80 | opcode, 0x80 | size)
    elif size < 1 << 16:
        head = struct.pack("!BBH", 0x80 | opcode, 0x80 | 126, size)
    else:
        head = struct.pack("!BBQ", 0x80 | opcode, 0x80 | 127, size)
    return head + mask + bytes(byte ^ mask[index % 4] for index, byte in enumerate(payload))


class WebSocket:
    """An open websocket. Every call is bound by `deadline`, in seconds of the monotonic clock."""

    def __init__(self, connection: socket.socket, deadline: float) -> None:
        self._socket = connection
        self._deadline = deadline
        self._buffer = b""

    def open(self, host: str, path: str, headers: t.Mapping[str, str]) -> None:
        """Ask the server to switch from HTTP to a websocket.

        Raises WebSocketError with the server's status line when it refuses.
        """
        key = base64.b64encode(os.urandom(16))
        lines = ["GET %s HTTP/1.1" % path, "Host: %s" % host, "Upgrade: websocket", "Connection: Upgrade"]
        lines += ["Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: %s" % key.decode("ascii")]
        lines += ["%s: %s" % item for item in headers.items()]
        self._send("\r\n".join([*lines, "", ""]).encode("utf-8"))
        while b"\r\n\r\n" not in self._buffer:
            self._buffer += self._receive()
        head, self._buffer = self._buffer.split(b"\r\n\r\n", 1)
        status, *answers = head.decode("latin-1").split("\r\n")
        accepted = base64.b64encode(hashlib.sha1(key + MAGIC).digest()).decode("ascii")
        if status.split()[1:2] != ["101"]:
            raise WebSocketError("%s was refused: %s" % (path.split("?", maxsplit=1)[0], status))
        if not any(line.lower().startswith("sec-websocket-accept:") and line.endswith(accepted) for line in answers):
            raise WebSocketError("%s was accepted with a wrong key" % path.split("?", maxsplit=1)[0])

    def send(self, text: str) -> None:
        """Send one text message."""
        self._send(encode(text.encode("utf-8"), TEXT, os.urandom(4)))

    def receive(self) -> str:
        """The next text message; answers pings on the way.

        Raises WebSocketError when the server closes the connection, TimeoutError at the deadline.
        """
        message = b""
        while True:
            final, opcode, payload = self._frame()
            if opcode == PING:
                self._send(encode(payload, PONG, os.urandom(4)))
            elif opcode == CLOSE:
                raise WebSocketError("the server closed the connection: %s" % payload[2:].decode("utf-8", "replace"))
            elif opcode in (CONTINUATION, TEXT):
                message += payload
                if final:
                    return message.decode("utf-8")

    def close(self) -> None:
        """Hang up; nobody waits for the other side's word."""
        self._socket.close()

    def _frame(self) -> tuple[bool, int, bytes]:
        first, second = self._take(2)
        size = second & 0x7F
        if size > 125:
            size = int.from_bytes(self._take(2 if size == 126 else 8), "big")
        if second & 0x80 or size > LIMIT:
            raise WebSocketError("the server sent a masked frame, or one of %d bytes" % size)
        return bool(first & 0x80), first & 0x0F, self._take(size)

    def _take(self, size: int) -> bytes:
        while len(self._buffer) < size:
            self._buffer += self._receive()
        taken, self._buffer = self._buffer[:size], self._buffer[size:]
        return taken

    def _receive(self) -> bytes:
        self._limit()
        received = self._socket.recv(65536)
        if not received:
            raise WebSocketError("the server hung up")
        return received

    def _send(self, data: bytes) -> None:
        self._limit()
        self._socket.sendall(data)

    def _limit(self) -> None:
        remaining = self._deadline - time.monotonic()
        if remaining <= 0:
            raise TimeoutError("no answer in time")
        self._socket.settimeout(remaining)
