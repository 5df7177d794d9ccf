# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which commands there are, without starting them."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._linux import command


@pytest.mark.parametrize(("mode", "found"), [(0o755, True), (0o644, False), (None, False)])
def test_a_command_exists_where_it_could_be_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int | None, found: bool
) -> None:
    started = tmp_path / "started"
    if mode is not None:
        (tmp_path / "benchwright-demo").write_text(f"#!/bin/sh\ntouch {started}\n")
        (tmp_path / "benchwright-demo").chmod(mode)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert command.exists("benchwright-demo") == found
    assert not started.exists()


def test_the_system_s_own_commands_exist_on_any_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    assert command.exists("sh")
    assert command.run("sh", "-c", "echo here") == "here\n"
