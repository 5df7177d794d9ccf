"""Paths that would lead out of the notebooks' directory, in every route that takes one."""

from __future__ import annotations

import json
import urllib.parse
from collections.abc import Iterator
from itertools import product

from ansible_collections.benchwright.python.plugins.module_utils._jupyter.kernel import Kernel
from support.http_storm import Request
from support.jupyter_host import CONFIG
from support.jupyter_site import CANARY, OUTSIDE, Site
from support.share import part_of

# What gives files is asked everything, each day. With two of them a format or a kernel's name comes before the path.
GIVE_FILES = ("/files/", "/api/contents/", "/view/", "/nbconvert/html/", "/kernelspecs/python3/", "/static/")
GIVE_FILES += ("/static/lab/", "/lab/extensions/", "/lab/api/themes/")
# What all other routes are asked of it.
SHARE = 0.2


def traversals(path: str) -> Iterator[str]:
    """Ways to write a path of the host below a directory of the site."""
    yield from (
        path,
        "/" + path,
        "//" + path,
        "file://" + path,
        "~root" + path,
    )
    steps = [
        "../",
        "..%2f",
        "%2e%2e/",
        "%2e%2e%2f",
        "..%252f",
        "%252e%252e%252f",
        "..\\",
        "..%5c",
        "%2e%2e%5c",
        "....//",
        "..;/",
    ]
    steps += [
        "..%c0%af",
        "%c0%ae%c0%ae/",
        "..%ef%bc%8f",
        "./../",
        "directory/../../",
        "..%00/",
        "..%09/",
        "%u002e%u002e/",
    ]
    for step in steps:
        for depth in (1, 3, 8):
            yield step * depth + path.lstrip("/")
            yield "secret.txt/" + step * depth + path.lstrip("/")
    yield from (path + "%00.txt", "secret.txt%00" + path, path.replace("/", "%2f"), path.replace("/", "%252f"))


def test_no_path_leads_out_of_the_notebooks(site: Site, whole: bool) -> None:
    """Not for the user either, by this way: what the process may read is the sandbox's affair."""
    headers = {**site.as_user, "Origin": f"https://{site.host}"}
    marks = [OUTSIDE.encode(), b"root:x:0:", b"hashed_password", b"argon2", b"PRIVATE KEY"]
    files = [
        "/srv/outside.txt",
        "/etc/passwd",
        f"{CONFIG}/jupyter_server_password_hash",
        f"{CONFIG}/jupyter_server.pem",
    ]
    others = [root for root in site.roots if root not in GIVE_FILES]
    assert set(others) > {"/notebooks/", "/tree/", "/edit/", "/consoles/", "/terminals/", "/api/sessions/"}
    ways = [way for file in (files if whole else files[:1]) for way in traversals(file)]
    targets = [root + way for root, way in product(GIVE_FILES, ways)]
    targets += part_of([root + way for root, way in product(others, ways)], SHARE)
    requests = [Request("GET", target, headers) for target in targets]
    requests += [
        Request("PATCH", "/api/contents/secret.txt", headers, json.dumps({"path": way}).encode())
        for way in ("../outside.txt", "/../outside.txt", "..\\outside.txt", "link/made.txt", "directory/../../made.txt")
    ]
    requests += [
        Request("POST", "/api/contents", headers, json.dumps({"copy_from": urllib.parse.unquote(way)}).encode())
        for way in traversals("/srv/outside.txt")
    ]
    answers = site.ask(requests)
    shown = [
        f"{request.method} {request.target} {request.body.decode()} answers {answer.status}"
        for request, answer in zip(requests, answers, strict=True)
        if any(mark in answer.body for mark in marks)
        or answer.status in (0, 201)
        or (answer.status == 500 and b"Traceback" in answer.body)
    ]
    assert shown == []
    assert site.server.host.run("ls /home/jupyter").split() == ["notebooks"]
    assert site.user.request("GET", "/api/contents/secret.txt").json()["content"] == CANARY


def test_a_file_that_is_there_is_shown_by_the_same_ways(site: Site) -> None:
    """Or nothing above would have been found, whatever the server did."""
    headers = site.as_user
    paths = ["/files/secret.txt", "/files/directory/secret.txt", "/files/%73ecret.txt", "/api/contents/secret.txt"]
    answers = site.ask([Request("GET", path, headers) for path in paths])
    assert [CANARY in answer.body.decode() for answer in answers] == [True] * 4


def test_a_link_leads_only_where_the_user_may_read(site: Site) -> None:
    """Who logs in has a shell and may follow a link there, too. Only what the server's user cannot read must stay so."""
    site.server.host.run(f"echo {OUTSIDE} > /srv/closed.txt; chmod 600 /srv/closed.txt")
    site.server.host.run("ln -s /etc/shadow /home/jupyter/notebooks/link2")
    headers = site.as_user
    paths = [root + name for root in GIVE_FILES[:4] for name in ("link/closed.txt", "link2", "link.txt")]
    answers = dict(zip(paths, site.ask([Request("GET", path, headers) for path in paths]), strict=True))
    shown = [path for path, answer in answers.items() if OUTSIDE in answer.body.decode() or b"root:" in answer.body]
    assert [path for path in shown if not path.endswith("link.txt")] == []
    assert "/api/contents/link.txt" in shown


def test_nobody_outside_runs_code_while_all_this_is_asked(site: Site) -> None:
    """The server still serves its user."""
    site.user.give(60)
    with Kernel(site.user) as kernel:
        assert kernel.run("print(6 * 7)") == "42\n"
