# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which keys stay, go and come, whatever else stands in authorized_keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._linux import ssh_keys

A, B = "ssh-ed25519 AAAAaaaa", "ssh-rsa AAAAbbbb=="


@pytest.mark.parametrize(
    ("line", "key"),
    [
        (f"{A} me@laptop", A),
        (f'from="10.0.0.0/8",command="echo ssh-rsa" {A}', A),
        (f"# {A}", ""),
        ("", ""),
        ("sk-ssh-ed25519@openssh.com AAAAcccc x", "sk-ssh-ed25519@openssh.com AAAAcccc"),
    ],
)
def test_a_key_is_known_by_its_kind_and_body(line: str, key: str) -> None:
    assert ssh_keys.blob(line) == key


@pytest.mark.parametrize(
    ("before", "wanted", "unwanted", "exclusive", "after"),
    [
        (None, [], [], False, None),
        (None, [A], [], False, f"{A}\n"),
        (f"# mine\n{B} x\n", [A], [], False, f"# mine\n{B} x\n{A}\n"),
        (f"# mine\n{B} x", [], [], False, f"# mine\n{B} x"),
        (f"{A} old comment\n{B}\n", [f"{A} new"], [], False, f"{A} new\n{B}\n"),
        (f"{A}\n{A}\n", [A], [], False, f"{A}\n"),
        (f"{A}\n{B}\n", [], [A], False, f"{B}\n"),
        (f"# mine\n{A}\n{B}\n", [A], [], True, f"{A}\n"),
        (f"{B}\n", [], [], True, ""),
    ],
)
def test_keys(before: str | None, wanted: list[str], unwanted: list[str], exclusive: bool, after: str | None) -> None:
    assert ssh_keys.with_keys(before, wanted, unwanted, exclusive) == after
    assert ssh_keys.with_keys(after, wanted, unwanted, exclusive) == after


def test_the_file_is_for_nobody_else_and_goes_with_its_last_key(tmp_path: Path) -> None:
    path = tmp_path / ".ssh/authorized_keys"
    ssh_keys.write(str(path), A + "\n")
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    ssh_keys.write(str(path), "")
    assert list(tmp_path.iterdir()) == []
