"""What this machine needs for benchwright to work, and whether it is there."""

from __future__ import annotations

import platform
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from benchwright.errors import BenchwrightError
from benchwright.inventory import Host, hosts_of
from benchwright.runner import collection_path
from benchwright.source import conda_forge_problem
from benchwright.target import Target


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. What is only ``needed`` in some cases is no reason to fail."""

    name: str
    ok: bool
    found: str
    to_do: str = ""
    needed: bool = True


def examine(target: Target, flags: Sequence[str]) -> tuple[list[Finding], list[Host]]:
    """Look at everything but the hosts; returns what was found, and the inventory's hosts. ``flags`` are those of ansible-inventory."""
    hosts: list[Host] = []

    def inventory() -> str:
        hosts.extend(hosts_of(target, flags))
        if not hosts:
            raise BenchwrightError(f"{target.name} holds no host")
        return f"{target.name}: {len(hosts)} host{'s' * (len(hosts) != 1)}"

    findings = [*_programs(), _try("inventory", inventory, "name one that can be read with -i, or in ansible.cfg")]
    needs_ssh = any(host.connection in ("ssh", "smart") for host in hosts)
    ssh = shutil.which("ssh")
    findings.append(
        Finding("ssh", bool(ssh) or not needs_ssh, _ssh_version(ssh), "install openssh-client", needs_ssh or not hosts)
    )
    problem = conda_forge_problem()
    found = f"conda-forge does not answer: {problem}" if problem else "conda-forge answers"
    findings.append(Finding("conda host", not problem, found, "use --source offline, or a channel's URL", needed=False))
    return findings, hosts


def _programs() -> Iterator[Finding]:
    yield Finding("Python", True, platform.python_version())
    for name in ("benchwright", "ansible-core", "ansible-runner", "py-rattler"):
        yield _try(name, lambda name=name: version(name), "install benchwright again")  # type: ignore[misc]
    yield _try("collection", lambda: str(collection_path()), "install the wheel, or run 'make up' in a checkout")


def _try(name: str, look: Callable[[], str], to_do: str) -> Finding:
    try:
        return Finding(name, True, look())
    except (BenchwrightError, PackageNotFoundError) as error:
        return Finding(name, False, str(error), to_do)


def _ssh_version(program: str | None) -> str:
    if not program:
        return "not installed"
    done = subprocess.run([program, "-V"], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    return (done.stderr or done.stdout).strip()
