"""What outlives a restart of the server, and what it does not start without."""

from __future__ import annotations

from support.foreign_configuration import foreign_files
from support.jupyter_host import CONFIG, ENVIRONMENT, UNIT, JupyterHost

OF_THE_HOST = ("/etc/jupyter", "/usr/local/etc/jupyter")
# What an extension reads without asking the server, and what says which there are.
EXTENSIONS = """{
    "LanguageServerManager": {"language_servers": {"foreign": {
        "version": 2, "argv": ["true"], "languages": ["foreign"], "mime_types": ["text/foreign"]
    }}},
    "ServerApp": {"jpserver_extensions": {"jupyter_lsp": false}}
}"""


def test_who_is_logged_in_stays_so_when_the_server_is_started_again(server: JupyterHost) -> None:
    user = server.user()
    server.host.run(f"systemctl restart {UNIT}")
    server.wait()
    assert user.request("GET", "/api/contents").status == 200
    secret = "/home/jupyter/.local/share/jupyter/runtime/jupyter_cookie_secret"
    assert server.host.run(f"stat -c '%U %a' {secret} $(dirname {secret})").split() == [
        "jupyter",
        "600",
        "jupyter",
        "700",
    ]


def test_a_new_password_ends_all_sessions(server: JupyterHost) -> None:
    user, old, process = server.user(), server.password, server.pid()
    server.host.run(f"echo another-$(hostname)-password >{CONFIG}/jupyter_server_password")
    done = server.play()
    assert done.returncode == 0, done.stdout[-3000:]
    assert server.pid() != process
    assert user.request("GET", "/api/contents").status == 403
    assert user.visitor().log_in(old) == 401
    assert server.user().request("GET", "/api/contents").status == 200


def test_notebooks_outlive_the_server_and_belong_to_the_account_that_is_made_anew(server: JupyterHost) -> None:
    """By the number that the first one had, which nobody else would get."""
    kept, number = "/home/jupyter/notebooks/kept.txt", 4321
    server.host.run(f"systemctl stop {UNIT}; usermod --uid {number} jupyter")
    server.host.run(f"install -o jupyter -m 600 /dev/stdin {kept}", stdin="mine")
    try:
        assert server.play(jupyter_server_state="absent").returncode == 0
        assert server.host.run(f"stat -c '%U %u' {kept}") == f"UNKNOWN {number}\n"
    finally:
        done = server.play()
    assert done.returncode == 0, done.stdout[-3000:]
    server.copy_certificate()
    assert server.host.run("id -u jupyter") == f"{number}\n"
    assert server.user().request("GET", "/api/contents/kept.txt").json()["content"] == "mine"
    server.host.run(f"rm {kept}")


def test_what_lies_elsewhere_on_the_host_configures_nothing(server: JupyterHost) -> None:
    canary = "/home/jupyter/canary"
    files = {
        f"{place}/{name}": text
        for place in (*OF_THE_HOST, f"{ENVIRONMENT}/etc/jupyter")
        for name, text in foreign_files(canary).items()
    }
    files |= {f"{place}/jupyter_server_config.d/extensions.json": EXTENSIONS for place in OF_THE_HOST}
    try:
        for path, text in files.items():
            server.host.run(f"mkdir -p $(dirname {path}) && cat >{path}", stdin=text)
        server.host.run(f"systemctl restart {UNIT}")
        server.wait()
        stranger = server.visitor()
        answer = stranger.request("GET", "/metrics", further={"Authorization": "token known"})
        assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (403, None)
        languages = server.user().request("GET", "/lsp/status")  # an extension that the environment brings
        assert (languages.status, b"foreign" in languages.body) == (200, False)
        assert server.host.run(f"test -e {canary} && echo read", check=False) == ""
    finally:
        server.host.run(f"rm -rf {' '.join(OF_THE_HOST)} {' '.join(files)}; systemctl restart {UNIT}")
        server.wait()


def test_a_server_that_cannot_read_its_configuration_stays_closed(server: JupyterHost) -> None:
    """Jupyter Server itself would go on without one: no TLS, and a token in the log."""
    file = f"{CONFIG}/jupyter_server_password_hash"
    said = f"journalctl --unit {UNIT} --since \"$began\" | grep 'No such file'"
    server.host.run(f"mv {file} {file}.away")
    try:
        server.host.run(
            f"began=$(date '+%F %T'); systemctl restart {UNIT}; for second in $(seq 60); do {said} && exit; sleep 1; done; exit 1"
        )
        assert "8888" not in server.host.run("ss -Hltn")
    finally:
        server.host.run(f"mv {file}.away {file}; systemctl reset-failed {UNIT}; systemctl restart {UNIT}")
        server.wait()
