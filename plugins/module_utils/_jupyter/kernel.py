# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A kernel of a Jupyter Server, for as long as a `with` block takes."""

from __future__ import annotations

import contextlib
import json
import time
import typing as t
import uuid

from .access import require
from .session import Session, SessionError


class Kernel:
    """A running kernel that ends with the `with` block."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> Kernel:
        with contextlib.ExitStack() as stack:
            path = "/api/kernels/%s" % self._session.expect(201, "POST", "/api/kernels").json()["id"]
            stack.callback(clean, self._session, path)
            self._socket = self._session.websocket("%s/channels?session_id=%s" % (path, uuid.uuid4().hex))
            stack.callback(self._socket.close)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *dummy: object) -> None:
        self._stack.close()

    def run(self, code: str) -> str:
        """Execute a cell; returns what it printed and the text of its value. Raises SessionError on an exception in it."""
        number = uuid.uuid4().hex
        header = {
            "msg_id": number,
            "username": "",
            "session": number,
            "msg_type": "execute_request",
            "version": "5.3",
            "date": "",
        }
        content = {"code": code, "silent": False, "store_history": False, "user_expressions": {}, "allow_stdin": False}
        message = {"header": header, "parent_header": {}, "metadata": {}, "channel": "shell", "content": content}
        self._socket.send(json.dumps(message))
        return "".join(self._output(number))

    def _output(self, number: str) -> t.Iterator[str]:
        """Reply and output come on two channels, in any order: both must be complete."""
        missing = {"execute_reply", "idle"}
        while missing:
            message = json.loads(self._socket.receive())
            kind, content = message["msg_type"], message["content"]
            if message["parent_header"].get("msg_id") != number:
                continue
            if kind == "error":
                raise SessionError("%s: %s" % (content["ename"], content["evalue"]))
            if kind == "stream":
                yield content["text"]
            elif kind == "execute_result":
                yield content["data"]["text/plain"]
            missing -= {content["execution_state"] if kind == "status" else kind}


def clean(session: Session, path: str) -> None:
    """Delete something, with some seconds more where the check used all of its time."""
    session.deadline = max(session.deadline, time.monotonic() + 10)
    answer = session.request("DELETE", path)
    require(answer.status in (204, 404), "DELETE %s: HTTP status %d" % (path, answer.status))
