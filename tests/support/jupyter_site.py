"""A server with something in it, its routes as the application has them, and what visitors of each kind send."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from ansible_collections.benchwright.python.plugins.module_utils._jupyter.certificate import trusting_context
from ansible_collections.benchwright.python.plugins.module_utils._jupyter.session import Session

from .http_storm import Answer, Request, storm
from .jupyter_host import CONFIG, ENVIRONMENT, PORT, JupyterHost
from .pattern_sample import beginning, sample

PROGRAM = Path(__file__).parent / "programs/jupyter_routes.py"
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
CANARY = "canary-of-the-notebooks-7c1f"
OUTSIDE = "canary-of-the-host-e09b"
EVIL = "https://evil.example"

# What the role may serve. Each loads the other beside itself, as an extension.
LAB, NOTEBOOK = "jupyterlab.labapp:LabApp", "notebook.app:JupyterNotebookApp"
# What JupyterLab refuses there it never says (its handler's `finish` fails), so a stranger's connection waits for nothing.
SILENT = "/lab/api/licenses/"


class Route(NamedTuple):
    pattern: str
    handler: str
    websocket: bool
    path: str


@dataclass
class Site:
    """The server with something in it, its routes, and what visitors of each kind send."""

    server: JupyterHost
    routes: list[Route]
    user: Session
    cookies: dict[str, str]
    paths: list[str] = field(default_factory=list)

    def ask(self, requests: list[Request]) -> list[Answer]:
        return storm(self.server.address, PORT, trusting_context(str(self.server.certificate)), requests)

    @property
    def roots(self) -> list[str]:
        """What each route begins with, as a directory: what takes a path takes it below."""
        roots = dict.fromkeys(beginning(route.pattern).rstrip("/") + "/" for route in self.routes)
        return [root for root in roots if root != SILENT]

    @property
    def host(self) -> str:
        return f"{self.server.address}:{PORT}"

    @property
    def cookie(self) -> str:
        """What a browser sends by itself."""
        return f"{self.cookies['name']}={self.cookies['valid']}"

    @property
    def both_cookies(self) -> str:
        return f"{self.cookie}; _xsrf={self.cookies['xsrf']}"

    @property
    def as_user(self) -> dict[str, str]:
        """The headers of somebody who has logged in, and means it."""
        return {"Host": self.host, "Cookie": self.both_cookies, "X-XSRFToken": self.cookies["xsrf"]}


def read_application(server: JupyterHost, application: str, cookie: str) -> dict[str, Any]:
    command = [f"{ENVIRONMENT}/bin/python", "-", application, cookie]
    command += [f"--config={CONFIG}/jupyter_server_config.py", f"--ServerApp.port={PORT + 1}", "--no-browser"]
    login = shlex.quote("cd && exec " + shlex.join(command) + " 2>/dev/null")
    answer = server.host.run(f"su jupyter --shell /bin/bash --login -c {login}", stdin=PROGRAM.read_text())
    found: dict[str, Any] = json.loads(answer.splitlines()[-1])
    return found


@contextmanager
def filled(server: JupyterHost) -> Iterator[Site]:
    """The server with files, a kernel and a terminal, which are gone afterwards."""
    user = server.user(300)
    [name] = [name for name in user.cookies if name.startswith("username-")]
    application = read_application(server, LAB, name)
    server.host.run(f"echo {OUTSIDE} > /srv/outside.txt; chmod 644 /srv/outside.txt")
    server.host.run("cd /home/jupyter/notebooks && ln -sf /srv/outside.txt link.txt && ln -sfn /srv link")
    for path in ("secret.txt", "directory/secret.txt"):
        if "/" in path:
            user.request("PUT", "/api/contents/directory", {"type": "directory"})
        user.request("PUT", f"/api/contents/{path}", {"type": "file", "format": "text", "content": CANARY})
    terminal = user.request("POST", "/api/terminals").json()["name"]
    kernel = user.request("POST", "/api/kernels").json()["id"]
    groups = {"kernel_id": kernel, "path": "/secret.txt", "kernel_name": "python3", "mode": "lab"}
    routes = [
        Route(one["pattern"], one["handler"], one["websocket"], sample(one["pattern"].removesuffix("$"), groups))
        for one in application["routes"]
    ]
    existing = [
        f"/api/terminals/{terminal}",
        f"/terminals/websocket/{terminal}",
        "/files/secret.txt",
        "/view/secret.txt",
    ]
    existing += ["/static/favicon.ico", "/api/contents", "/files/directory/secret.txt", "/lab/tree/secret.txt"]
    existing += ["/tree", "/tree/directory", "/notebooks/secret.txt", "/edit/secret.txt", "/custom/custom.css"]
    cookies = {"valid": user.cookies[name], "xsrf": user.cookies["_xsrf"], "name": name}
    made = Site(
        server, routes, user, {**cookies, "old": application["cookies"]["2"], "new": application["cookies"]["0"]}
    )
    paths = dict.fromkeys([*(route.path for route in routes), *existing])
    made.paths = [path for path in paths if not path.startswith(SILENT)]
    try:
        yield made
    finally:
        user.give(60)
        for path in (f"/api/terminals/{terminal}", f"/api/kernels/{kernel}", "/api/contents/secret.txt"):
            user.request("DELETE", path)
        server.host.run(
            "rm -rf /srv/outside.txt /srv/closed.txt /home/jupyter/notebooks/link* /home/jupyter/notebooks/directory"
        )


def is_on_site(location: str) -> bool:
    """As a browser reads it: backslashes are slashes, and control characters are not there."""
    cleaned = "".join(character for character in location if ord(character) > 32).replace("\\", "/")
    return cleaned.startswith("/") and not cleaned.startswith("//")
