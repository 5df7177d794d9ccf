# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a host was before comes back, and a run that is killed has written that down already."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._linux import settings
from ansible_collections.benchwright.python.plugins.module_utils._linux.command import LinuxError
from ansible_collections.benchwright.python.plugins.module_utils._linux.text import Record


@pytest.fixture
def root(tmp_path: Path) -> Path:
    etc = tmp_path / "root/etc"
    (etc / "default").mkdir(parents=True)
    (etc / "hostname").write_text("before\n")
    (etc / "timezone").write_text("Etc/UTC\n")
    (etc / "localtime").symlink_to("/usr/share/zoneinfo/Etc/UTC")
    (etc / "default/locale").write_text("LANG=C\nLC_TIME=C\n")
    return tmp_path / "root"


def state(root: Path) -> dict[str, str]:
    etc = root / "etc"
    texts = {name: (etc / name).read_text() for name in ("hostname", "timezone", "default/locale")}
    return {**texts, "localtime": str((etc / "localtime").readlink())}


def keep(root: Path, check: bool = False, **wanted: str) -> list[str]:
    record = Record(str(root / "record.json"))
    return [item["after_header"] for item in settings.keep(settings.settings(str(root)), wanted, record, check)]


WANTED = {"hostname": "desk", "timezone": "Europe/Zurich", "locale": "C.UTF-8"}


def test_check_then_run_then_check_then_run_then_back(root: Path) -> None:
    before = state(root)
    assert keep(root, check=True, **WANTED) == list(WANTED)
    assert state(root) == before
    assert keep(root, **WANTED) == list(WANTED)
    assert state(root) == {
        "hostname": "desk\n",
        "timezone": "Europe/Zurich\n",
        "default/locale": "LANG=C.UTF-8\nLC_TIME=C\n",
        "localtime": "/usr/share/zoneinfo/Europe/Zurich",
    }
    assert keep(root, check=True, **WANTED) == keep(root, **WANTED) == []
    assert keep(root, hostname="desk", locale="C.UTF-8") == ["timezone"]
    assert keep(root) == ["hostname", "locale"]
    assert state(root) == before
    assert not (root / "record.json").exists()
    assert keep(root) == []


def test_what_was_before_is_written_down_ahead_and_not_overwritten(root: Path) -> None:
    with pytest.raises(LinuxError, match="no time zone Nowhere"):
        keep(root, timezone="Nowhere")
    assert json.loads((root / "record.json").read_text()) == {"timezone": "Etc/UTC"}
    keep(root, timezone="Europe/Zurich")
    keep(root, timezone="Asia/Tokyo")
    assert json.loads((root / "record.json").read_text()) == {"timezone": "Etc/UTC"}


def test_a_locale_gets_a_line_of_its_own_and_loses_it_again(root: Path) -> None:
    listed = root / "etc/locale.gen"
    listed.write_text("# en_GB.UTF-8 UTF-8\n")
    keep(root, locale="xx_XX.UTF-8")
    assert "\nxx_XX.UTF-8 UTF-8\n" in listed.read_text()
    keep(root)
    assert listed.read_text() == "# en_GB.UTF-8 UTF-8\n"


def test_the_module_asks_for_nothing_and_changes_nothing(run_module, tmp_path) -> None:
    result = run_module("host_settings", record=str(tmp_path / "record.json"))
    assert (result["changed"], result["changes"]) == (False, [])
