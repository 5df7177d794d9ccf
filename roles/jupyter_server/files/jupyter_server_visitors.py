# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who a request comes from: nobody else's name for this server is answered to, and no other site borrows a visitor's cookies.

Jupyter Server's own check of the host knows names and loopback, but no other addresses. Without a check, a site could let its
own name lead here and read with the visitor's browser what the server says (DNS rebinding).
"""

from __future__ import annotations

import hmac
import ipaddress

from jupyter_server.auth import PasswordIdentityProvider
from tornado.httputil import parse_cookie
from tornado.web import HTTPError, decode_signed_value
from traitlets import List, Unicode

STRANGERS_BODY = 64 * 1024
"""Bytes: a login form is small. Tornado reads a body before anybody asks who sent it, and the memory is everybody's."""
LIMITED = "_benchwright_limits_strangers"
OTHER_SITES = ("cross-site", "same-site")
"""What browsers say of requests that another site, or another port of this one, caused."""


class CarefulIdentityProvider(PasswordIdentityProvider):
    """Jupyter Server asks it first with every request, also with those that need no login."""

    hosts = List(Unicode(), config=True, help="The names and addresses that the server answers to.")

    def get_user(self, handler):
        request = handler.request
        if not is_among(request.host_name, self.hosts):
            handler.current_user = None  # for the page that says so
            raise HTTPError(403, "%s is none of this server's names", request.host_name)
        if any(character < " " for character in handler.get_query_argument("next", "", strip=False)):
            handler.current_user = None
            raise HTTPError(400, "no address to go on to has control characters")
        if is_foreign(request.method, request.headers):
            request.headers.pop("Cookie", None)
        return super().get_user(handler)


def is_among(host: str, hosts: list[str]) -> bool:
    """``*.example.org`` stands for each name right below example.org, as in a certificate."""
    name = spelled(host)
    known = {spelled(one) for one in hosts}
    return name in known or "*." + name.partition(".")[2] in known


def spelled(host: str) -> str:
    """`[::0001]` -> `::1`, `LAB.example.org.` -> `lab.example.org`."""
    bare = host.strip("[]").rstrip(".").lower()
    try:
        return str(ipaddress.ip_address(bare))
    except ValueError:
        return bare


def is_foreign(method: str, headers) -> bool:
    """Whether another site caused it, and not by a link that somebody followed."""
    followed = (method, headers.get("Sec-Fetch-Mode"), headers.get("Sec-Fetch-Dest")) == ("GET", "navigate", "document")
    return headers.get("Sec-Fetch-Site") in OTHER_SITES and not followed


def limit_strangers(application) -> None:
    """Have the application's class look, once the headers are there, whether a large body may follow."""
    if hasattr(application, LIMITED):  # the configuration is read more than once
        return
    find_handler = application.find_handler

    def find_and_limit(self, request, **arguments):
        if not is_known(request, self.settings):
            request.connection.set_max_body_size(STRANGERS_BODY)
        return find_handler(self, request, **arguments)

    application.find_handler = find_and_limit
    setattr(application, LIMITED, True)


def is_known(request, settings) -> bool:
    """Whether it has a login's cookie or the token. Jupyter Server looks again, at more, when it has read the body."""
    if is_foreign(request.method, request.headers):
        return False
    provider, secret = settings["identity_provider"], settings["cookie_secret"]
    # Not request.cookies, which remembers what get_user may take away later.
    cookies = parse_cookie(request.headers.get("Cookie", ""))
    age = provider.get_secure_cookie_kwargs.get("max_age_days", 31)
    if any(
        decode_signed_value(secret, name, value, max_age_days=age) for name, value in cookies.items() if name != "_xsrf"
    ):
        return True
    given = request.headers.get("Authorization", "").rpartition(" ")[2]
    return bool(provider.token) and hmac.compare_digest(given.encode(), provider.token.encode())
