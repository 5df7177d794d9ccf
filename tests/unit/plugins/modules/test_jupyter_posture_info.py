# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import time

from ansible_collections.benchwright.python.plugins.module_utils._posture.look import look


def test_a_look_takes_little_of_the_processor():
    """Which is what a machine takes that does nothing else. Servers are not asked: this machine may have some."""
    began = time.process_time()
    look(probe=False)
    assert time.process_time() - began < 1


def test_a_look_changes_nothing(run_module):
    result = run_module("jupyter_posture_info", probe=False)
    assert not result["changed"]
    keys = {"id", "severity", "title", "where", "found", "setting", "option"}
    assert all(set(finding) == keys for finding in result["findings"])
    assert "translations" not in result


def test_translations_are_told_on_request(run_module):
    result = run_module("jupyter_posture_info", probe=False, translate=True)
    assert isinstance(result["translations"], list)
    assert "argon2" not in json.dumps(result["translations"])
