# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When certbot is asked for a certificate, and how. certbot itself runs in the tests in containers."""

from __future__ import annotations

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._certificates import certbot
from support.certificates import Authority

MODULE = "acme_certificate"
DIRECTORY = "https://acme.example.org/directory"
HOST = "workbench.example.org"
DAY = 86400


@pytest.fixture
def kept(tmp_path):
    """What certbot has written, and the module's arguments for just that."""
    for directory in ("renewal", "live/jupyter"):
        (tmp_path / directory).mkdir(parents=True)
    pem = Authority(tmp_path, "root").issue(tmp_path / "leaf.key", f"DNS:{HOST}")
    (tmp_path / "live/jupyter/cert.pem").write_text(pem)
    settings = f"version = 2.1.0\n[renewalparams]\nauthenticator = standalone\nserver = {DIRECTORY}\n"
    (tmp_path / "renewal/jupyter.conf").write_text(settings)
    wanted = {"names": [HOST], "directory": DIRECTORY, "agree_terms": True}
    return {"name": "jupyter", "config_directory": str(tmp_path), **wanted}


def test_what_certbot_keeps_is_not_asked_for_again(run_module, kept):
    assert not run_module(MODULE, **kept)["changed"]


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        ({"name": "other"}, "there is no usable key and certificate"),
        ({"names": [HOST, "lab.example.org"]}, "it is for DNS:workbench.example.org, not for"),
        ({"directory": "https://other.example.org/"}, f"it is from {DIRECTORY}, not from https://other.example.org/"),
    ],
)
def test_another_is_asked_for(run_module, kept, wanted, reason):
    predicted = run_module(MODULE, check=True, **{**kept, **wanted})
    assert predicted["changed"]
    assert predicted["reason"].startswith(reason)


def test_one_that_has_ended_is_asked_for_again_and_one_near_its_end_is_not(kept):
    found = certbot.read(kept["config_directory"], "jupyter")
    names, end = [f"DNS:{HOST}"], found.certificate.not_after
    assert certbot.reason_to_ask(found, names, DIRECTORY, end - DAY) is None
    assert certbot.reason_to_ask(found, names, DIRECTORY, end + DAY) == "it ended 1 days ago"


def test_what_it_has_is_replaced_only_where_it_has_something():
    first = certbot.asking("jupyter", [HOST], "", DIRECTORY, again=False)
    assert "--register-unsafely-without-email" in first
    assert "--force-renewal" not in first
    again = certbot.asking("jupyter", [HOST, "lab.example.org"], "a@example.org", DIRECTORY, again=True)
    assert again[again.index("--email") + 1] == "a@example.org"
    assert "--force-renewal" in again
    assert again.count("--domain") == 2


def test_nobody_is_asked_without_consent_to_the_terms(run_module, kept):
    assert "terms" in run_module(MODULE, **{**kept, "agree_terms": False})["msg"]


def test_only_what_is_there_is_deleted(run_module, kept):
    kept = {name: kept[name] for name in ("name", "config_directory")}
    assert run_module(MODULE, check=True, state="absent", **kept)["changed"]
    assert not run_module(MODULE, state="absent", **{**kept, "name": "other"})["changed"]


def test_what_certbot_keeps_to_its_log_is_said(tmp_path):
    log = tmp_path / "letsencrypt.log"
    output = f"Saving debug log to {log}\nAn unexpected error occurred:\nAttributeError: can't set attribute\n"
    assert certbot.said_by_server(output) == ""
    answers = ("the first", 'no "CAA" record allows it')
    log.write_text("".join(f'{{\n  "type": "x",\n  "detail": "{answer}",\n  "status": 403\n}}\n' for answer in answers))
    assert certbot.said_by_server(output) == answers[1]
    assert certbot.said_by_server("An unexpected error occurred") == ""
