"""The role played for its certificate's sake, and the certificate as a visitor is shown it."""

from __future__ import annotations

import json
import socket
import ssl
from pathlib import Path
from typing import Any

from .ansible_call import recording
from .jupyter_host import AGAIN, CONFIG, PORT, UNIT, JupyterHost

KEEPER = f"{UNIT}-certificate"
SETTINGS = f"{CONFIG}/jupyter_server_certificate.json"


def changed(server: JupyterHost, *flags: str, collections: str = "", **options: Any) -> list[str]:
    """Run the role; returns the tasks that changed something, or in check mode would."""
    record = Path(server.host.scratch, "changed_tasks.jsonl")
    record.unlink(missing_ok=True)
    environment = recording(record)
    if collections:
        environment["ANSIBLE_COLLECTIONS_PATH"] = collections
    done = server.host.play(AGAIN, {**server.variables, **options}, *flags, **environment)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    return [task.rpartition(" : ")[2] for dummy, task in json.loads(record.read_text())["changed"]]


def refused(server: JupyterHost, **options: Any) -> str:
    """What the role says when it does not do it."""
    before = server.host.run(f"sha256sum {CONFIG}/*.*")
    done = server.host.play(AGAIN, {**server.variables, **options})
    assert done.returncode != 0
    assert server.host.run(f"sha256sum {CONFIG}/*.*") == before
    return " ".join(done.stdout.split())


def shown(server: JupyterHost, trusted: str | None = None, host: str | None = None) -> bytes:
    """The certificate of a handshake, with a client that trusts this certificate alone and looks at the name."""
    context = ssl.create_default_context(cadata=trusted)
    if trusted is None:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with (
        socket.create_connection((server.address, PORT), timeout=10) as plain,
        context.wrap_socket(plain, server_hostname=host or server.address) as secured,
    ):
        return secured.getpeercert(binary_form=True) or b""


def renew(server: JupyterHost, names: list[str]) -> None:
    """With other names, or it would not be time yet."""
    settings = json.loads(server.host.run(f"cat {SETTINGS}"))
    server.host.run(f"cat > {SETTINGS}", stdin=json.dumps({**settings, "names": names}))
    server.host.run(f"systemctl start {KEEPER}.service")


def restart(server: JupyterHost) -> None:
    server.host.run(f"systemctl restart {UNIT}")
    server.copy_certificate()
    server.wait()
