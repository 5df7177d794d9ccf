"""What the site playbook made of a fresh Debian, seen on the host itself."""

from __future__ import annotations

testinfra_hosts = ["docker://benchwright-molecule-site-bookworm"]
ENVIRONMENT = "/opt/benchwright/envs/workbench"


def test_the_tools_are_there_and_gcc_compiles(host) -> None:
    for name in ("bzip2", "gcc", "git", "htop", "screen", "vim", "wget"):
        assert host.package(name).is_installed
    assert host.run("echo 'int main(void){return 0;}' | gcc -x c -o /tmp/compiled - && /tmp/compiled").rc == 0


def test_the_environment_holds_what_was_described(host) -> None:
    imports = "import IPython, jupyterlab, notebook, numpy, pandas, matplotlib, scipy, sklearn, tables, openpyxl, yaml, numpy_financial"
    assert host.run(f"{ENVIRONMENT}/bin/python -c '{imports}'").rc == 0
    assert host.run(f"{ENVIRONMENT}/bin/python -m pip check").rc == 0


def test_the_server_is_kept_by_systemd_as_its_own_user(host) -> None:
    service = host.service("benchwright-jupyter-server")
    assert service.is_running
    assert service.is_enabled
    processes = host.process.filter(user="jupyter")
    release = host.file(ENVIRONMENT).linked_to
    assert any(f"{release}/bin/python" in process.args for process in processes)
    assert host.socket("tcp://0.0.0.0:18810").is_listening


def test_secrets_are_readable_by_those_who_need_them_only(host) -> None:
    password = host.file("/etc/benchwright/jupyter_server_password")
    assert (password.user, password.mode) == ("root", 0o600)
    secret = password.content_string.strip()
    holders = host.check_output(
        f"grep -rlF -e '{secret}' -e '$argon2' -e 'PRIVATE KEY-----' /etc/benchwright --include='jupyter_server*'"
    ).split()
    assert {path.rsplit("_", 1)[-1] for path in holders} >= {"password", "hash", "server.pem"}
    for path in holders:
        assert not host.file(path).mode & 0o007, path
    assert secret not in host.run("cat /proc/*/cmdline /proc/*/environ | tr '\\0' '\\n'").stdout
    assert secret not in host.run("journalctl --no-pager").stdout


def test_no_engine_stays_on_the_host(host) -> None:
    assert "No module named 'rattler'" in host.run("/usr/bin/python3 -c 'import rattler'").stderr
    assert host.check_output("find / -xdev -name 'rattler*' -not -path '*/pkgs/*'") == ""
