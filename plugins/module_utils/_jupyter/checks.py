# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Does a Jupyter Server do its work? Each check here does one thing that a user does; those in `access` are about strangers.

A check is a function that takes the logged-in session, says in one line what it saw, and raises when that is not what a
working server shows. It leaves nothing behind, whatever happens.
"""

from __future__ import annotations

import http.client
import json
import re
import ssl
import time
import typing as t
import uuid

from . import access
from .access import require
from .kernel import Kernel, clean
from .session import Session, SessionError
from .websocket import WebSocket, WebSocketError

HELLO = "Hello Python for Finance World."
NUMBERS_CODE = "import numpy as np; np.random.seed(100); np.random.standard_normal((5, 4))"
NUMPY_CODE = "import importlib.util; print(importlib.util.find_spec('numpy') is not None)"
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


class Check(t.NamedTuple):
    """The outcome of one check."""

    name: str
    ok: bool
    seconds: float
    detail: str


def cell_prints(session: Session) -> str:
    with Kernel(session) as kernel:
        printed = kernel.run("print(%r)" % HELLO)
    require(printed == HELLO + "\n", "the cell printed %r instead of %r" % (printed[:200], HELLO))
    return "a cell printed %r" % HELLO


def numbers_are_right(session: Session) -> str:
    with Kernel(session) as kernel:
        if kernel.run(NUMPY_CODE) == "False\n":
            return "there is no NumPy in the kernel's environment"
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


def terminals_are_off(session: Session) -> str:
    session.expect(404, "POST", "/api/terminals")
    return "there are no terminals, as configured"


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


class Server(t.NamedTuple):
    """What the server is to be like: what lets people in, the page that they get, terminals, and when its certificate is renewed."""

    password: str | None = None
    token: str | None = None
    page: str = "/lab"
    terminals: bool = True
    renew_before_days: int = 30


def chosen(server: Server) -> list[access.CheckFunction]:
    """The checks for such a server, the first of which logs in; a token does that where there is no password."""
    terminals = terminal_computes if server.terminals else terminals_are_off
    return [
        access.password_accepted(server.password or server.token or "", server.page),
        *([access.token_accepted(server.token)] if server.token else []),
        access.certificate_lasting(server.renew_before_days),
        access.plain_http_is_refused,
        access.strangers_refused(server.page),
        access.wrong_password_is_refused,
        access.forged_request_is_refused,
        cell_prints,
        numbers_are_right,
        terminals,
        files_can_be_edited,
    ]


def run(session: Session, server: Server, timeout: float) -> list[Check]:
    """Log in and run all checks, each within `timeout` seconds; a failing one does not keep the next from running."""
    return [run_one(check, session, timeout) for check in chosen(server)]


def run_one(check: t.Callable[[Session], str], session: Session, timeout: float) -> Check:
    """Run one check within its time; a failure becomes the detail."""
    begin = time.monotonic()
    session.give(timeout)
    try:
        ok, detail = True, check(session)
    except FAILURES as error:
        ok, detail = False, "%s" % (error if str(error) else type(error).__name__)
    return Check(check.__name__, ok, round(time.monotonic() - begin, 3), detail)
