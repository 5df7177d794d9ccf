# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The file is refused, kept and removed as it has to be; what sshd would do for a user stands in ``_linux/test_no_lockout``."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._linux import sshd
from ansible_collections.benchwright.python.plugins.module_utils._linux.command import LinuxError
from ansible_collections.benchwright.python.plugins.module_utils._linux.connection import Connection

ROOT = Connection("root")


@pytest.fixture
def main(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration that includes others, and no sshd that runs."""
    main = tmp_path / "sshd_config"
    main.write_text("Include /etc/ssh/sshd_config.d/*.conf\n")
    monkeypatch.setattr(sshd, "MAIN", str(main))
    monkeypatch.setattr(sshd, "PID_FILE", str(tmp_path / "pid"))
    monkeypatch.setattr(sshd, "LOADED", str(tmp_path / "loaded.json"))
    return main


def test_check_then_run_then_check_then_run_then_gone(main: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sshd, "effective", lambda *arguments: {"passwordauthentication": ["yes"]})
    path = main.with_name("00.conf")
    predicted = sshd.keep(str(path), "MaxAuthTries 4\n", Connection("quant"), False, True)
    assert not path.exists()
    assert sshd.keep(str(path), "MaxAuthTries 4\n", Connection("quant"), False, False) == predicted != []
    assert sshd.keep(str(path), "MaxAuthTries 4\n", Connection("quant"), False, True) == []
    assert sshd.keep(str(path), None, ROOT, False, False) != []
    assert not path.exists()
    assert sshd.keep(str(path), None, ROOT, False, False) == []


def test_what_would_lock_out_is_not_written(main: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sshd, "effective", lambda *arguments: {"permitrootlogin": ["no"]})
    with pytest.raises(LinuxError, match="could not come back"):
        sshd.keep(str(main.with_name("00.conf")), "PermitRootLogin no\n", ROOT, False, False)
    assert not main.with_name("00.conf").exists()


def test_a_configuration_that_includes_nothing_is_told(main: Path) -> None:
    main.write_text("Port 22\n")
    with pytest.raises(LinuxError, match="add that line"):
        sshd.keep(str(main.with_name("00.conf")), "X no\n", ROOT, False, True)


def test_the_module_removes_nothing_where_nothing_is(run_module, tmp_path) -> None:
    assert not run_module("ssh_server", check=True, state="absent", path=str(tmp_path / "00.conf"))["changed"]
