"""Where a server's certificate comes from is changed, and the certificate renewed, while the server serves."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from cryptography import x509
from support.acme_server import DIRECTORY, serve_acme
from support.certificates import Authority, new_key
from support.crypto_collection import unpack_crypto_collection
from support.host_clock import clock_of
from support.jupyter_host import CONFIG, PORT, JupyterHost, serve_jupyter
from support.served_certificate import KEEPER, SETTINGS, changed, refused, renew, restart, shown

LAST_LINE = f"journalctl --unit {KEEPER} --identifier keep_certificate --lines 1"
HANDSHAKES = 200
# On the host itself, by its clock: when the server says that it is, or why it is not believed.
VISITOR = f"""
import ssl, urllib.error, urllib.request
context = ssl.create_default_context(cafile="{CONFIG}/jupyter_server.pem")
try:
    print(urllib.request.urlopen("https://localhost:{PORT}/api", context=context, timeout=20).headers["Date"])
except urllib.error.URLError as error:
    print(error)
"""
NAME = "workbench.example.org"
ACME = {
    "jupyter_server_tls": "acme",
    "jupyter_server_host": NAME,
    "jupyter_server_acme_directory": DIRECTORY,
    "jupyter_server_acme_agree_terms": True,
}


@pytest.fixture(scope="module")
def server() -> Iterator[JupyterHost]:
    with serve_jupyter("--hostname=workbench") as server:
        yield server


@pytest.fixture(scope="module")
def collections(tmp_path_factory: pytest.TempPathFactory) -> str:
    return unpack_crypto_collection(tmp_path_factory.mktemp("collections"))


def test_renewing_is_noticed_by_nobody(server: JupyterHost) -> None:
    """The timer's own unit replaces the certificate, again and again, under those who connect."""
    server.host.run(f"systemctl is-active {KEEPER}.timer && systemctl is-enabled {KEEPER}.timer")
    pid, seen, failed = server.pid(), set(), []
    names = json.loads(server.host.run(f"cat {SETTINGS}"))["names"]

    def connect() -> None:
        for dummy in range(HANDSHAKES):
            try:
                seen.add(shown(server))
            except OSError as error:
                failed.append(error)

    kept = socket.create_connection((server.address, PORT), timeout=30)
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    visitors = threading.Thread(target=connect)
    with context.wrap_socket(kept) as connection:
        visitors.start()
        for number in range(5):
            renew(server, ["localhost", "127.0.0.1", f"name{number}.example.org"])
        renew(server, names)
        visitors.join()
        connection.sendall(b"GET /api HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 200")
    assert failed == []
    assert len(seen) > 3
    assert server.pid() == pid


def test_a_renewal_that_fails_is_seen_and_harms_nobody(server: JupyterHost) -> None:
    before = shown(server)
    server.host.run(f"cp {SETTINGS} /root/settings.json; sed -i 's/self_signed/files/' {SETTINGS}")
    server.host.run(f"systemctl start {KEEPER}.service", check=False)
    assert KEEPER in server.host.run("systemctl --failed")
    assert "the certificate is as it was" in server.host.run(f"journalctl --sync; journalctl --unit {KEEPER}")
    server.host.run(f"cp /root/settings.json {SETTINGS}; systemctl start {KEEPER}.service")
    assert KEEPER not in server.host.run("systemctl --failed")
    assert shown(server) == before


@pytest.fixture
def small_disk(server: JupyterHost) -> Iterator[None]:
    """A file system of its own for what the role keeps, of which nothing is left afterwards."""
    server.host.run("mount -t tmpfs -o size=256k,mode=755 small /mnt")
    server.host.run(f"cp -a {CONFIG}/. /mnt && mount --bind /mnt {CONFIG}")
    yield
    server.host.run(f"umount --lazy {CONFIG}; umount /mnt; systemctl reset-failed {KEEPER}.service", check=False)


def test_on_a_full_disk_the_old_certificate_stays(server: JupyterHost, small_disk: None) -> None:
    """And is whole, which every connection reads. With room again it is renewed."""
    look = f"ls -A {CONFIG}; sha256sum {CONFIG}/jupyter_server.pem"
    before = server.host.run(look)
    settings = json.loads(server.host.run(f"cat {SETTINGS}"))
    server.host.run(f"cat > {SETTINGS}", stdin=json.dumps({**settings, "names": ["localhost", "full.example.org"]}))
    server.host.run(f"dd if=/dev/zero of={CONFIG}/fill bs=4k", check=False)
    server.host.run(f"systemctl start {KEEPER}.service", check=False)
    assert "the certificate is as it was: [Errno 28]" in server.host.run(f"journalctl --sync; {LAST_LINE}")
    assert KEEPER in server.host.run("systemctl --failed")
    server.host.run(f"rm {CONFIG}/fill")
    assert server.host.run(look) == before
    server.host.run(f"systemctl start {KEEPER}.service")
    assert server.host.run(look) != before


def test_a_clock_that_passes_the_end_and_jumps_back(server: JupyterHost) -> None:
    """Who lives by the same clock gets in again after the timer's next run, both times, and nothing is restarted."""
    with clock_of(server.host) as clock:
        restart(server)
        pid = server.pid()

        def days_ahead() -> int:
            then = parsedate_to_datetime(clock.run("python3 -", stdin=VISITOR).strip())
            return (then - datetime.now(UTC) + timedelta(hours=1)).days

        def renewed(days: int, complaint: str, reason: str) -> None:
            clock.jump(days)
            assert complaint in clock.run("python3 -", stdin=VISITOR)
            clock.run(f"systemctl start {KEEPER}.service")
            assert f"replaced, because it {reason}" in server.host.run(f"journalctl --sync; {LAST_LINE}")
            assert days_ahead() == days

        assert days_ahead() == 0
        renewed(400, "certificate has expired", "ended 35 days ago")
        renewed(0, "certificate is not yet valid", "begins on ")
        clock.run(f"systemctl start {KEEPER}.service")
        assert "unchanged" in server.host.run(f"journalctl --sync; {LAST_LINE}")
        assert server.pid() == pid
    restart(server)


def test_the_source_changes_and_the_server_does_not(server: JupyterHost, collections: str, tmp_path: Path) -> None:
    pid, directory = server.pid(), tmp_path / "authority"
    own = {"jupyter_server_tls": "own_ca", "jupyter_server_ca_directory": str(directory)}
    own["jupyter_server_ca_passphrase"] = "a word for the test's authority"
    assert "community.crypto, which is not on this machine" in refused(server, **own)
    predicted = changed(server, "--check", collections=collections, **own)
    assert not directory.exists()
    assert changed(server, collections=collections, **own) == predicted
    assert changed(server, collections=collections, **own) == []
    another = {**own, "jupyter_server_ca_directory": str(tmp_path / "another")}
    assert "Make the certificate" in changed(server, "--check", collections=collections, **another)
    assert shown(server, (directory / "authority.pem").read_text())
    assert (directory / "authority.key").stat().st_mode & 0o777 == 0o600
    assert "BEGIN ENCRYPTED PRIVATE KEY" in (directory / "authority.key").read_text()
    assert server.host.run(f"stat --format %a {CONFIG}/jupyter_server_issuer.pem") == "600\n"
    assert server.pid() == pid

    other = Authority(tmp_path, "others")
    leaf = other.issue(tmp_path / "leaf.key", "DNS:workbench.example.org")
    server.host.run("cat > /root/leaf.pem", stdin=leaf)
    new_key(tmp_path / "wrong.key")
    server.host.run("umask 077; cat > /root/leaf.key", stdin=(tmp_path / "wrong.key").read_text())
    files = {
        "jupyter_server_tls": "files",
        "jupyter_server_certificate_files": ["/root/leaf.key", "/root/leaf.pem"],
        "jupyter_server_host": "workbench.example.org",
    }
    assert "the key belongs to none of the certificates" in refused(server, **files)
    server.host.run("cat > /root/leaf.key", stdin=(tmp_path / "leaf.key").read_text())
    changed(server, **files)
    assert shown(server, other.pem, "workbench.example.org")
    assert changed(server, **files) == []

    # What others renew is taken over without anybody's doing.
    before, served = shown(server), server.pid()
    server.host.run("cat > /root/leaf.pem", stdin=other.issue(tmp_path / "leaf.key", "DNS:workbench.example.org"))
    server.host.run("cat > /root/leaf.key", stdin=(tmp_path / "leaf.key").read_text())
    server.host.run(f"systemctl start {KEEPER}.service")
    assert shown(server, other.pem, "workbench.example.org") != before
    assert server.pid() == served


def test_a_public_authority_issues_it_and_it_is_renewed(server: JupyterHost, tmp_path: Path) -> None:
    authority = serve_acme(server.host, tmp_path, NAME, f"lab.{NAME}")
    gateway = server.host.run("ip route show default").split()[2]
    acme = {**ACME, "jupyter_server_networks": [f"{gateway}/32"]}
    predicted = changed(server, "--check", **acme)
    assert server.host.run("command -v certbot", check=False) == ""
    assert changed(server, **acme) == predicted
    assert "Have a certificate of the public authority" in predicted
    assert changed(server, **acme) == []
    # The authority asks there, wherever it is.
    assert "meta nfproto ipv4 tcp dport 80 accept" in server.host.run("nft list table inet benchwright")
    first = shown(server, authority.root, NAME)

    both = {**acme, "jupyter_server_names": [NAME, f"lab.{NAME}"]}
    assert "Make the certificate" in changed(server, **both)
    second = shown(server, authority.root, f"lab.{NAME}")
    assert second != first

    # certbot's timer does the one, the role's the other.
    assert "active" in server.host.run("systemctl is-active certbot.timer")
    served = server.pid()
    server.host.run(f"certbot renew --force-renewal --no-random-sleep-on-renew && systemctl start {KEEPER}.service")
    third = shown(server, authority.root, f"lab.{NAME}")
    assert third != second
    # or a visitor might meet the old certificate with the new one's key
    one, two, three = (x509.load_der_x509_certificate(seen).public_key() for seen in (first, second, third))
    assert one == two == three
    assert server.pid() == served

    server.host.run(f"certbot certonly --standalone --non-interactive --server {DIRECTORY} --domain {NAME}")
    assert "Have the public authority's certificate renewed no more" in changed(server, jupyter_server_state="absent")
    assert server.host.run("ls /etc/letsencrypt/renewal") == f"{NAME}.conf\n"


def test_nothing_is_left(server: JupyterHost) -> None:
    changed(server, jupyter_server_state="absent")
    assert "No such" in server.host.run(f"ls {CONFIG}", check=False)
    assert KEEPER not in server.host.run(
        "find /etc/systemd /var/lib/benchwright; systemctl list-timers --all", check=False
    )
