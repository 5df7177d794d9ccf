"""TLS as a stranger finds it: Mozilla's intermediate profile, and what goes beyond it."""

from __future__ import annotations

import http.client
import ipaddress
import re
import socket
import ssl
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._jupyter.certificate import trusting_context
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID
from support.jupyter_host import PORT, JupyterHost
from support.mozilla import breaches

DAY = 86400
HSTS_SECONDS = 63_072_000  # two years, as Mozilla asks for


def test_it_complies_with_the_intermediate_profile_of_mozilla(server: JupyterHost, sslyze: Path) -> None:
    assert breaches(sslyze, f"{server.address}:{PORT}") == []


def context_for(version: ssl.TLSVersion) -> ssl.SSLContext:
    """A visitor who speaks this version and no other."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")  # or the client itself would refuse old versions
    context.minimum_version = context.maximum_version = version
    return context


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
@pytest.mark.parametrize(
    ("version", "spoken"), [("TLSv1", False), ("TLSv1_1", False), ("TLSv1_2", True), ("TLSv1_3", True)]
)
def test_versions(server: JupyterHost, version: str, spoken: bool) -> None:
    context = context_for(ssl.TLSVersion[version])
    with socket.create_connection((server.address, PORT), timeout=10) as plain:
        if spoken:
            with context.wrap_socket(plain) as wrapped:
                assert wrapped.version() == version.replace("_", ".")
        else:
            with pytest.raises((ssl.SSLError, ConnectionError)):
                context.wrap_socket(plain)


@pytest.mark.parametrize("cipher", ["AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-SHA256", "ECDHE-ECDSA-AES256-SHA"])
def test_ciphers_without_forward_secrecy_or_authentication_are_refused(server: JupyterHost, cipher: str) -> None:
    context = context_for(ssl.TLSVersion.TLSv1_2)
    context.set_ciphers(f"{cipher}:@SECLEVEL=0")
    with (
        socket.create_connection((server.address, PORT), timeout=10) as plain,
        pytest.raises((ssl.SSLError, ConnectionError)),
    ):
        context.wrap_socket(plain)


@pytest.mark.parametrize("path", ["/", "/login", "/api"])
def test_without_tls_there_is_no_answer(server: JupyterHost, path: str) -> None:
    """Not even a redirect, which somebody in between could change."""
    connection = http.client.HTTPConnection(server.address, PORT, timeout=10)
    with pytest.raises((http.client.HTTPException, ConnectionError)):
        connection.request("GET", path)
        connection.getresponse()
    connection.close()


@pytest.mark.parametrize("path", ["/login", "/api", "/lab", "/api/contents", "/static/favicon.ico", "/nonexistent"])
def test_every_answer_says_that_there_is_tls_only(server: JupyterHost, path: str) -> None:
    answer = server.visitor().request("GET", path)
    found = re.search(r"max-age=(\d+)", answer.headers.get("Strict-Transport-Security", ""))
    assert found and int(found[1]) >= HSTS_SECONDS
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]


def test_cookies_are_for_this_site_over_tls_and_for_a_day(server: JupyterHost) -> None:
    stranger = server.visitor()
    page = stranger.request("GET", "/login")
    entered = stranger.request("POST", "/login", form={"password": server.password})
    lines = [line for answer in (page, entered) for line in answer.headers.get_all("Set-Cookie") or []]
    assert {line.partition("=")[0] for line in lines} == {
        "_xsrf",
        *(name for name in stranger.cookies if name != "_xsrf"),
    }
    for line in lines:
        attributes = {part.strip().partition("=")[0].lower(): part.partition("=")[2] for part in line.split(";")[1:]}
        assert "secure" in attributes
        assert attributes["samesite"] == "Strict"
        if not line.startswith("_xsrf="):  # that one the page itself must read
            assert "httponly" in attributes
            lasts = parsedate_to_datetime(attributes["expires"]) - parsedate_to_datetime(entered.headers["Date"])
            assert 0 < lasts.total_seconds() <= DAY + 60


def test_the_certificate(server: JupyterHost) -> None:
    """For every name by which the server answers, for servers only, of a modern kind and not for ever."""
    pem = ssl.get_server_certificate((server.address, PORT), timeout=10)
    certificate = x509.load_pem_x509_certificate(pem.encode("ascii"))
    names = certificate.extensions.get_extension_for_oid(ExtensionOID.SUBJECT_ALTERNATIVE_NAME).value
    assert isinstance(names, x509.SubjectAlternativeName)
    addresses = {str(address) for address in names.get_values_for_type(x509.IPAddress)}
    assert {server.address, "127.0.0.1"} <= addresses
    assert {"localhost", server.host.run("hostname --fqdn").strip()} <= set(names.get_values_for_type(x509.DNSName))
    key = certificate.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    assert key.curve.name == "secp256r1"
    uses = certificate.extensions.get_extension_for_oid(ExtensionOID.EXTENDED_KEY_USAGE).value
    assert list(uses) == [ExtendedKeyUsageOID.SERVER_AUTH]  # type: ignore[call-overload]
    assert (certificate.not_valid_after_utc - certificate.not_valid_before_utc).days <= 366
    for address in addresses:
        assert ipaddress.ip_address(address)


def test_the_name_is_verified(server: JupyterHost) -> None:
    """The certificate is none for a name that it does not hold."""
    context = trusting_context(str(server.certificate))
    with (
        socket.create_connection((server.address, PORT), timeout=10) as plain,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        context.wrap_socket(plain, server_hostname="evil.example")
