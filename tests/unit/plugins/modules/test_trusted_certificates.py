# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Certificates each in a file, taken in when the bundle lacks them, and taken away without a trace."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._linux import certificates
from ansible_collections.benchwright.python.plugins.module_utils._linux.command import LinuxError


def pem(word: str) -> str:
    body = base64.b64encode(word.encode() * 30).decode()
    return f"-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A root with a stand-in for update-ca-certificates, which puts all certificates together."""
    bundle = tmp_path / certificates.LINKS / "ca-certificates.crt"
    bundle.parent.mkdir(parents=True)
    bundle.write_text(pem("theirs"))

    def update(*argv: str) -> str:
        files = sorted((tmp_path / certificates.SOURCES).glob("*.crt"))
        bundle.write_text(pem("theirs") + "".join(file.read_text() for file in files))
        return ""

    monkeypatch.setattr(certificates, "run", update)
    monkeypatch.setattr(certificates, "exists", lambda name: True)
    return tmp_path


def test_check_then_run_then_check_then_run_then_none(root: Path) -> None:
    both, bundle = pem("a") + "text between\n" + pem("b"), root / certificates.LINKS / "ca-certificates.crt"
    assert certificates.trust(both, True, str(root)) == certificates.trust(both, False, str(root)) != []
    assert bundle.read_text().count("BEGIN CERTIFICATE") == 3
    assert certificates.trust(both, True, str(root)) == certificates.trust(both, False, str(root)) == []
    assert len(certificates.trust(pem("b"), False, str(root))) == 1
    assert bundle.read_text().count("BEGIN CERTIFICATE") == 2
    certificates.trust("", False, str(root))
    assert bundle.read_text() == pem("theirs")
    assert not (root / certificates.SOURCES).exists()


def test_a_bundle_that_was_not_made_yet_is_made_by_the_next_run(root: Path) -> None:
    certificates.trust(pem("a"), False, str(root))
    (root / certificates.LINKS / "ca-certificates.crt").write_text(pem("theirs"))
    assert len(certificates.trust(pem("a"), True, str(root))) == 1
    certificates.trust(pem("a"), False, str(root))
    assert certificates.trust(pem("a"), False, str(root)) == []


@pytest.mark.parametrize("text", ["nonsense", "-----BEGIN CERTIFICATE-----\n&&&\n-----END CERTIFICATE-----\n"])
def test_what_is_no_certificate_is_refused(run_module, text: str) -> None:
    assert "PEM text" in run_module("trusted_certificates", check=True, pem=text)["msg"]
    with pytest.raises(LinuxError):
        certificates.split(text)
