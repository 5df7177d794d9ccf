"""One module called as a user calls it: through ansible-playbook, on this machine."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ANSIBLE_PLAYBOOK = Path(sys.executable).parent / "ansible-playbook"
KEPT = re.compile(r'^TASK \[Keep\].*?^    "msg": (".*?")$', re.DOTALL | re.MULTILINE)
LOCAL = ("-i", "localhost,", "-c", "local", "-e", f"ansible_python_interpreter={sys.executable}")


def recording(record: Path) -> dict[str, str]:
    """The environment in which Ansible adds a line to a file for each play: what changed, or in check mode would."""
    callbacks = str(Path(__file__).parents[1] / "callback")
    names = {"ANSIBLE_CALLBACK_PLUGINS": callbacks, "ANSIBLE_CALLBACKS_ENABLED": "changed_tasks"}
    return {**names, "BENCHWRIGHT_CHANGED_TASKS": str(record)}


@dataclass(frozen=True)
class Answer:
    """What one module call answered; ``failed`` and ``changed`` are Ansible's."""

    result: dict[str, Any]

    @property
    def changed(self) -> bool:
        return bool(self.result["changed"])

    @property
    def failed(self) -> bool:
        return bool(self.result.get("failed"))

    @property
    def diff(self) -> tuple[list[str], list[str]]:
        """The lines that go and the lines that come."""
        before, after = (self.result["diff"][side].splitlines() for side in ("before", "after"))
        return [line for line in before if line not in after], [line for line in after if line not in before]


def call_module(
    name: str, arguments: dict[str, Any], tmp_path: Path, check: bool = False, **environment: str
) -> Answer:
    """Run one task with one module on this machine, through Ansible, and return the task's result."""
    task = {
        "name": "Call",
        f"benchwright.python.{name}": arguments,
        "register": "answer",
        "ignore_errors": True,
        "diff": True,
    }
    keep = {"name": "Keep", "ansible.builtin.debug": {"msg": "{{ answer | to_json }}"}}
    playbook = tmp_path / "playbook.json"
    playbook.write_text(json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": [task, keep]}]))
    command = [ANSIBLE_PLAYBOOK, *LOCAL, *(["--check"] if check else []), playbook]
    variables = {**os.environ, "ANSIBLE_CALLBACK_RESULT_FORMAT": "json", **environment}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=variables, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    kept = KEPT.search(done.stdout)
    assert kept, done.stdout
    return Answer(json.loads(json.loads(kept[1])))
