"""Thousands of HTTP requests in seconds, over connections that are kept, byte for byte as they are written here.

What a browser or a library would never send can be sent: any target, any header, any body.
"""

from __future__ import annotations

import asyncio
import ssl
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

SECONDS = 30.0
"""What one request may take."""
BODILESS = {204, 304}


@dataclass(frozen=True)
class Request:
    method: str
    target: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    def encoded(self) -> bytes:
        headers = dict(self.headers)
        if self.body or self.method not in ("GET", "HEAD", "OPTIONS"):
            headers["Content-Length"] = str(len(self.body))
        lines = [f"{self.method} {self.target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
        return "\r\n".join([*lines, "", ""]).encode("utf-8", "surrogateescape") + self.body


@dataclass(frozen=True)
class Answer:
    """``status`` is 0 where the server hung up without one."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    cookies: tuple[str, ...] = ()

    @property
    def location(self) -> str:
        return self.headers.get("location", "")


class Connection:
    def __init__(self, address: str, port: int, context: ssl.SSLContext | None) -> None:
        self._where = (address, port, context)
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, request: Request) -> Answer:
        """Once more where the server had closed the connection meanwhile."""
        fresh = self._streams is None
        try:
            async with asyncio.timeout(SECONDS):
                return await self._exchange(request)
        except TimeoutError as error:
            raise TimeoutError(f"{request.method} {request.target} {request.headers}") from error
        except (ConnectionError, asyncio.IncompleteReadError):
            self.close()
            return Answer(0) if fresh else await self.ask(request)

    async def _exchange(self, request: Request) -> Answer:
        if self._streams is None:
            address, port, context = self._where
            self._streams = await asyncio.open_connection(address, port, ssl=context, limit=1 << 20)
        reader, writer = self._streams
        writer.write(request.encoded())
        await writer.drain()
        status, headers, cookies = await self._head(reader)
        body = b"" if request.method == "HEAD" or status in BODILESS else await self._body(reader, status, headers)
        if status == 101 or headers.get("connection", "").lower() == "close":
            self.close()
        return Answer(status, headers, body, tuple(cookies))

    @staticmethod
    async def _head(reader: asyncio.StreamReader) -> tuple[int, dict[str, str], list[str]]:
        status, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        pairs = [(name.lower(), value.strip()) for name, dummy, value in (line.partition(":") for line in lines)]
        return int(status.split()[1]), dict(pairs), [value for name, value in pairs if name == "set-cookie"]

    @staticmethod
    async def _body(reader: asyncio.StreamReader, status: int, headers: dict[str, str]) -> bytes:
        if "content-length" in headers:
            return await reader.readexactly(int(headers["content-length"]))
        if headers.get("transfer-encoding") != "chunked":
            return b"" if status == 101 else await reader.read()
        body = b""
        while size := int(await reader.readuntil(b"\r\n"), 16):
            body += (await reader.readexactly(size + 2))[:-2]
        await reader.readexactly(2)
        return body

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].transport.abort()
        self._streams = None


async def ask_all(
    address: str, port: int, context: ssl.SSLContext | None, requests: Iterable[Request], connections: int = 16
) -> list[Answer]:
    """The answers, in the order of the requests."""
    waiting = deque(enumerate(requests))
    answers: dict[int, Answer] = {}

    async def work() -> None:
        connection = Connection(address, port, context)
        try:
            while waiting:
                number, request = waiting.popleft()
                answers[number] = await connection.ask(request)
        finally:
            connection.close()

    await asyncio.gather(*(work() for dummy in range(connections)))
    return [answers[number] for number in sorted(answers)]


def storm(
    address: str, port: int, context: ssl.SSLContext | None, requests: Sequence[Request], connections: int = 16
) -> list[Answer]:
    return asyncio.run(ask_all(address, port, context, requests, connections))
