"""One module run as Ansible runs it on a host: in a process of its own, with its arguments as JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from .ansible_call import Answer

RUNNER = """
import importlib, json, sys
from ansible.module_utils.testing import patch_module_args
name, arguments = sys.argv[1], json.load(sys.stdin)
with patch_module_args(arguments):
    importlib.import_module("ansible_collections.benchwright.python.plugins.modules." + name).main()
"""


def run_module(
    name: str, arguments: dict[str, Any], temporary: Path, check: bool = False, **environment: str
) -> Answer:
    """Return what the module answers; no playbook and no action plugin has a part in it."""
    temporary.mkdir(exist_ok=True)
    internal = {"_ansible_check_mode": check, "_ansible_diff": True, "_ansible_remote_tmp": str(temporary)}
    done = subprocess.run(
        [sys.executable, "-c", RUNNER, name],
        input=json.dumps({**arguments, **internal}),
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )
    assert done.stdout, done.stderr
    return Answer(json.loads(done.stdout.splitlines()[-1]))
