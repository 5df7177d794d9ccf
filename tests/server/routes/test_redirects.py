"""Where the server sends a browser: never to another site."""

from __future__ import annotations

import urllib.parse
from itertools import product

from support.http_storm import Request
from support.jupyter_site import Site, is_on_site
from support.share import part_of

SHARE = 0.05


def redirects() -> list[str]:
    """What has led browsers elsewhere from some login page or other."""
    targets = ["evil.example", "evil.example/", "evil.example%2f..", "user@evil.example", "2130706433", "evil。example"]
    starts = [
        "//",
        "///",
        "////",
        "/\\",
        "\\\\",
        "\\/",
        "/\t/",
        "/\n/",
        "\t//",
        " //",
        "https://",
        "http://",
        "HTTPS:",
        "https:/",
    ]
    starts += [
        "https:\\\\",
        "ftp://",
        "//\\",
        "/%09/",
        "/%5c",
        "/./\\/",
        "/..//",
        "/lab/..//..//",
        ";//",
        "//%00",
        "%2f%2f",
    ]
    schemes = [
        "javascript:alert(1)",
        "data:text/html,x",
        "JaVaScRiPt:alert(1)",
        "vbscript:x",
        "blob:https://evil.example/x",
    ]
    headers = ["/lab\r\nLocation: https://evil.example", "/lab%0d%0aSet-Cookie:x=y", "\u2028//evil.example"]
    return [start + target for start, target in product(starts, targets)] + schemes + headers


def test_the_login_leads_nowhere_else(site: Site) -> None:
    """Both for who has just logged in and for who was before, and over the path's trailing slash as well."""
    payloads = redirects()
    assert len(payloads) >= 100
    cookie = site.cookie
    targets = [f"/login?next={urllib.parse.quote(payload, safe='')}" for payload in payloads]
    targets += [f"/{urllib.parse.quote(payload, safe='/')}/" for payload in payloads]
    targets += [f"/logout?next={urllib.parse.quote(payload, safe='')}" for payload in payloads]
    answers = site.ask([Request("GET", target, {"Host": site.host, "Cookie": cookie}) for target in targets])
    led = [
        (target, answer.location)
        for target, answer in zip(targets, answers, strict=True)
        if answer.status == 0
        or (answer.location and not is_on_site(answer.location))
        or (answer.cookies and "x=y" in answer.cookies)
    ]
    assert led == []
    assert sum(answer.status == 302 for answer in answers) > 100


def test_no_path_leads_elsewhere_because_it_is_asked_to(site: Site) -> None:
    """With and without a login, every path with `?next=`: what reads it, and what hands it on to the login."""
    payloads = [urllib.parse.quote(payload, safe="") for payload in redirects()]
    targets = part_of([f"{path}?next={payload}" for path, payload in product(site.paths, payloads)], SHARE)
    strangers = {"Host": site.host}
    visitors = [strangers, {**strangers, "Cookie": site.cookie}]
    requests = [Request("GET", target, headers) for target, headers in product(targets, visitors)]
    led = [
        (request, answer.status, answer.location)
        for request, answer in zip(requests, site.ask(requests), strict=True)
        if answer.status == 0 or not is_on_site(answer.location or "/") or "x=y" in "".join(answer.cookies)
    ]
    assert led == []


def test_the_form_of_the_login_leads_nowhere_else(site: Site, whole: bool) -> None:
    """The password costs the server a tenth of a second each time."""
    stranger = site.server.visitor(300)
    for payload in redirects()[:: 1 if whole else 12]:
        stranger.request("GET", "/login")
        quoted = urllib.parse.quote(payload, safe="")
        answer = stranger.request("POST", f"/login?next={quoted}", form={"password": site.server.password})
        if any(character < " " for character in payload):
            assert answer.status == 400, payload
        else:
            assert answer.status == 302, payload
            assert is_on_site(answer.headers["Location"]), payload
