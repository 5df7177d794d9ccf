# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import time


def test_a_look_is_quick_and_changes_nothing(run_module):
    """This machine may have servers; that they are not asked keeps others' out of the figure."""
    began = time.monotonic()
    result = run_module("jupyter_posture_info", probe=False)
    assert not result["changed"]
    assert time.monotonic() - began < 3
    keys = {"id", "severity", "title", "where", "found", "setting", "option"}
    assert all(set(finding) == keys for finding in result["findings"])
    assert "translations" not in result


def test_translations_are_told_on_request(run_module):
    result = run_module("jupyter_posture_info", probe=False, translate=True)
    assert isinstance(result["translations"], list)
    assert "argon2" not in json.dumps(result["translations"])
