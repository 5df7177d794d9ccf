"""What the same playbook made for an ordinary user: nothing outside the home, kept by the user's own systemd."""

from __future__ import annotations

testinfra_hosts = ["docker://quant@benchwright-molecule-site-bookworm_user"]

HOME = "/home/quant"


def test_the_users_systemd_keeps_the_server(host) -> None:
    systemctl = "XDG_RUNTIME_DIR=/run/user/$(id -u) systemctl --user"
    assert host.check_output(f"{systemctl} is-active benchwright-jupyter-server") == "active"
    assert host.check_output(f"{systemctl} is-enabled benchwright-jupyter-server") == "enabled"
    assert host.file(f"{HOME}/.config/systemd/user/default.target.wants/benchwright-jupyter-server.service").is_symlink
    assert host.socket("tcp://0.0.0.0:18811").is_listening


def test_the_environment_is_the_users(host) -> None:
    python = host.file(f"{HOME}/.local/share/benchwright/envs/workbench/bin/python")
    assert python.user == "quant"
    assert host.run(f"{python.path} -c 'import jupyterlab, pandas, numpy_financial'").rc == 0


def test_secrets_are_the_users_alone(host) -> None:
    secret = host.file(f"{HOME}/.config/benchwright/jupyter_server_password").content_string.strip()
    found = f"grep -rlF -e '{secret}' -e '$argon2' -e 'PRIVATE KEY-----' {HOME}/.config/benchwright --include='jupyter_server*'"
    holders = host.check_output(found).split()
    assert {path.rsplit("_", 1)[-1] for path in holders} >= {"password", "hash", "server.pem"}
    for path in holders:
        assert (host.file(path).user, host.file(path).mode & 0o077) == ("quant", 0), path


def test_nothing_lies_outside_the_home(host) -> None:
    for path in ("/opt/benchwright", "/etc/benchwright", "/var/lib/benchwright"):
        assert not host.file(path).exists
