"""Every route that the running server has, asked by everybody who has no business there."""

from __future__ import annotations

import re
from itertools import product

import pytest
from support.http_storm import Answer, Request
from support.jupyter_site import CANARY, EVIL, NOTEBOOK, OUTSIDE, SILENT, UNSAFE, Site, is_on_site, read_application

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

# What strangers may have: reviewed, one by one.
OPEN = {
    ("jupyter_server.base.handlers.APIVersionHandler", "GET"): "the version, by which clients tell a Jupyter Server",
    ("<run_path>.ThrottledLogin", "GET"): "the login page",
    (
        "jupyter_server.auth.logout.LogoutHandler",
        "GET",
    ): "the page that says that one is logged out, and forgets cookies",
    ("jupyter_server.base.handlers.FileFindHandler", "GET"): "scripts and styles of the packages, for the login page",
    ("jupyter_server.base.handlers.FileFindHandler", "HEAD"): "the same",
    ("jupyterlab_server.themes_handler.ThemesHandler", "GET"): "styles of the packages",
    ("jupyterlab_server.themes_handler.ThemesHandler", "HEAD"): "the same",
    ("jupyter_server.base.handlers.PublicStaticFileHandler", "GET"): "the icon",
    ("jupyter_server.base.handlers.PublicStaticFileHandler", "HEAD"): "the same",
}
# A preflight of CORS carries no cookie. The answer allows nothing and has no body; both are tested.
PREFLIGHT = "OPTIONS"


def test_the_routes_are_all_of_them(site: Site) -> None:
    """What the extensions bring is among them, and each is asked under a path that is its own."""
    handlers = {route.handler.partition(".")[0] for route in site.routes}
    assert {"jupyter_server", "jupyterlab", "jupyterlab_server", "jupyter_server_terminals", "notebook"} <= handlers
    assert len(site.routes) > 70
    assert sum(route.websocket for route in site.routes) >= 4
    assert len(site.paths) > 60


def test_with_notebook_7_in_front_the_routes_are_the_same(site: Site) -> None:
    """So one matrix is enough for both, and its own pages are in it."""
    routes = {(one["pattern"], one["handler"]) for one in read_application(site.server, NOTEBOOK, "any")["routes"]}
    assert routes == {(route.pattern, route.handler) for route in site.routes}
    pages = {handler.rpartition(".")[2] for dummy, handler in routes if handler.startswith("notebook.")}
    assert pages >= {"TreeHandler", "NotebookHandler", "FileHandler", "ConsoleHandler", "TerminalHandler"}


def strangers(site: Site) -> dict[str, dict[str, str]]:
    """Headers of everybody whom the server does not know, or must not know."""
    name, valid = site.cookies["name"], site.cookies["valid"]
    flipped = valid[:-1] + ("0" if valid[-1] != "0" else "1")
    both = site.both_cookies
    own = {"Host": site.host}
    return {
        "nobody": own,
        "bad cookie": {**own, "Cookie": f"{name}=nonsense"},
        "forged cookie": {**own, "Cookie": f"{name}={flipped}"},
        "cookie of another server": {**own, "Cookie": f"username-localhost-8888={valid}"},
        "old cookie": {**own, "Cookie": f"{name}={site.cookies['old']}"},
        "token": {**own, "Authorization": "token "},
        "guessed token": {**own, "Authorization": "token 00000000"},
        "script of another site": {
            **own,
            "Cookie": both,
            "X-XSRFToken": site.cookies["xsrf"],
            "Sec-Fetch-Site": "cross-site",
            "Sec-Fetch-Mode": "no-cors",
        },
        "form of another site": {
            **own,
            "Cookie": both,
            "Origin": EVIL,
            "Sec-Fetch-Site": "cross-site",
            "Sec-Fetch-Mode": "navigate",
            "Sec-Fetch-Dest": "iframe",
            "Content-Type": "application/x-www-form-urlencoded",
        },
        "another port of this host": {**own, "Cookie": both, "Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors"},
    }


def fault(site: Site, request: Request, answer: Answer, opened: set[str]) -> str:
    """What a stranger should not have got; empty where all is well."""
    if any(canary.encode() in answer.body for canary in (CANARY, OUTSIDE)):
        return "shows a file"
    if "access-control-allow-origin" in answer.headers:
        return "lets other sites read"
    if answer.status == 302:
        return "" if is_on_site(answer.location) else f"leads to {answer.location}"
    if request.method == PREFLIGHT and answer.status == 200:
        return "has a body" if answer.body else ""
    return "" if f"{request.method} {request.target}" in opened else told(request, answer)


def told(request: Request, answer: Answer) -> str:
    """What an answer says that is not on the list; empty for a refusal."""
    if answer.status == 404 and request.headers.get("Origin") != EVIL:  # that is how Jupyter refuses other origins
        return "tells what is not there"
    return "" if answer.status in (400, 401, 403, 404, 405, 429) else f"answers {answer.status}"


def openings(site: Site) -> set[str]:
    """Requests that the reviewed list lets through: to the route that answers to the path, which is the first that matches."""
    return {
        f"{method} {path}"
        for path, method in product(site.paths, METHODS)
        for first in [next(route for route in site.routes if re.fullmatch(route.pattern, path))]
        if (first.handler, method) in OPEN
    }


def test_a_stranger_gets_nothing_from_any_route(site: Site) -> None:
    kinds = strangers(site)
    requests = [
        (kind, Request(method, path, headers, b"{}" if method in UNSAFE else b""))
        for (kind, headers), path, method in product(kinds.items(), site.paths, METHODS)
    ]
    answers = site.ask([request for dummy, request in requests])
    opened = openings(site)
    faults = [
        f"{kind}: {request.method} {request.target} {wrong}"
        for (kind, request), answer in zip(requests, answers, strict=True)
        if (wrong := fault(site, request, answer, opened))
    ]
    assert faults == []
    assert len(answers) > 4000
    assert {entry for entry in opened if entry.startswith("GET")} > {"GET /login", "GET /api", "GET /logout"}


def test_the_one_route_that_is_silent_says_nothing(site: Site) -> None:
    with pytest.raises(TimeoutError):
        site.server.visitor(2).request("GET", SILENT)
