# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Certificates that an authority on the host issues, and those that others keep in files."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from support.certificates import Authority, new_key, openssl

MODULE = "server_certificate"
ROOT = Path(__file__).parents[4]
NAMES = ["host.example.org", "127.0.0.1"]


@pytest.fixture
def root(tmp_path):
    return Authority(tmp_path, "root")


@pytest.fixture
def own(tmp_path, root):
    """Arguments for a certificate by an authority on the host, which `root` has to sign."""
    path, issuer = tmp_path / "server.pem", tmp_path / "issuer.pem"
    return {"path": str(path), "names": NAMES, "source": "issuer", "issuer": str(issuer), "authority": root.pem}


@pytest.fixture
def files(tmp_path, root):
    """Arguments for a certificate that others keep, with one authority between it and `root`."""
    between = Authority(tmp_path, "between", root)
    (tmp_path / "chain.pem").write_text(root.pem + between.pem)
    (tmp_path / "leaf.pem").write_text(between.issue(tmp_path / "leaf.key", "DNS:host.example.org", "IP:127.0.0.1"))
    paths = [str(tmp_path / name) for name in ("chain.pem", "leaf.key", "leaf.pem")]
    return {"path": str(tmp_path / "server.pem"), "names": NAMES, "source": "files", "files": paths}


def issue(run_module, own, root, **arguments):
    """Both halves of the way: the host asks, the root signs, the host takes."""
    asked = run_module(MODULE, **own, **arguments)
    return run_module(MODULE, issuer_certificate=root.sign(asked["request"]), **own, **arguments)


def chain_of(path):
    """Subjects in the file's order, the leaf first."""
    blocks = path.read_text().split("-----BEGIN CERTIFICATE-----")[1:]
    pems = ["-----BEGIN CERTIFICATE-----" + block for block in blocks]
    return [openssl("x509", "-noout", "-subject", "-nameopt", "RFC2253", stdin=pem).strip()[8:] for pem in pems]


def accepted(root, path):
    """What a client says that trusts `root` alone."""
    command = ["openssl", "verify", "-x509_strict", "-CAfile", root.certificate, "-untrusted", path, path]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_an_authority_on_the_host_issues_it(run_module, own, root, tmp_path):
    path, issuer, waiting = (tmp_path / name for name in ("server.pem", "issuer.pem", "issuer.pem.waiting"))
    predicted = run_module(MODULE, check=True, **own)
    assert predicted["changed"]
    assert "request" in predicted
    assert not waiting.exists()
    asked = run_module(MODULE, **own)
    assert asked["changed"]
    assert waiting.stat().st_mode & 0o777 == 0o600
    assert not run_module(MODULE, **own)["changed"]  # the same key waits still
    assert run_module(MODULE, issuer_certificate=root.sign(asked["request"]), **own)["changed"]
    assert not waiting.exists()
    assert issuer.stat().st_mode & 0o777 == 0o600
    assert chain_of(path) == ["CN=host.example.org", "CN=Authority on host.example.org"]
    assert accepted(root, path).returncode == 0
    assert not run_module(MODULE, check=True, **own)["changed"]
    assert not run_module(MODULE, **own)["changed"]


def test_the_authority_on_the_host_is_good_for_its_names_only(run_module, own, root, tmp_path):
    issue(run_module, own, root)
    issuer, key = tmp_path / "issuer.pem", tmp_path / "stolen.key"
    extensions = tmp_path / "stolen.cnf"
    for name in ("DNS:bank.example.org", "IP:192.0.2.7"):
        extensions.write_text(
            f"subjectAltName={name}\nextendedKeyUsage=serverAuth\nauthorityKeyIdentifier=keyid:always\n"
        )
        new_key(key)
        asked = openssl("req", "-new", "-key", key, "-subj", "/CN=stolen")
        sign = ["x509", "-req", "-CA", issuer, "-CAkey", issuer, "-set_serial", "7", "-extfile", extensions]
        stolen = tmp_path / "stolen.pem"
        stolen.write_text(openssl(*sign, stdin=asked) + issuer.read_text())
        assert "permitted subtree violation" in accepted(root, stolen).stderr


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"names": ["other.example.org"]}, "the authority on the host is for"),
        ({"valid_days": 900}, "the authority on the host ends in 82"),
    ],
)
def test_the_authority_on_the_host_is_signed_anew_when(run_module, own, root, change, reason):
    issue(run_module, own, root)
    asked = run_module(MODULE, **{**own, **change})
    assert reason in asked["reason"]
    assert "request" in asked


def test_another_authority_that_people_trust_signs_anew(run_module, own, root, tmp_path):
    issue(run_module, own, root)
    other = Authority(tmp_path, "other")
    assert "is not of CN=other" in run_module(MODULE, **{**own, "authority": other.pem})["reason"]


def key_of(path):
    return openssl("pkey", "-in", path)


def test_its_key_stays_while_names_days_and_authority_change(run_module, own, root, tmp_path):
    path, other = tmp_path / "server.pem", Authority(tmp_path, "other")
    issue(run_module, own, root)
    key, issuer = key_of(path), key_of(tmp_path / "issuer.pem")
    assert "it ends in" in run_module(MODULE, **own, valid_days=400, renew_before_days=370)["reason"]
    assert key_of(path) == key
    issue(run_module, {**own, "names": ["new.example.org", "127.0.0.1"]}, root)
    assert key_of(path) == key
    issue(run_module, {**own, "authority": other.pem}, other)
    assert key_of(path) == key
    assert key_of(tmp_path / "issuer.pem") != issuer
    assert accepted(other, path).returncode == 0


def test_another_source_makes_a_new_key(run_module, own, files, root, tmp_path):
    """What others keep they may have elsewhere; and who wants a new key gets one."""
    path = tmp_path / "server.pem"
    run_module(MODULE, **files)
    keys = {key_of(path)}
    run_module(MODULE, path=str(path), names=NAMES)
    keys.add(key_of(path))
    issue(run_module, own, root)
    assert len({*keys, key_of(path)}) == 3


def test_a_key_of_another_kind_does_not_go_on(run_module, tmp_path):
    path = tmp_path / "server.pem"
    asked = ["req", "-x509", "-new", "-newkey", "rsa:2048", "-noenc", "-keyout", "-", "-subj", "/CN=x", "-days", "9"]
    path.write_text(openssl(*asked))
    run_module(MODULE, path=str(path), names=NAMES)
    assert "ASN1 OID: prime256v1" in openssl("pkey", "-in", path, "-noout", "-text")


def test_a_certificate_ends_with_its_authority_and_is_not_made_again_and_again(run_module, own, root):
    asked = run_module(MODULE, **own, valid_days=100)
    short = root.sign(asked["request"], days=40)
    run_module(MODULE, issuer_certificate=short, **own, valid_days=35)
    without = {key: value for key, value in own.items() if key != "authority"}
    renewed = run_module(MODULE, **without, valid_days=100, renew_before_days=60)
    assert "it ends in 3" in renewed["reason"]
    assert not run_module(MODULE, **without, valid_days=100, renew_before_days=60)["changed"]


def test_a_certificate_of_another_key_is_refused(run_module, own, root, tmp_path):
    run_module(MODULE, **own)
    stranger = Authority(tmp_path, "stranger", root)
    result = run_module(MODULE, issuer_certificate=stranger.pem, **own)
    assert result["failed"]
    assert "the key is not that of the certificate" in result["msg"]
    assert not (tmp_path / "issuer.pem").exists()


def test_files_are_put_in_order(run_module, files, root, tmp_path):
    assert run_module(MODULE, check=True, **files)["changed"]
    assert run_module(MODULE, **files)["changed"]
    assert chain_of(tmp_path / "server.pem") == ["CN=DNS:host.example.org", "CN=between", "CN=root"]
    assert accepted(root, tmp_path / "server.pem").returncode == 0
    assert not run_module(MODULE, check=True, **files)["changed"]
    assert not run_module(MODULE, **files)["changed"]


def test_what_is_new_in_the_files_is_taken_over(run_module, files, root, tmp_path):
    run_module(MODULE, **files)
    (tmp_path / "leaf.pem").write_text(root.issue(tmp_path / "leaf.key", "DNS:host.example.org", "IP:127.0.0.1"))
    (tmp_path / "chain.pem").write_text("")
    assert "the files hold another one" in run_module(MODULE, **files)["reason"]
    assert chain_of(tmp_path / "server.pem") == ["CN=DNS:host.example.org"]


DAMAGES = {
    "another key": ("leaf.key", lambda root, path: new_key(path), "the key belongs to none of the certificates"),
    "no key": ("leaf.key", lambda root, path: path.write_text(""), "one private key is wanted, but there are 0"),
    "two keys": ("chain.pem", lambda root, path: new_key(path), "one private key is wanted, but there are 2"),
    "no such file": ("leaf.pem", lambda root, path: path.unlink(), "cannot read"),
    "a stranger": (
        "chain.pem",
        lambda root, path: path.write_text(Authority(path.parent, "stranger").pem),
        "nobody needs the certificate of CN=stranger",
    ),
    "ended": (
        "leaf.pem",
        lambda root, path: path.write_text(root.issue(path.with_suffix(".key"), "DNS:x", days=0)),
        "ended",
    ),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_files_that_cannot_be_used_change_nothing(run_module, files, root, tmp_path, damage):
    run_module(MODULE, **files)
    before = (tmp_path / "server.pem").read_bytes()
    name, do, message = DAMAGES[damage]
    if damage == "ended":
        (tmp_path / "chain.pem").write_text("")
    do(root, tmp_path / name)
    for arguments in (files, {**files, "sources_only": True}):
        result = run_module(MODULE, **arguments)
        assert result.get("failed"), result
        assert message in result["msg"]
    assert (tmp_path / "server.pem").read_bytes() == before


def test_a_false_signature_is_refused(run_module, files, tmp_path):
    impostor = Authority(tmp_path, "between")  # the same name, another key
    (tmp_path / "chain.pem").write_text(impostor.pem)
    assert run_module(MODULE, **files)["failed"]


def test_names_that_the_files_do_not_cover_are_warned_of(run_module, files):
    result = run_module(MODULE, **{**files, "names": ["other.example.org", "127.0.0.1"]})
    assert result["changed"]
    assert "not for other.example.org" in str(result["warnings"])


# What renews it on the host, as the role installs it.


@pytest.fixture
def program(tmp_path, files):
    """`program()` runs it on its own, with no Ansible in reach."""
    variables = yaml.safe_load((ROOT / "roles/jupyter_server/vars/main/certificate.yml").read_text())
    names = variables["__jupyter_server_keeper_modules"]
    for name in names:
        target = tmp_path / "certificate_keeper" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text((ROOT / "plugins/module_utils" / name).read_text())
    settings = {
        **files,
        "issuer": None,
        "valid_days": 365,
        "renew_before_days": 30,
        "openssl": None,
        "mode": "0600",
        "user": "root",
    }
    start = "from certificate_keeper._certificates.program import main; sys.exit(main(sys.argv[1:]))"
    start = f"import sys; sys.path.append({str(tmp_path)!r}); {start}"

    def run(**change):
        (tmp_path / "settings.json").write_text(json.dumps({**settings, **change}))
        command = [sys.executable, "-ISB", "-c", start, tmp_path / "settings.json"]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    return run


def test_the_program_renews_without_ansible(program, tmp_path):
    path = tmp_path / "server.pem"
    for change in ({}, {"source": "self_signed"}):
        assert "replaced" in program(**change).stdout
        first = path.read_bytes()
        assert "unchanged" in program(**change).stdout
        assert path.read_bytes() == first
    assert "replaced" in program(source="self_signed", valid_days=398, renew_before_days=370).stdout
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_program_fails_and_leaves_what_works(program, tmp_path):
    program()
    before = (tmp_path / "server.pem").read_bytes()
    new_key(tmp_path / "leaf.key")
    failed = program()
    assert failed.returncode == 1
    assert "the certificate is as it was: the key belongs to none" in failed.stderr
    assert (tmp_path / "server.pem").read_bytes() == before


def test_the_program_fails_when_the_end_is_nearer_than_it_should_be(program):
    late = program(renew_before_days=200)
    assert late.returncode == 1
    assert "what renews it does not work" in late.stderr


def test_in_check_mode_files_that_are_yet_to_come_are_a_change_that_no_authority_signs(run_module, files):
    run_module(MODULE, **files)
    for early in ({"files_changed": True}, {"files": ["/nonexistent/key.pem"]}):
        predicted = run_module(MODULE, check=True, **{**files, **early})
        assert predicted["changed"]
        assert "request" not in predicted
    assert not run_module(MODULE, files_changed=True, **files)["changed"]
