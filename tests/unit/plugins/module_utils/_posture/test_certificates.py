"""Real certificates of every kind that is wrong, made by openssl, and what is said of them."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._posture.certificates import tls_files
from ansible_collections.benchwright.python.plugins.module_utils._posture.facts import Host, TlsFiles
from ansible_collections.benchwright.python.plugins.module_utils._posture.judge_files import tls_findings
from ansible_collections.benchwright.python.plugins.module_utils._posture.reader import Reader

YEAR = 365 * 86400
EC = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256")
SAN = ("-addext", "subjectAltName=DNS:lab.example.org,IP:127.0.0.1")


def make(directory: Path, *options: str, name: str = "server") -> tuple[str, str]:
    """A self-signed certificate and its key, as the old recipes make them."""
    key, certificate = directory / f"{name}.key", directory / f"{name}.pem"
    command = ["openssl", "req", "-x509", "-nodes", "-subj", "/CN=lab", "-days", "365", *options]
    subprocess.run([*command, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    key.chmod(0o600)
    return str(certificate), str(key)


def found(files: TlsFiles, after: float = 0) -> set[str]:
    return {finding.id for finding in tls_findings(files, time.time() + after)}


@pytest.mark.parametrize(
    ("options", "after", "kinds"),
    [
        ((*EC, *SAN), 0, set()),
        ((*EC, *SAN), YEAR + 1, {"expired-certificate"}),
        ((*EC, *SAN), YEAR - 7 * 86400, {"ending-certificate"}),
        (EC, 0, {"certificate-without-names"}),
        (("-newkey", "rsa:1024", *SAN), 0, {"weak-key"}),
        (("-newkey", "rsa:2048", *SAN), 0, set()),
        (("-newkey", "rsa:2048", "-sha1", *SAN), 0, {"weak-signature"}),
    ],
)
def test_a_certificate_and_what_is_wrong_with_it(tmp_path: Path, options, after, kinds) -> None:
    certificate, key = make(tmp_path, *options)
    reader = Reader()
    assert found(tls_files(reader, certificate, key, -1), after) == kinds
    assert reader.unread == []


def test_a_key_of_another_certificate(tmp_path: Path) -> None:
    certificate, dummy = make(tmp_path, *EC, *SAN)
    dummy, key = make(tmp_path, *EC, *SAN, name="other")
    assert found(tls_files(Reader(), certificate, key, -1)) == {"foreign-key"}


@pytest.mark.parametrize(("mode", "kinds"), [(0o644, {"readable-key"}), (0o600, set()), (0o640, set())])
def test_who_may_read_the_key(tmp_path: Path, mode: int, kinds: set[str]) -> None:
    """The group of who runs the tests is the one of the server."""
    certificate, key = make(tmp_path, *EC, *SAN)
    Path(key).chmod(mode)
    assert found(tls_files(Reader(), certificate, key, Path(key).stat().st_gid)) == kinds


def test_a_key_under_a_passphrase_is_not_asked_for(tmp_path: Path) -> None:
    certificate, key = make(tmp_path, *EC, *SAN)
    protected = tmp_path / "protected"
    subprocess.run(["openssl", "pkey", "-in", key, "-aes128", "-passout", "pass:x", "-out", protected], check=True)
    protected.chmod(0o600)
    files = tls_files(Reader(), certificate, str(protected), -1)
    assert (files.belong_together, found(files)) == (None, set())


def test_what_cannot_be_described_is_told(tmp_path: Path) -> None:
    broken = tmp_path / "broken.pem"
    broken.write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    reader = Reader()
    assert tls_files(reader, str(broken), "", -1).certificate is None
    assert reader.unread[0].startswith(f"the certificate of {broken}: ")


def test_the_text_of_a_key_is_kept_nowhere(tmp_path: Path) -> None:
    certificate, key = make(tmp_path, *EC, *SAN)
    assert Path(key).read_text().splitlines()[1] not in repr(tls_files(Reader(), certificate, key, -1))
    assert Host(0).unread == []
