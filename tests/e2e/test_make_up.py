"""A newcomer's walk on a fresh machine: clone, make up, make up again, take it down."""

from __future__ import annotations

import json
import re

import pytest
from support.machine import Machine

# What a run may leave behind: logs, caches of the package managers, and what the test itself reads.
VOLATILE = (
    r"^/(proc|sys|dev|tmp|run|source|var/log|var/cache|var/lib/(apt|dpkg)|home/quant/benchwright|root/benchwright)(/|$)"
)

# What kernels, pip and Ansible keep for themselves in a user's home, and the records of runs, that of 'down' among them.
OTHERS = (
    r"/\.(cache/pip|ansible|ipython|local/share/jupyter|local/state/benchwright)(/|$)"
    r"|/\.(cache|local|local/share|local/state)$|/\.bash_history$"
)

# What apt leaves of a package that it removes, unless told to purge: the administrator may have edited it.
CONFIGURATION = r"^/etc/(?!benchwright)|^/usr/lib/systemd/system/screen-cleanup.service$"


def files(machine: Machine) -> set[str]:
    listing = machine.run("find / -xdev -not -path '*/__pycache__*' 2>/dev/null", check=False).stdout
    return {line for line in listing.splitlines() if not re.match(VOLATILE, line)}


@pytest.mark.parametrize(("user", "port"), [("root", 18801), ("quant", 18802)])
def test_up_again_and_down(fresh_machine: Machine, user: str, port: int) -> None:
    machine = fresh_machine
    if user != "root":
        # An ordinary user has to find the tools there; everything else must work without root.
        machine.run("apt-get -qq update && apt-get install -qq -y --no-install-recommends bzip2 >/dev/null")
    before = files(machine)
    machine.clone(user)
    up = f"cd benchwright && make up UP='--port {port}'"

    first = machine.run(up, user).stdout
    print(first)
    assert "OFFLINE CHANNEL" in first or "conda-forge" in first
    assert f"https://127.0.0.1:{port}" in first.splitlines()[-2]
    password_file = first.splitlines()[-1].split()[-1]
    assert machine.run(f"stat -c '%a %U' {password_file}", user).stdout.split() == ["600", user]
    assert ("Missing here, and only root" in first) == (user != "root")

    second = machine.run("cd benchwright && make up", user).stdout  # the port is remembered
    print(second)
    assert "no change" in second

    verify = f"cd benchwright && .venv/bin/benchwright verify --port {port} --quiet --json"
    again = json.loads(machine.run(verify, user).stdout.splitlines()[-1])
    checks = again["hosts"]["localhost"]["checks"]
    assert len(checks) >= 8
    assert all(check["ok"] for check in checks)

    machine.run("cd benchwright && .venv/bin/benchwright down --yes --notebooks", user)
    connect = f"import socket; socket.create_connection(('127.0.0.1', {port}))"
    assert "ConnectionRefusedError" in machine.run(f'python3 -c "{connect}"', user, check=False).stdout
    caches = {
        name
        for name in files(machine) - before
        if re.search(OTHERS, name) or (user == "root" and re.match(CONFIGURATION, name))
    }
    assert files(machine) - before - caches == set()
