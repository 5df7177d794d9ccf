"""What the role jupyter_server is to have made of a host, seen on the host itself.

Alone: pytest --hosts=ansible://all --ansible-inventory=hosts.yml, and this file.
"""

from __future__ import annotations

import pytest

SERVICE = "benchwright-jupyter-server"
SECRETS = ("jupyter_server_password", "jupyter_server_password_hash", "jupyter_server_token", "jupyter_server.pem")


@pytest.fixture
def directory(host) -> str:
    """The server's configuration."""
    found = "/etc/benchwright" if host.user().uid == 0 else f"{host.user().home}/.config/benchwright"
    if not host.file(f"{found}/start_jupyter_server").exists:
        pytest.skip("no server was set up")
    return found


def test_the_server_runs_and_starts_with_the_host(host, directory) -> None:
    if not host.file(f"/etc/systemd/system/{SERVICE}.service").exists:
        pytest.skip("the system's service manager does not keep it")
    service = host.service(SERVICE)
    assert service.is_running, f"{SERVICE} does not run"
    assert service.is_enabled, f"{SERVICE} does not start with the host"


def test_the_server_is_not_root(host, directory) -> None:
    if host.ansible.get_variables().get("jupyter_server_user") == "root":
        pytest.skip("root was asked for")
    # Python comes first, then the command.
    servers = [
        process for process in host.process.filter(user="root") if f"{directory}/jupyter" in process.args.split()
    ]
    assert not servers, "a server runs as root"


def test_secrets_are_nobody_elses_business(host, directory) -> None:
    files = [host.file(f"{directory}/{name}") for name in SECRETS]
    open_to_all = [file.path for file in files if file.exists and file.mode & 0o007]
    assert not open_to_all, f"everybody can read: {', '.join(open_to_all)}"
