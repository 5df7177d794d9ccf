"""One module run as Ansible runs it on a host: in a process of its own, with its arguments as JSON.

The process is forked from one that has imported everything, since importing takes longer than most calls do.
"""

from __future__ import annotations

import importlib
import json
import multiprocessing
import os
import tempfile
from multiprocessing.reduction import DupFd
from pathlib import Path
from typing import IO, Any

from ansible.module_utils.testing import patch_module_args

from .ansible_call import Answer

MODULES = "ansible_collections.benchwright.python.plugins.modules."
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["ansible.module_utils.basic", "ansible.module_utils.testing", f"{MODULES}conda_env"])

# The same in a process that imports everything itself: to be killed at any moment, or to import something else.
RUNNER = f"""
import importlib, json, sys
from ansible.module_utils.testing import patch_module_args
name, arguments = sys.argv[1], json.load(sys.stdin)
with patch_module_args(arguments):
    importlib.import_module("{MODULES}" + name).main()
"""


def run_module(
    name: str, arguments: dict[str, Any], temporary: Path, check: bool = False, **environment: str
) -> Answer:
    """Return what the module answers; no playbook and no action plugin has a part in it."""
    temporary.mkdir(exist_ok=True)
    internal = {"_ansible_check_mode": check, "_ansible_diff": True, "_ansible_remote_tmp": str(temporary)}
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        variables = {**os.environ, **environment}
        streams = [DupFd(stream.fileno()) for stream in (output, errors)]
        process = PROCESSES.Process(target=_run, args=(name, {**arguments, **internal}, variables, streams))
        process.start()
        process.join()
        answer, told = _written(output), _written(errors)
    assert answer, told
    return Answer(json.loads(answer.splitlines()[-1]))


def _run(name: str, arguments: dict[str, Any], variables: dict[str, str], streams: list[Any]) -> None:
    for number, stream in enumerate(streams, start=1):
        os.dup2(stream.detach(), number)
    os.environ.clear()
    os.environ.update(variables)
    with patch_module_args(arguments):
        importlib.import_module(MODULES + name).main()


def _written(stream: IO[str]) -> str:
    stream.seek(0)
    return stream.read()
