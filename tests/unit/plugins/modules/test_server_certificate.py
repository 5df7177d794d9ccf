# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A certificate is made by the real openssl and read by Python's own TLS."""

from __future__ import annotations

import contextlib
import socket
import ssl
import subprocess
import threading
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from support.certificates import public_key

NAMES = ["localhost", "127.0.0.1", "::1", "Workbench.example.org"]
MODULE = "server_certificate"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "server.pem"


def handshake(path, host):
    """Serve with the PEM file and connect as a strict client that trusts it alone; returns the client's view."""
    server_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_context.load_cert_chain(path)
    client_context = ssl.create_default_context(cafile=str(path))
    client_context.verify_flags |= ssl.VERIFY_X509_STRICT
    left, right = socket.socketpair()

    def serve():
        with contextlib.suppress(
            ssl.SSLError
        ):  # what the client thinks of the certificate, the test hears from the client
            server_context.wrap_socket(left, server_side=True).recv(1)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        with client_context.wrap_socket(right, server_hostname=host) as client:
            client.send(b"x")
            return client.getpeercert()
    finally:
        right.close()
        thread.join(10)
        left.close()


def test_check_then_run_then_check_then_run(run_module, path):
    assert run_module(MODULE, check=True, path=str(path), names=NAMES)["changed"]
    assert not path.exists()
    made = run_module(MODULE, path=str(path), names=NAMES)
    assert made["changed"]
    assert made["diff"]["after"]["names"] == ["DNS:localhost", "DNS:workbench.example.org", "IP:127.0.0.1", "IP:::1"]
    before = path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600
    assert not run_module(MODULE, check=True, path=str(path), names=NAMES)["changed"]
    again = run_module(MODULE, path=str(path), names=NAMES)
    assert not again["changed"]
    assert again["not_after"] == made["not_after"]
    assert path.read_bytes() == before


def test_a_strict_client_accepts_it_for_its_names_only(run_module, path):
    run_module(MODULE, path=str(path), names=NAMES)
    for host in ("localhost", "127.0.0.1", "::1", "workbench.example.org"):
        assert ("DNS", "localhost") in handshake(path, host)["subjectAltName"]
    with pytest.raises(ssl.SSLCertVerificationError, match=r"other\.example\.org"):
        handshake(path, "other.example.org")


def test_the_key_is_p256_and_never_in_the_result(run_module, path):
    result = run_module(MODULE, path=str(path), names=NAMES)
    text = subprocess.run(
        ["openssl", "pkey", "-in", path, "-noout", "-text"], capture_output=True, text=True, check=True
    )
    assert "P-256" in text.stdout
    assert "PRIVATE KEY" not in str(result)
    key = "".join(path.read_text().split("-----")[2].split())
    assert key not in str(result).replace("\\n", "")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"names": ["localhost"]}, "not for DNS:localhost"),
        ({"renew_before_days": 366, "valid_days": 400}, "it ends in 36"),
    ],
)
def test_it_is_renewed_when(run_module, path, change, reason):
    arguments = {"path": str(path), "names": NAMES, "valid_days": 366}
    run_module(MODULE, **arguments)
    before, key = path.read_bytes(), public_key(path)
    result = run_module(MODULE, **{**arguments, **change})
    assert reason in result["reason"]
    assert path.read_bytes() != before
    assert public_key(path) == key
    assert handshake(path, "localhost")
    assert not run_module(MODULE, **{**arguments, **change})["changed"]


@pytest.mark.parametrize(("hours", "renewed"), [(48, True), (2, True), (-2, False)])
def test_one_that_was_made_while_the_clock_was_ahead_is_replaced(run_module, path, hours, renewed):
    key, begin = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC) + timedelta(hours=hours)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, begin, begin + timedelta(days=365))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    pem = made.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + pem)
    path.chmod(0o600)
    result = run_module(MODULE, path=str(path), names=["localhost"])
    assert result["changed"] == renewed
    assert ("it begins on " in result.get("reason", "")) == renewed
    assert handshake(path, "localhost")


@pytest.mark.parametrize("damage", ["no key", "no certificate", "another key", "garbage"])
def test_an_unusable_file_is_replaced(run_module, path, tmp_path, damage):
    run_module(MODULE, path=str(path), names=NAMES)
    key, certificate = (part.lstrip() for part in path.read_text().split("-----END PRIVATE KEY-----"))
    key += "-----END PRIVATE KEY-----\n"
    other = tmp_path / "other.pem"
    run_module(MODULE, path=str(other), names=NAMES)
    other_key = other.read_text().split("-----BEGIN CERTIFICATE-----")[0]
    damaged = {"no key": certificate, "no certificate": key, "another key": other_key + certificate, "garbage": "x"}
    path.write_text(damaged[damage])
    assert run_module(MODULE, path=str(path), names=NAMES)["changed"]
    assert handshake(path, "localhost")


def test_wrong_permissions_are_mended(run_module, path):
    run_module(MODULE, path=str(path), names=NAMES)
    path.chmod(0o644)
    assert run_module(MODULE, check=True, path=str(path), names=NAMES)["changed"]
    assert path.stat().st_mode & 0o777 == 0o644
    assert run_module(MODULE, path=str(path), names=NAMES)["changed"]
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"names": ["bad name"]}, "'bad name' in `names`"),
        ({"names": ["x\nIP:1.2.3.4"]}, "in `names`"),
        ({"names": []}, "`names` is empty"),
        ({"names": ["a"], "valid_days": 30}, "`valid_days` must be more than"),
    ],
)
def test_bad_options_are_named(run_module, path, arguments, message):
    result = run_module(MODULE, path=str(path), **arguments)
    assert result["failed"]
    assert message in result["msg"]
    assert not path.exists()


def test_a_missing_directory_is_an_error_without_leftovers(run_module, tmp_path):
    result = run_module(MODULE, path=str(tmp_path / "absent" / "x.pem"), names=NAMES)
    assert result["failed"]
    assert "absent" in result["msg"]
