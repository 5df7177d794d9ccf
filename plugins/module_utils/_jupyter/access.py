# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who gets in? What a stranger must not be able to do, and what lets in those who may.

Each check takes the logged-in session, says in one line what it saw, and raises when that is not what a closed server shows.
"""

from __future__ import annotations

import http.client
import time
import typing as t
import uuid

from .._certificates.decide import day_of, overdue
from .session import Session, SessionError

REFUSED = frozenset({401, 403})
CheckFunction = t.Callable[[Session], str]


def require(holds: bool, found: str) -> None:
    """Raise SessionError with what was found instead, unless it holds."""
    if not holds:
        raise SessionError(found)


def certificate_lasting(renew_before_days: int) -> CheckFunction:
    """The check that somebody renews the certificate that is served."""

    def certificate_lasts(session: Session) -> str:
        end = session.end_of_certificate()
        complaint = overdue(end, renew_before_days, time.time())
        require(complaint is None, str(complaint))
        return "the certificate is good until %s" % day_of(end)

    return certificate_lasts


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


def strangers_refused(page: str) -> CheckFunction:
    """The check that who has no password gets the login page and nothing else."""

    def no_password_is_refused(session: Session) -> str:
        stranger = session.visitor()
        paths = ("/api/contents", "/api/kernels", "/api/sessions")
        statuses = {path: stranger.request("GET", path).status for path in paths}
        require(set(statuses.values()) <= REFUSED, "without a password: HTTP statuses %s" % statuses)
        answer = stranger.request("GET", page)
        sent_away = answer.status == 302 and "/login" in answer.headers.get("Location", "")
        require(sent_away, "%s without a password: HTTP status %d" % (page, answer.status))
        return "the API answers 403, the page sends to /login"

    return no_password_is_refused


def wrong_password_is_refused(session: Session) -> str:
    stranger = session.visitor()
    status = stranger.log_in("wrong-" + uuid.uuid4().hex)
    after = stranger.request("GET", "/api/contents").status
    require(status in REFUSED | {429} and after in REFUSED, "HTTP status %d, then %d for the files" % (status, after))
    return "HTTP status %d" % status


def forged_request_is_refused(session: Session) -> str:
    """A logged-in browser that another site makes send a request has the cookies, but not the XSRF token."""
    answer = session.request("POST", "/api/sessions", data={}, forged=True)
    require(answer.status in REFUSED, "a request without XSRF token: HTTP status %d" % answer.status)
    return "HTTP status %d without XSRF token" % answer.status


def password_accepted(password: str, page: str) -> CheckFunction:
    """The check that the password lets in, and that the page is there then."""

    def password_is_accepted(session: Session) -> str:
        status = session.log_in(password)
        require(status == 302, "the password in the password file was refused: HTTP status %d" % status)
        session.expect(200, "GET", page)
        return "logged in over verified TLS"

    return password_is_accepted


def token_accepted(token: str) -> CheckFunction:
    """The check that a program with the token gets an answer, and one with another token none."""

    def token_is_accepted(session: Session) -> str:
        statuses = [
            session.visitor().request("GET", "/api/contents", further={"Authorization": "token " + text}).status
            for text in (token, uuid.uuid4().hex)
        ]
        require(statuses[0] == 200, "the token in the token file was refused: HTTP status %d" % statuses[0])
        require(statuses[1] in REFUSED, "a wrong token: HTTP status %d" % statuses[1])
        return "the API answers a program that has the token"

    return token_is_accepted
