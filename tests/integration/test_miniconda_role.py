# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role miniconda: wrong options, what it would fetch for whom, and an installer that is sent only when it is needed."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from support import installer_stand_in
from support.ansible_call import ANSIBLE_PLAYBOOK, LOCAL, call_module

ROOT = Path(__file__).parents[2]
FACTS = {"user_uid": 1000, "user_dir": "/home/ada", "architecture": "x86_64"}
VARIABLES = yaml.safe_load((ROOT / "roles/miniconda/vars/main.yml").read_text())


def play(tmp_path: Path, tasks: list[dict[str, Any]]) -> subprocess.CompletedProcess[str]:
    playbook = tmp_path / "playbook.json"
    playbook.write_text(json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]))
    return subprocess.run(
        [ANSIBLE_PLAYBOOK, *LOCAL, playbook], capture_output=True, text=True, check=False, cwd=tmp_path
    )


def role(tasks_from: str, options: dict[str, Any], **facts: Any) -> dict[str, Any]:
    include = {"name": "benchwright.python.miniconda", "tasks_from": tasks_from}
    return {"ansible.builtin.include_role": include, "vars": {**options, "ansible_facts": {**FACTS, **facts}}}


WRONG = [
    ({"miniconda_prefix": "opt/conda"}, "miniconda_prefix must be the absolute path"),
    ({"miniconda_prefix": "/"}, "miniconda_prefix must be the absolute path"),
    ({"miniconda_prefix": "/srv/with space"}, "miniconda_prefix must be the absolute path"),
    ({"miniconda_prefix": "/srv/../etc"}, "miniconda_prefix must be the absolute path"),
    ({"miniconda_scope": "system"}, "miniconda_scope must be user unless"),
    ({"miniconda_group": "researchers"}, "miniconda_group is for the scope system only"),
    ({"miniconda_version": "1.2.3-4"}, "miniconda_checksum must be the sha256"),
    ({"miniconda_checksum": "abc"}, "miniconda_checksum must be the sha256"),
    ({"miniconda_version": "latest", "miniconda_installer": "/x.sh"}, "miniconda_checksum must be the sha256"),
    ({"miniconda_mirror": "ftp://mirror.example.org"}, "miniconda_mirror must be an http://"),
    ({"miniconda_mirror": "https://me:canary@mirror.example.org"}, "without a user in it"),
    ({"miniconda_installer": "x.sh", "miniconda_mirror": "file:///srv"}, "miniconda_installer is instead of"),
    ({"miniconda_installer": "x.sh", "miniconda_installer_on_host": True}, "miniconda_installer is instead of"),
    ({"miniconda_distribution": "miniconda"}, "miniconda_accept_anaconda_terms must be true for Miniconda"),
    ({"miniconda_channels": ["https://me:canary@conda.example.org"]}, "miniconda_channels must have no credentials"),
    ({"miniconda_init_users": ["no one"]}, "miniconda_init_users must be names of users"),
    ({"miniconda_conda": "the newest"}, "miniconda_conda must be a version"),
    ({"miniconda_distribution": "micromamba", "miniconda_python": "3.13"}, "is not for micromamba"),
    ({"miniconda_timeout": 0}, "miniconda_timeout must be at least 1 second"),
]


def test_wrong_options_are_named_with_what_is_allowed(tmp_path) -> None:
    tasks = [{"block": [role("options", options)], "ignore_errors": True} for options, dummy in WRONG]
    told = " ".join(play(tmp_path, tasks).stdout.split("TASK [benchwright.python.miniconda : Check the options]"))
    for dummy, words in WRONG:
        assert words in told, words
    assert told.count("FAILED!") + told.count("failed: [localhost]") >= len(WRONG)


@pytest.mark.parametrize("distribution", ["miniforge", "miniconda", "micromamba"])
def test_every_pinned_version_has_digests_and_an_address(tmp_path, distribution) -> None:
    version = VARIABLES["__miniconda_pinned"][distribution]
    digests = VARIABLES["__miniconda_checksums"][distribution][version]
    assert all(len(digest) == 64 and int(digest, 16) for digest in digests.values())
    options = {"miniconda_distribution": distribution, "miniconda_accept_anaconda_terms": True}
    known = [role("options", options, architecture=machine) for machine in digests]
    done = play(tmp_path, [*known, role("options", options, architecture="s390x")])
    assert "miniconda_checksum must be the sha256" in done.stdout
    assert (
        done.stdout.count("TASK [benchwright.python.miniconda : Check the options]") == len(digests) + 1
    )  # the last one failed


def test_an_installer_on_the_controller_is_checked_there_and_sent_once(tmp_path) -> None:
    installer = installer_stand_in.build_installer(tmp_path / "installers")
    good = hashlib.sha256(installer.read_bytes()).hexdigest()
    options = {
        "distribution": "miniforge",
        "prefix": str(tmp_path / "conda"),
        "installer": str(installer),
        "checksum": good,
    }

    def called(check: bool = False, **changes: str) -> Any:
        return call_module("miniconda_distribution", {**options, **changes}, tmp_path, check)

    for check in (True, False):
        assert "was not sent" in called(check, checksum="0" * 64).result["msg"]
        assert "no installer" in called(check, installer=str(tmp_path / "nowhere.sh")).result["msg"]
    assert [called(check).changed for check in (True, False, True, False)] == [True, True, False, False]
    installer.write_bytes(b"")  # nothing looks at it any more
    assert not called().changed
    assert os.access(tmp_path / "conda/bin/conda", os.X_OK)
