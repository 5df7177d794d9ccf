"""`HOST` on a command line: the address, and an inventory of that one machine that is gone afterwards."""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchwright.errors import BenchwrightError
from benchwright.runner import collection_path

ADDRESS = re.compile(
    r"(?:ssh://)?(?:(?P<user>[\w.-]+)@)?(?P<host>\[[0-9A-Fa-f:.%\w]+\]|[\w.-]+|[0-9A-Fa-f:]+:[0-9A-Fa-f:]+)(?::(?P<port>\d+))?"
)


@dataclass(frozen=True)
class Address:
    """What ssh takes: a name or address; user and port are ssh's own choice where they are not given."""

    host: str
    user: str = ""
    port: int = 0


def address_of(text: str) -> Address:
    """Return what ``[USER@]HOST[:PORT]`` says. Raises BenchwrightError for what is no address."""
    found = ADDRESS.fullmatch(text)
    if not found or found["host"].startswith("-") or (found["port"] and not 0 < int(found["port"]) < 65536):
        raise BenchwrightError(f"expected a host as ssh takes it, [USER@]HOST or USER@HOST:PORT, but got {text!r}")
    return Address(found["host"].strip("[]"), found["user"] or "", int(found["port"] or 0))


@contextmanager
def inventory_of(address: Address) -> Iterator[Path]:
    """Write an inventory of this one machine, with the options that such a machine has from the collection."""
    shipped = collection_path() / "inventories"
    variables: dict[str, Any] = {"ansible_host": address.host}
    variables |= {"ansible_user": address.user} if address.user else {}
    variables |= {"ansible_port": address.port} if address.port else {}
    everything = {
        "hosts": {address.host: variables},
        "vars": {"remote_environment": str(shipped / "local/environment.yml")},
    }
    with tempfile.TemporaryDirectory(prefix="benchwright-host-") as directory:
        Path(directory, "group_vars").symlink_to(shipped / "remote/group_vars")
        path = Path(directory, "hosts.json")
        path.write_text(json.dumps({"all": everything}), encoding="utf-8")
        yield path


def check_key(path: str | None) -> None:
    """Refuse a key that ssh could not use without asking. Raises BenchwrightError."""
    if path is None:
        return
    key = Path(path).expanduser()
    if not key.is_file():
        raise BenchwrightError(f"there is no key at {path}")
    opened = _said("ssh-keygen", "-y", "-P", "", "-f", str(key))
    if opened.returncode == 0:
        return
    if "passphrase" not in opened.stderr:
        raise BenchwrightError(f"{path} is no private key that ssh can use: {opened.stderr.strip()}")
    if not _agent_has(key):
        raise BenchwrightError(
            f"the key {path} has a passphrase, and nobody is there to type it; give it to the agent first: ssh-add {path}"
        )


def _agent_has(key: Path) -> bool:
    public = key.with_name(f"{key.name}.pub")
    words = public.read_text(encoding="utf-8").split() if public.is_file() else []
    held = _said("ssh-add", "-L").stdout if os.environ.get("SSH_AUTH_SOCK") else ""
    return len(words) > 1 and words[1] in held


def _said(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
