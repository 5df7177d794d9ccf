# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs a module as Ansible does on a host: in a process of its own, with its arguments as JSON."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

RUNNER = """
import importlib, json, sys
from ansible.module_utils.testing import patch_module_args
name, arguments = sys.argv[1], json.load(sys.stdin)
with patch_module_args(arguments):
    importlib.import_module("ansible_collections.benchwright.python.plugins.modules." + name).main()
"""


@pytest.fixture
def run_module(tmp_path):
    """`run_module(module, check=False, **arguments)` returns the module's result."""
    temporary = tmp_path / "ansible-tmp"

    def run(module: str, /, check: bool = False, **arguments: Any) -> dict[str, Any]:
        temporary.mkdir(exist_ok=True)
        internal = {"_ansible_check_mode": check, "_ansible_diff": True, "_ansible_remote_tmp": str(temporary)}
        done = subprocess.run(
            [sys.executable, "-c", RUNNER, module],
            input=json.dumps({**arguments, **internal}),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stdout, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    return run
