"""Serves a channel over HTTP, for reading only."""

from __future__ import annotations

import socket
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from . import marker
from .errors import ChannelError


class Handler(SimpleHTTPRequestHandler):
    """GET and HEAD of the channel's files; no listings, nothing hidden, no links out of the channel."""

    protocol_version = "HTTP/1.1"
    # Seconds after which an idle connection is closed.
    timeout = 60

    def send_head(self) -> Any:
        """Answer 404 where the path is no plain file of the channel."""
        path, root = Path(self.translate_path(self.path)), Path(self.directory)
        hidden = any(part.startswith(".") for part in path.relative_to(root).parts)
        if hidden or not path.is_file() or not path.resolve().is_relative_to(root.resolve()):
            self.send_error(HTTPStatus.NOT_FOUND, "the channel has no such file")
            return None
        return super().send_head()


class Server(ThreadingHTTPServer):
    """`address` is the channel's URL."""

    daemon_threads = True

    def __init__(self, directory: Path, host: str, port: int) -> None:
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        super().__init__((host, port), partial(Handler, directory=str(directory)))

    @property
    def address(self) -> str:
        host, port = self.server_address[:2]
        return f"http://[{host!s}]:{port}" if ":" in str(host) else f"http://{host!s}:{port}"


def open_server(directory: Path, host: str, port: int) -> Server:
    """A server that listens; port 0 takes a free one. Raises ChannelError for what is no sound channel or no address."""
    root = directory.absolute()
    _require_channel(root)
    try:
        return Server(root, host, port)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ChannelError(
            f"cannot listen on {host} port {port}: {reason}; name another with --host or --port"
        ) from error


def _require_channel(root: Path) -> None:
    """Any conda channel will do; one that a build left unfinished or that was damaged since will not."""
    if not (root / "noarch" / "repodata.json").is_file():
        raise ChannelError(
            f"{root} is no conda channel (it has no noarch/repodata.json): build one with `benchwright channel build`"
        )
    found = marker.read(root)
    wrong = marker.damaged(root, found) if found else []
    if wrong or (not found and (root / marker.LOCK).exists()):
        what = f"damaged ({wrong[0]})" if wrong else "not finished"
        raise ChannelError(f"the channel {root} is {what}: run `benchwright channel build` again")


def serve(directory: Path, host: str, port: int, announce: Callable[[str], None] | None = None) -> None:
    """Serve the channel until interrupted; `announce` gets its URL once it answers. Raises ChannelError."""
    with open_server(directory, host, port) as server:
        if announce:
            announce(server.address)
        server.serve_forever()
