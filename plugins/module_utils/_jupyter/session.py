# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One browser's worth of Jupyter Server: requests with cookies and the XSRF token, over verified TLS."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import time
import typing as t
import urllib.parse
from http.cookies import SimpleCookie

from .websocket import WebSocket


class Answer(t.NamedTuple):
    """What the server answered to one request."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    def json(self) -> t.Any:
        return json.loads(self.body.decode("utf-8"))


class SessionError(Exception):
    """The server did not do what a working server does; the text says what it did."""


class Session:
    """Cookies and the TLS context of one visitor. Every request is bound by `deadline`, in seconds of the monotonic clock."""

    def __init__(self, url: str, context: ssl.SSLContext) -> None:
        parts = urllib.parse.urlsplit(url)
        if parts.scheme != "https" or not parts.hostname:
            raise SessionError("`url` must look like https://HOST:PORT, not %r" % url)
        self.host = parts.hostname
        self.port = parts.port or 443
        self.base = parts.path.rstrip("/")
        self.origin = "https://%s" % parts.netloc
        self.deadline = time.monotonic()
        self._context = context
        self.cookies: dict[str, str] = {}

    def give(self, seconds: float) -> None:
        """Set the time that is left from now."""
        self.deadline = time.monotonic() + seconds

    def visitor(self) -> Session:
        """Another visitor of the same server, without cookies and with the same time left."""
        other = Session(self.origin + self.base, self._context)
        other.deadline = self.deadline
        return other

    def request(
        self,
        method: str,
        path: str,
        data: t.Any = None,
        form: t.Mapping[str, str] | None = None,
        forged: bool = False,
        further: t.Mapping[str, str] | None = None,
    ) -> Answer:
        """Send one request, `data` as JSON or `form` as a browser sends a form; `forged` leaves out the XSRF token.

        `further` are headers besides those of a browser.

        Raises OSError, ssl.SSLError and http.client.HTTPException.
        """
        headers = {"Cookie": self._cookie_header(), "Origin": self.origin, **(further or {})}
        body: str | None = None
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urllib.parse.urlencode(form if forged else dict(form, _xsrf=self.cookies.get("_xsrf", "")))
        elif data is not None or method != "GET":
            headers["Content-Type"] = "application/json"
            body = json.dumps({} if data is None else data)
            headers.update({} if forged else {"X-XSRFToken": self.cookies.get("_xsrf", "")})
        connection = http.client.HTTPSConnection(self.host, self.port, timeout=self._remaining(), context=self._context)
        try:
            connection.request(method, self.base + path, body, headers)
            response = connection.getresponse()
            self._remember(response.headers.get_all("Set-Cookie") or [])
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()

    def expect(self, status: int, method: str, path: str, data: t.Any = None) -> Answer:
        """Like `request`; raises SessionError when the answer has another status."""
        answer = self.request(method, path, data)
        if answer.status != status:
            raise SessionError("%s %s: HTTP status %d instead of %d" % (method, path, answer.status, status))
        return answer

    def log_in(self, password: str) -> int:
        """Open the login page and send its form, as a browser does; returns the HTTP status (302 when let in)."""
        self.request("GET", "/login")
        return self.request("POST", "/login", form={"password": password}).status

    def websocket(self, path: str) -> WebSocket:
        """Open a websocket with this visitor's cookies."""
        plain = socket.create_connection((self.host, self.port), timeout=self._remaining())
        opened = WebSocket(self._context.wrap_socket(plain, server_hostname=self.host), self.deadline)
        try:
            opened.open(
                urllib.parse.urlsplit(self.origin).netloc,
                self.base + path,
                {"Cookie": self._cookie_header(), "Origin": self.origin},
            )
        except BaseException:
            opened.close()
            raise
        return opened

    def _cookie_header(self) -> str:
        return "; ".join("%s=%s" % item for item in self.cookies.items())

    def _remember(self, lines: t.Iterable[str]) -> None:
        for line in lines:
            self.cookies.update({name: morsel.coded_value for name, morsel in SimpleCookie(line).items()})

    def end_of_certificate(self) -> float:
        """When the certificate ends that the server shows now, in Unix seconds. Raises OSError."""
        plain = socket.create_connection((self.host, self.port), timeout=self._remaining())
        with self._context.wrap_socket(plain, server_hostname=self.host) as secured:
            shown = secured.getpeercert() or {}
        return ssl.cert_time_to_seconds(str(shown["notAfter"]))

    def _remaining(self) -> float:
        remaining = self.deadline - time.monotonic()
        if remaining <= 0:
            raise TimeoutError("no answer in time")
        return remaining
