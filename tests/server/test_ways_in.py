"""The ways to a server: the networks that are let in, a token beside the password, a tunnel, and a proxy in front."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import ssl
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._jupyter.access import plain_http_is_refused
from ansible_collections.benchwright.python.plugins.module_utils._jupyter.kernel import Kernel
from support.jupyter_host import CONFIG, PORT, UNIT, VERIFY, JupyterHost
from support.mozilla import breaches
from support.served_certificate import shown
from support.systemd_host import SystemdHost

BENCHWRIGHT = Path(sys.executable).parent / "benchwright"
PROXY = "benchwright-jupyter-proxy"
SOCKET = "/run/benchwright-jupyter-server/server.sock"
NOBODYS = "192.0.2.0/24"
OPEN = {
    "allow_unauthenticated_access": True,
    "authenticate_prometheus": False,
    "allow_origin": "*",
    "allow_origin_pat": ".*",
    "trust_xheaders": True,
}
SEVERAL: dict[str, Any] = {
    "jupyter_server_authentication": ["password", "token"],
    "jupyter_server_configuration": {
        "ServerApp": {"certfile": "", "max_body_size": 1000000, "allow_credentials": True, **OPEN},
        # JupyterLab takes the server's options for its own, under its own name and an old one.
        "LabApp": OPEN,
        "NotebookApp": OPEN,
    },
}
CHANGED = re.compile(r"changed=(\d+) .*failed=(\d+)")


def three_times(server: JupyterHost, **options: Any) -> None:
    """Check, run, run: the first two say the same, the third nothing."""
    counts = []
    for flags in (["--check"], [], []):
        done = server.play(*flags, **options)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr
        counts.append(int(CHANGED.search(done.stdout).group(1)))  # type: ignore[union-attr]
    assert counts[0] == counts[1] > 0
    assert counts[2] == 0


@pytest.fixture(scope="module")
def changed(server: JupyterHost) -> Iterator[JupyterHost]:
    """The server, which the tests give other options: each gives it all that it means. After the last it gets its own back."""
    yield server
    done = server.play()
    assert done.returncode == 0, done.stdout[-3000:]
    server.copy_certificate()


@pytest.fixture(scope="module")
def shut(changed: JupyterHost) -> JupyterHost:
    """It lets in a network that nobody is in, and has a token, and a configuration that would open it."""
    three_times(changed, **SEVERAL, jupyter_server_networks=[NOBODYS])
    return changed


@pytest.fixture(scope="module")
def opened(shut: JupyterHost) -> JupyterHost:
    """The same, for our own network, too."""
    gateway = shut.host.run("ip route show default").split()[2]
    assert shut.play(**SEVERAL, jupyter_server_networks=[NOBODYS, f"{gateway}/32"]).returncode == 0
    return shut


def reaches(server: JupyterHost) -> bool:
    try:
        return server.visitor(5).request("GET", "/api").status == 200
    except OSError:
        return False


def test_only_the_networks_that_are_named_reach_the_port(shut: JupyterHost) -> None:
    assert not reaches(shut)
    assert shut.host.run("hostname")  # ssh and everything else is as open as before
    assert "policy accept" in shut.host.run("nft list table inet benchwright")
    shut.host.run("systemctl restart benchwright-firewall")  # as after a start of the machine
    assert not reaches(shut)


def test_who_is_in_such_a_network_reaches_it(opened: JupyterHost) -> None:
    assert reaches(opened)


def test_what_is_configured_besides_opens_nothing(opened: JupyterHost) -> None:
    stranger = opened.visitor(10)
    assert stranger.request("GET", "/metrics").status == 403
    answer = stranger.request("GET", "/login", further={"Origin": "https://evil.example.org"})
    assert [name for name in answer.headers if name.startswith("Access-Control")] == []
    forged = {"X-Forwarded-For": "203.0.113.9", "X-Real-Ip": "203.0.113.9"}
    assert stranger.request("POST", "/login", form={"password": "wrong"}, further=forged).status == 401
    gateway = opened.host.run("ip route show default").split()[2]
    said = opened.host.run(f"journalctl --sync && journalctl --unit {UNIT} --lines 20")
    assert f"login refused: address={gateway} " in said
    assert "203.0.113.9" not in said
    user = opened.user(20)
    large = {"type": "file", "format": "text", "content": "x" * 2_000_000}
    with pytest.raises((OSError, http.client.HTTPException, AssertionError)):  # the rest of it counts
        assert user.request("PUT", "/api/contents/large.txt", large).status == 201


def token_of(server: JupyterHost) -> str:
    return server.host.run(f"cat {CONFIG}/jupyter_server_token").strip()


def status_with(server: JupyterHost, token: str) -> int:
    """What a program is answered that has this token, and nothing else."""
    headers = {"Authorization": f"token {token}"}
    return server.visitor(10).request("GET", "/api/contents", further=headers).status


def test_a_token_lets_programs_in_beside_the_password(opened: JupyterHost) -> None:
    assert opened.host.run(f"stat -c '%U %G %a' {CONFIG}/jupyter_server_token").split() == ["root", "jupyter", "640"]
    assert [status_with(opened, token) for token in (token_of(opened), "wrong", "")] == [200, 403, 403]
    assert opened.user(10).request("GET", "/api/contents").status == 200


def test_with_a_token_alone_no_password_lets_in_and_it_ends_with_its_file(opened: JupyterHost) -> None:
    """Nor does the cookie of somebody whom the password let in."""
    user, password, before = opened.user(300), opened.password, token_of(opened)
    opened.host.run(f"rm {CONFIG}/jupyter_server_token")
    alone = {"jupyter_server_authentication": ["token"]}
    assert opened.play(**alone).returncode == 0
    assert opened.visitor(10).log_in(password) == 401
    assert user.request("GET", "/api/contents").status == 403
    assert status_with(opened, before) == 403  # another one was made, and the server loaded it
    assert status_with(opened, token_of(opened)) == 200
    assert opened.visitor(10).log_in(token_of(opened)) == 302  # a person may type it, too
    verified = opened.host.play(VERIFY, {**opened.variables, **alone})
    assert verified.returncode == 0, verified.stdout[-3000:]
    assert "No such file" in opened.host.run("nft list table inet benchwright", check=False)  # with no network named


def test_a_server_on_loopback_is_reached_through_ssh(changed: JupyterHost) -> None:
    assert changed.play(jupyter_server_ip="127.0.0.1").returncode == 0
    assert not reaches(changed)
    changed.copy_certificate()
    inventory = changed.host.scratch / "inventory.json"  # as the play left it, with the option
    # who tests in the background may have started all this with Ctrl-C ignored
    command = [
        "env",
        "--default-signal=INT",
        BENCHWRIGHT,
        "open",
        "-i",
        inventory,
        "--no-browser",
        "--quiet",
        changed.host.name,
    ]
    opened = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ)
    try:
        assert opened.stdout
        lines = [opened.stdout.readline() for dummy in range(3)]
        url = re.search(r"https://localhost:\d+/", lines[2]).group()  # type: ignore[union-attr]
        trust = ssl.create_default_context(cafile=str(changed.certificate))
        with urllib.request.urlopen(url + "api", context=trust, timeout=10) as answer:
            assert "version" in json.load(answer)
        opened.send_signal(signal.SIGINT)
        assert opened.wait(20) == 0
    finally:
        opened.kill()
        opened.wait()


def test_root_serves_where_that_is_forced(changed: JupyterHost) -> None:
    assert changed.play(jupyter_server_user="root").returncode != 0
    assert changed.play(jupyter_server_user="root", jupyter_server_allow_root=True).returncode == 0
    changed.copy_certificate()
    with Kernel(changed.user(30)) as kernel:
        assert kernel.run("import os; print(os.getuid(), os.getcwd())") == "0 /root/notebooks\n"


def test_behind_the_proxy_the_key_is_out_of_the_notebooks_reach(changed: JupyterHost, sslyze: Path) -> None:
    before = changed.pid()
    three_times(changed, jupyter_server_tls="proxy")
    changed.copy_certificate()
    host = changed.host
    as_server = "setpriv --reuid=jupyter --regid=jupyter --clear-groups"
    assert "Permission denied" in host.run(f"{as_server} cat {CONFIG}/jupyter_server.pem", check=False)
    assert host.run(f"stat -c '%U %G %a' {SOCKET} $(dirname {SOCKET})").split() == [
        *("jupyter", "www-data", "660"),
        *("jupyter", "www-data", "2710"),
    ]
    assert host.run("ss -Hltn sport = :80") == ""  # Debian's own page does not come with it
    assert changed.pid() != before
    visitor = changed.user(30)
    opened = visitor.websocket("/api/events/subscribe")  # websockets go through
    opened.close()
    wrong = changed.visitor(30)
    assert wrong.log_in("wrong") == 401
    assert "address=172." in host.run(f"journalctl --unit {UNIT} --lines 20"), "the proxy hands on who it is"
    assert security(host, PROXY) <= 1.5
    assert breaches(sslyze, f"{changed.address}:{PORT}") == []
    assert plain_http_is_refused(changed.visitor(10))
    new_certificate_is_served_at_once(changed)
    assert changed.play().returncode == 0  # and back
    changed.copy_certificate()
    assert changed.user(30).request("GET", "/api/status").status == 200
    assert host.run(f"test -e /etc/systemd/system/{PROXY}.service && echo there", check=False) == ""


def security(host: SystemdHost, unit: str) -> float:
    return float(re.search(r"(\d+\.\d+)\s", host.run(f"systemd-analyze security --no-pager {unit} | tail -1")).group(1))  # type: ignore[union-attr]


def new_certificate_is_served_at_once(server: JupyterHost) -> None:
    """Nothing is reloaded: nginx reads the file for each connection."""
    proxy = server.host.run(f"systemctl show --property=MainPID --value {PROXY}")
    assert server.play(jupyter_server_tls="proxy", jupyter_server_host="proxied.example.org").returncode == 0
    served = ssl.DER_cert_to_PEM_cert(shown(server))
    server.copy_certificate()
    assert served.strip() in server.certificate.read_text()
    assert server.host.run(f"systemctl show --property=MainPID --value {PROXY}") == proxy
