# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Does a Jupyter Server do its work? Each check does one thing that a user does, or that a stranger must not be able to do.

A check is a function that takes the logged-in session, says in one line what it saw, and raises when that is not what a
working server shows. It leaves nothing behind, whatever happens.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import re
import ssl
import time
import typing as t
import uuid

from .session import Session, SessionError
from .websocket import WebSocket, WebSocketError

HELLO = "Hello Python for Finance World."
NUMBERS_CODE = "import numpy as np; np.random.seed(100); np.random.standard_normal((5, 4))"
# What NumPy's legacy generator yields for this seed on every platform and in every version.
NUMBERS = (
    -1.74976547, 0.3426804, 1.1530358, -0.25243604,
    0.98132079, 0.51421884, 0.22117967, -1.07004333,
    -0.18949583, 0.25500144, -0.45802699, 0.43516349,
    -0.58359505, 0.81684707, 0.67272081, -0.10441114,
    -0.53128038, 1.02973269, -0.43813562, -1.11831825,
)  # fmt: skip
TOLERANCE = 1e-8
FAILURES = (SessionError, WebSocketError, OSError, ssl.SSLError, http.client.HTTPException, ValueError, KeyError)
REFUSED = frozenset({401, 403})


class Check(t.NamedTuple):
    """The outcome of one check."""

    name: str
    ok: bool
    seconds: float
    detail: str


def require(holds: bool, found: str) -> None:
    """Raise SessionError with what was found instead, unless it holds."""
    if not holds:
        raise SessionError(found)


# --- what a stranger must not be able to do -------------------------------------------------------------------------


def plain_http_is_refused(session: Session) -> str:
    """Without TLS there is no answer at all, not even a redirect that a password could follow."""
    connection = http.client.HTTPConnection(session.host, session.port, timeout=10)
    connection.connect()  # a port where nobody listens proves nothing
    try:
        connection.request("GET", "/login")
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        return "no answer without TLS (%s)" % type(error).__name__
    finally:
        connection.close()
    raise SessionError("http://%s:%d/login was answered with HTTP status %d" % (session.host, session.port, status))


def no_password_is_refused(session: Session) -> str:
    stranger = session.visitor()
    statuses = {
        path: stranger.request("GET", path).status for path in ("/api/contents", "/api/kernels", "/api/terminals")
    }
    require(set(statuses.values()) <= REFUSED, "without a password: HTTP statuses %s" % statuses)
    page = stranger.request("GET", "/lab")
    sent_away = page.status == 302 and "/login" in page.headers.get("Location", "")
    require(sent_away, "/lab without a password: HTTP status %d" % page.status)
    return "the API answers 403, the page sends to /login"


def wrong_password_is_refused(session: Session) -> str:
    stranger = session.visitor()
    status = stranger.log_in("wrong-" + uuid.uuid4().hex)
    after = stranger.request("GET", "/api/contents").status
    require(status in REFUSED | {429} and after in REFUSED, "HTTP status %d, then %d for the files" % (status, after))
    return "HTTP status %d" % status


def forged_request_is_refused(session: Session) -> str:
    """A logged-in browser that another site makes send a request has the cookies, but not the XSRF token."""
    answer = session.request("POST", "/api/terminals", data={}, forged=True)
    if answer.status == 200:
        session.request("DELETE", "/api/terminals/%s" % answer.json()["name"])
    require(answer.status in REFUSED, "a request without XSRF token: HTTP status %d" % answer.status)
    return "HTTP status %d without XSRF token" % answer.status


# --- what a user does -----------------------------------------------------------------------------------------------


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


def cell_prints(session: Session) -> str:
    with Kernel(session) as kernel:
        printed = kernel.run("print(%r)" % HELLO)
    require(printed == HELLO + "\n", "the cell printed %r instead of %r" % (printed[:200], HELLO))
    return "a cell printed %r" % HELLO


def numbers_are_right(session: Session) -> str:
    with Kernel(session) as kernel:
        text = kernel.run(NUMBERS_CODE)
    found = [float(number) for number in re.findall(r"-?\d+\.\d*(?:e[-+]?\d+)?", text)]
    right = len(found) == len(NUMBERS) and all(abs(one - other) <= TOLERANCE for one, other in zip(found, NUMBERS))
    require(right, "NumPy's numbers differ: %r" % text[:400])
    return "%d random numbers are those of seed 100" % len(found)


def terminal_computes(session: Session) -> str:
    path = "/api/terminals"
    name = session.expect(200, "POST", path).json()["name"]
    try:
        opened = session.websocket("/terminals/websocket/%s" % name)
        try:
            opened.send(json.dumps(["stdin", "echo benchwright-$((40+2))\r"]))
            wait_for(opened, "benchwright-42")
        finally:
            opened.close()
    finally:
        clean(session, "%s/%s" % (path, name))
    return "a shell computed 40+2"


def wait_for(opened: WebSocket, text: str) -> None:
    """Read a terminal until the text appears; what was typed does not hold it, only the command's output does."""
    shown = ""
    while text not in shown:
        kind, *values = json.loads(opened.receive())
        shown += values[0] if kind == "stdout" else ""


def files_can_be_edited(session: Session) -> str:
    path = "/api/contents/benchwright-verify-%s.txt" % uuid.uuid4().hex
    try:
        for status, text in ((201, "made"), (200, "edited")):
            session.expect(status, "PUT", path, {"type": "file", "format": "text", "content": text})
            found = session.expect(200, "GET", path).json()["content"]
            require(found == text, "the file holds %r instead of %r" % (found, text))
    finally:
        clean(session, path)
    session.expect(404, "GET", path)
    return "a file was made, edited, read and deleted"


def clean(session: Session, path: str) -> None:
    """Delete something, with some seconds more where the check used all of its time."""
    session.deadline = max(session.deadline, time.monotonic() + 10)
    answer = session.request("DELETE", path)
    require(answer.status in (204, 404), "DELETE %s: HTTP status %d" % (path, answer.status))


CHECKS: tuple[t.Callable[[Session], str], ...] = (
    plain_http_is_refused,
    no_password_is_refused,
    wrong_password_is_refused,
    forged_request_is_refused,
    cell_prints,
    numbers_are_right,
    terminal_computes,
    files_can_be_edited,
)


def run(session: Session, password: str, timeout: float) -> list[Check]:
    """Log in and run all checks, each within `timeout` seconds; a failing one does not keep the next from running."""

    def password_is_accepted(visitor: Session) -> str:
        status = visitor.log_in(password)
        require(status == 302, "the password in the password file was refused: HTTP status %d" % status)
        visitor.expect(200, "GET", "/lab")
        return "logged in over verified TLS"

    return [run_one(check, session, timeout) for check in (password_is_accepted, *CHECKS)]


def run_one(check: t.Callable[[Session], str], session: Session, timeout: float) -> Check:
    """Run one check within its time; a failure becomes the detail."""
    begin = time.monotonic()
    session.give(timeout)
    try:
        ok, detail = True, check(session)
    except FAILURES as error:
        ok, detail = False, "%s" % (error if str(error) else type(error).__name__)
    return Check(check.__name__, ok, round(time.monotonic() - begin, 3), detail)
