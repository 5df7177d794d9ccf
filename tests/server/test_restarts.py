"""What outlives a restart of the server, and what it does not start without."""

from __future__ import annotations

from support.jupyter_host import CONFIG, UNIT, JupyterHost


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
