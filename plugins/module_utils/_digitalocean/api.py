# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.
"""DigitalOcean's API: one request at a time, patient where that is safe, and clear about what it does not know."""

from __future__ import annotations

import json
import time
import typing as t
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit

from ansible.module_utils.urls import open_url

BASE = "https://api.digitalocean.com"
PER_PAGE = 200  # the most that the API gives
PATIENCE = 300.0
"""Seconds that all waits for a rate limit may take together."""
PAUSES = (1.0, 2.0, 4.0)
"""Seconds before each further try where the API does not answer."""
ADVICE = {
    401: "the token is wrong, expired or revoked; put a valid one into DIGITALOCEAN_ACCESS_TOKEN and run again: what exists is adopted",
    403: "the token may not do this; it needs the right to write",
}


class ApiError(Exception):
    """The API refused; the text says what was asked for and what it answered."""

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


class NoAnswer(ApiError):
    """A request that may have been carried out, or not."""


class Answer(t.NamedTuple):
    """One answer. ``status`` is 0 where there was none, and ``text`` then says why."""

    status: int
    text: str
    retry_after: float = 1.0


class Api:
    """``sleep`` waits, ``open`` is Ansible's way to fetch."""

    def __init__(
        self,
        token: str,
        base: str = BASE,
        timeout: float = 30.0,
        sleep: t.Callable[[float], None] = time.sleep,
        fetch: t.Callable[..., t.Any] = open_url,
    ) -> None:
        self.token, self.base = checked_token(token), checked_base(base)
        self.timeout, self.sleep, self.fetch = timeout, sleep, fetch
        self.waited = 0.0

    def get(self, path: str, **query: t.Any) -> t.Any:
        """Return the document. Raises ApiError."""
        return self.send("GET", path + ("?" + urlencode(query) if query else ""))

    def pages(self, path: str, key: str, **query: t.Any) -> t.Iterator[t.Any]:
        """Yield what all pages list. Links in answers are not followed: the token goes to this one address."""
        page = 1
        while True:
            document = self.get(path, page=page, per_page=PER_PAGE, **query)
            yield from document.get(key) or ()
            if not ((document.get("links") or {}).get("pages") or {}).get("next"):
                return
            page += 1

    def send(self, method: str, path: str, body: t.Any = None) -> t.Any:
        """Return the document, None for an empty one.

        Raises NoAnswer for a POST that may have been carried out, which is never sent twice; ApiError for all else.
        """
        pauses = iter(() if method == "POST" else PAUSES)
        while True:
            answer = self._once(method, path, body)
            if answer.status == 429:
                self._wait(answer.retry_after)
                continue
            if 0 < answer.status < 500:
                return self._judged(method, path, answer)
            pause = next(pauses, None)
            if pause is None:
                kind = NoAnswer if method == "POST" else ApiError
                raise kind(f"{method} {path}: {answer.text}", answer.status)
            self.sleep(pause)

    def _wait(self, seconds: float) -> None:
        self.waited += seconds
        if self.waited > PATIENCE:
            raise ApiError(
                f"the API's rate limit is used up; it asks for another {seconds:.0f} s. Wait, and run again: what exists is adopted",
                429,
            )
        self.sleep(seconds)

    def _once(self, method: str, path: str, body: t.Any) -> Answer:
        headers = {"Authorization": f"Bearer {self.token}"}
        data = None
        if body is not None:
            data, headers["Content-Type"] = json.dumps(body), "application/json"
        try:
            response = self.fetch(
                self.base + path,
                method=method,
                data=data,
                headers=headers,
                timeout=self.timeout,
                http_agent="benchwright",
                follow_redirects="none",
            )
            return Answer(response.status, response.read().decode())
        except HTTPError as error:
            return Answer(error.code, error.read().decode(errors="replace"), _retry_after(error.headers))
        except Exception as error:  # Ansible passes on what urllib, http.client and ssl raise
            return Answer(0, f"{self.base} does not answer: {error}")

    @staticmethod
    def _judged(method: str, path: str, answer: Answer) -> t.Any:
        try:
            document = json.loads(answer.text) if answer.text else None
        except ValueError:
            document = None
        if answer.status < 300:
            return document
        said = document.get("message", answer.text) if isinstance(document, dict) else answer.text[:200]
        advice = ADVICE.get(answer.status)
        raise ApiError(f"{method} {path}: {said} ({answer.status})" + (f"; {advice}" if advice else ""), answer.status)


def checked_token(token: str | None) -> str:
    """Return the token. Raises ApiError where there is none."""
    token = (token or "").strip()
    if not token or not token.isascii() or " " in token:
        raise ApiError(
            "there is no token for DigitalOcean's API; put one into the environment variable DIGITALOCEAN_ACCESS_TOKEN"
        )
    return token


def checked_base(base: str) -> str:
    """Return the API's address. Raises ApiError where the token could be read on its way."""
    parts = urlsplit(base)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1")):
        return base.rstrip("/")
    raise ApiError(f"the API's address must begin with https://, or the token could be read on its way, but is {base}")


def _retry_after(headers: t.Any) -> float:
    try:
        return max(0.0, float(headers.get("Retry-After") or 1))
    except (TypeError, ValueError):
        return 1.0
