# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""How a Docker engine is spoken to: HTTP on a Unix socket. Whatever goes wrong is a :class:`DockerError`."""

from __future__ import annotations

import contextlib
import grp
import http.client
import json
import os
import pwd
import re
import socket
import stat
import typing as t

from .._conda.errors import CondaError

DEFAULT_HOST = "unix:///var/run/docker.sock"
TIMEOUT = 600.0
"""Seconds of silence after which an engine is given up; one that writes to a slow disk says nothing for long."""
FULL = "no space left on device"
ROOM = "; make room where the engine keeps its data ('docker info' says where; 'docker image prune' helps)"
BLOCK = 1 << 20
Answer = t.Any
Self = t.TypeVar("Self", bound="Transport")


class DockerError(CondaError):
    """Something that the user is told. ``str()`` says what was wanted, what was found and what to do next."""


class NoEngine(DockerError):
    """No engine answers: none is installed, or none runs."""


class Transport:
    """The engine that listens on one socket. Every method raises :class:`DockerError`."""

    def __init__(self, socket_path: str) -> None:
        self.socket_path = socket_path

    @classmethod
    def of(cls: type[Self], environment: t.Mapping[str, str], host: str = "") -> Self:
        """Return the engine at ``host`` (``unix:///path``), else at the environment's DOCKER_HOST, else at the usual place."""
        found = host or environment.get("DOCKER_HOST") or DEFAULT_HOST
        scheme, dummy, path = found.partition("://")
        if scheme != "unix" or not path.startswith("/"):
            raise DockerError(
                f"the Docker engine at {_without_user(found)} cannot be used: only unix:///path is supported; run this on "
                f"the engine's own host, with DOCKER_HOST unset or {DEFAULT_HOST}"
            )
        return cls(path)

    def call(
        self,
        method: str,
        path: str,
        missing: Answer = ...,
        body: t.Iterable[bytes] | None = None,
        headers: t.Mapping[str, str] | None = None,
        document: t.Mapping[str, t.Any] | None = None,
    ) -> Answer:
        """Return the decoded answer: of several lines, the last; ``missing``, if given, where the engine knows no such thing.

        What is sent is a tar archive, or a JSON document.
        """
        if document is not None:
            body, headers = [json.dumps(document).encode()], {"Content-Type": "application/json"}
        answers = list(self.lines(method, path, missing, body, headers))
        return answers[-1] if answers else {}

    def lines(
        self,
        method: str,
        path: str,
        missing: Answer = ...,
        body: t.Iterable[bytes] | None = None,
        headers: t.Mapping[str, str] | None = None,
    ) -> t.Iterator[Answer]:
        """Yield what :meth:`call` takes the last of, as it comes; one that tells of an error is raised."""
        with self._connected() as connection:
            _send(connection, method, path, body, headers or {})
            response = connection.getresponse()
            if response.status == 404 and missing is not ...:
                yield missing
            else:
                self._refuse(response)
                yield from map(self._told, filter(bytes.strip, response))

    def blocks(self, path: str) -> t.Iterator[bytes]:
        """Yield what the engine answers, as it comes."""
        with self._connected() as connection:
            _send(connection, "GET", path, None, {})
            response = connection.getresponse()
            self._refuse(response)
            yield from iter(lambda: response.read(BLOCK), b"")

    def _refuse(self, response: http.client.HTTPResponse) -> None:
        """Raise what the last line says, where the answer as a whole is an error."""
        if response.status >= 400:
            lines = response.read().splitlines() or [b"{}"]
            answer = self._told(lines[-1])
            raise DockerError(self._explained(str(answer.get("message") or f"status {response.status}")))

    def _told(self, line: bytes) -> Answer:
        text = line.decode("utf-8", "replace")
        try:
            answer = json.loads(text)
        except ValueError:
            raise DockerError(f"what answers at {self.socket_path} is no Docker engine: {text[:200]!r}") from None
        if isinstance(answer, dict) and "errorDetail" in answer:
            raise DockerError(self._explained(str(answer.get("error") or answer["errorDetail"])))
        return answer

    def _explained(self, message: str) -> str:
        return f"the Docker engine says: {message.strip()}{ROOM if FULL in message else ''}"

    @contextlib.contextmanager
    def _connected(self) -> t.Iterator[http.client.HTTPConnection]:
        connection = http.client.HTTPConnection("localhost", timeout=TIMEOUT)
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link:
            link.settimeout(TIMEOUT)
            try:
                link.connect(self.socket_path)
            except PermissionError:
                raise DockerError(_no_right(self.socket_path)) from None
            except OSError as error:
                raise NoEngine(
                    f"no Docker engine answers at {self.socket_path} ({error.strerror or error}); start it (systemctl start "
                    "docker), install one (Debian's docker.io), or name the socket of another in DOCKER_HOST"
                ) from error
            connection.sock = link
            try:
                yield connection
            except socket.timeout:
                raise DockerError(
                    f"the Docker engine at {self.socket_path} has not answered for {TIMEOUT:.0f} seconds; look at what it "
                    "waits for: a disk, or its own log"
                ) from None
            except (ConnectionError, http.client.HTTPException) as error:
                raise DockerError(
                    f"the Docker engine at {self.socket_path} has ended the connection ({error or type(error).__name__}); "
                    "see whether it still runs, and its log"
                ) from error


def _send(
    connection: http.client.HTTPConnection,
    method: str,
    path: str,
    body: t.Iterable[bytes] | None,
    headers: t.Mapping[str, str],
) -> None:
    connection.putrequest(method, path)
    for name, value in headers.items():
        connection.putheader(name, value)
    if body is None:
        connection.putheader("Content-Length", "0")
        connection.endheaders()
        return
    if "Content-Type" not in headers:
        connection.putheader("Content-Type", "application/x-tar")
    connection.putheader("Transfer-Encoding", "chunked")
    connection.endheaders()
    with contextlib.suppress(ConnectionError):  # an engine that refuses says why before it hangs up
        for block in body:
            if block:  # an empty one would be the end
                connection.send(b"%x\r\n%b\r\n" % (len(block), block))
        connection.send(b"0\r\n\r\n")


def _without_user(host: str) -> str:
    return re.sub(r"//[^/@]*@", "//", host)


def _no_right(path: str) -> str:
    user = _name(lambda: pwd.getpwuid(os.geteuid()).pw_name, str(os.geteuid()))
    advice = "run this as root (become: true)"
    with contextlib.suppress(OSError):  # it may stand in a directory that is closed as well
        status = os.stat(path)
        if status.st_mode & stat.S_IWGRP:
            group = _name(lambda: grp.getgrgid(status.st_gid).gr_name, str(status.st_gid))
            advice += f", or make {user} a member of the group {group} (which is as good as root) and log in anew"
    return f"{user} has no right to use the Docker engine's socket {path}; {advice}"


def _name(find: t.Callable[[], str], otherwise: str) -> str:
    try:
        return find()
    except KeyError:
        return otherwise
