"""What another site could make a visitor's browser send, to every route: under another name, with the cookies, from elsewhere."""

from __future__ import annotations

import json
from itertools import product

import pytest
from support.http_storm import Request
from support.jupyter_host import PORT
from support.jupyter_site import CANARY, EVIL, UNSAFE, Site
from support.share import part_of

# A browser that reports a breach of the pages' policy cannot have the token; the report goes to the log and nowhere else.
SHARE = 0.2
REPORT = "/api/security/csp-report"


def test_who_asks_for_another_host_gets_nothing_at_all(site: Site) -> None:
    """Not even the login page: it is how a site would make a visitor's browser read this one under its own name."""
    hosts = ["evil.example", f"evil.example:{PORT}", "203.0.113.7", f"{site.server.address}.evil.example"]
    hosts += [
        "localhost.evil.example",
        "evil.example#localhost",
        "localhost@evil.example",
        "[2001:db8::1]",
        "0",
        "127.1",
    ]
    asked = [*product(hosts, site.paths, ("GET", "POST"))]
    asked += part_of([*product(hosts, site.paths, ("HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"))], SHARE)
    requests = [Request(method, path, {**site.as_user, "Host": host}) for host, path, method in asked]
    served = [
        f"{request.headers['Host']}: {request.method} {request.target} answers {answer.status}"
        for request, answer in zip(requests, site.ask(requests), strict=True)
        # the icon is not Jupyter's to guard: tornado serves it, and it says nothing
        if answer.status not in (400, 403, 405)
        and request.target not in ("/favicon.ico", "/robots.txt")
        # as little does the way from one path of the site to another
        and not (answer.status == 302 and answer.location.startswith(("/x", "/lab")) and not answer.body)
    ]
    assert served == []


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "LOCALHOST.", "127.0.0.1:8888"])
def test_the_names_of_the_certificate_are_answered_to(site: Site, host: str) -> None:
    [answer] = site.ask([Request("GET", "/login", {"Host": host})])
    assert answer.status == 200


def test_a_cookie_alone_changes_nothing(site: Site) -> None:
    """A visitor's browser sends it, whoever made the request; what else it takes no other site can know."""
    cookie = site.cookie
    tokens: dict[str, dict[str, str]] = {
        "no token": {"Cookie": cookie},
        "a token without its cookie": {"Cookie": cookie, "X-XSRFToken": site.cookies["xsrf"]},
        "another token": {"Cookie": site.both_cookies, "X-XSRFToken": "2|00|00|0"},
        "an evil origin": {
            "Cookie": site.both_cookies,
            "X-XSRFToken": site.cookies["xsrf"],
            "Origin": EVIL,
        },
    }
    requests = [
        (kind, Request(method, path, {"Host": site.host, **headers}, b"{}"))
        for (kind, headers), path, method in product(tokens.items(), site.paths, UNSAFE)
    ]
    answers = site.ask([request for dummy, request in requests])
    changed = [
        f"{kind}: {request.method} {request.target} answers {answer.status}"
        for (kind, request), answer in zip(requests, answers, strict=True)
        if answer.status not in (403, 404, 405)
        and request.target != REPORT
        and not (answer.status == 302 and answer.location == "/x")
    ]
    assert changed == []
    assert site.server.visitor().request("GET", "/api").status == 200


def test_a_cookie_counts_where_somebody_follows_a_link_and_nowhere_else(site: Site) -> None:
    """On another port of this host. From another site no browser sends it."""
    followed = {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    kinds = {"followed": followed, "framed": {**followed, "Sec-Fetch-Dest": "iframe"}}
    headers = {"Host": site.host, "Cookie": site.cookie}
    answers = site.ask([Request("GET", "/lab", {**headers, **kind}) for kind in kinds.values()])
    told = {
        kind: (answer.status, answer.location.partition("?")[0]) for kind, answer in zip(kinds, answers, strict=True)
    }
    assert told == {"followed": (200, ""), "framed": (302, "/login")}


def test_with_cookie_and_token_the_same_requests_are_answered(site: Site) -> None:
    """Or all the refusals above would prove nothing. A cookie that was signed now is as good as that of the login."""
    for value in (site.cookies["valid"], site.cookies["new"]):
        cookie = f"{site.cookies['name']}={value}; _xsrf={site.cookies['xsrf']}"
        headers = {
            "Host": site.host,
            "Cookie": cookie,
            "X-XSRFToken": site.cookies["xsrf"],
            "Origin": f"https://{site.host}",
        }
        made, read = site.ask(
            [Request("POST", "/api/contents", headers, b"{}"), Request("GET", "/files/secret.txt", headers)]
        )
        assert (made.status, read.status, read.body.decode()) == (201, 200, CANARY)
        site.user.request("DELETE", f"/api/contents/{json.loads(made.body)['path']}")


def test_websockets_open_for_the_user_of_this_site_only(site: Site) -> None:
    sockets = [path for path in site.paths if any(r.websocket and r.path == path for r in site.routes)]
    sockets += [path for path in site.paths if path.startswith("/terminals/websocket/")]
    upgrade = {
        "Host": site.host,
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
    }
    cookie = {"Cookie": site.cookie}
    kinds: dict[str, dict[str, str]] = {
        "no cookie": {},
        "no cookie, own origin": {"Origin": f"https://{site.host}"},
        "evil origin": {**cookie, "Origin": EVIL},
        "origin of another port": {**cookie, "Origin": f"https://{site.server.address}:{PORT + 1}"},
        "origin without TLS": {**cookie, "Origin": f"http://{site.server.address}"},
        "no site": {**cookie, "Origin": "null"},
        "evil host": {**cookie, "Host": "evil.example", "Origin": EVIL},
        "another site": {**cookie, "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "websocket"},
    }
    requests = [
        (kind, Request("GET", path, {**upgrade, **headers}))
        for (kind, headers), path in product(kinds.items(), sockets)
    ]
    answers = site.ask([request for dummy, request in requests])
    opened = [
        (kind, request.target, answer.status)
        for (kind, request), answer in zip(requests, answers, strict=True)
        if answer.status == 101
    ]
    assert opened == []
    [channels] = [path for path in sockets if path.endswith("/channels")]
    own = {**upgrade, **cookie, "Origin": f"https://{site.host}"}
    assert [answer.status for answer in site.ask([Request("GET", channels, own)])] == [101]
