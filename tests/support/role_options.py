"""What a role says of options: one play with a host for each case, since starting Ansible takes longer than all the cases."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any


def wrong_and_right(
    wrong: Sequence[tuple[Mapping[str, Any], str]], right: Sequence[Mapping[str, Any]], before: str = ""
) -> dict[str, dict[str, Any]]:
    """The cases ``wrong0``, ``right0`` and so on; ``before`` is what the names of all their options begin with."""
    cases = {f"wrong{number}": options for number, (options, dummy) in enumerate(wrong)}
    cases |= {f"right{number}": options for number, options in enumerate(right)}
    return {name: {before + option: value for option, value in options.items()} for name, options in cases.items()}


def told_by(
    role: str,
    tasks: str,
    cases: Mapping[str, Mapping[str, Any]],
    directory: Path,
    facts: Mapping[str, Any] | None = None,
) -> tuple[dict[str, str], str]:
    """Run a role's file of tasks with the variables of each case; returns what failed in each, and all that Ansible said.

    :param facts: of every host, in place of its real ones.
    """
    own = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
    hosts = {name: {**options, **own} for name, options in cases.items()}
    steps: list[dict[str, Any]] = [{"ansible.builtin.set_fact": {**facts, "cacheable": True}}] if facts else []
    steps += [{"ansible.builtin.import_role": {"name": f"benchwright.python.{role}", "tasks_from": tasks}}]
    (directory / "hosts.json").write_text(json.dumps({"all": {"hosts": hosts}}))
    (directory / "play.json").write_text(json.dumps([{"hosts": "all", "gather_facts": False, "tasks": steps}]))
    command = [Path(sys.executable).with_name("ansible-playbook"), "-i", "hosts.json", "-vv", "play.json"]
    environment = {**os.environ, "ANSIBLE_FORKS": "4", "ANSIBLE_NOCOLOR": "1", "ANSIBLE_INVENTORY_ENABLED": "yaml"}
    done = subprocess.run(command, cwd=directory, env=environment, capture_output=True, text=True, check=False)
    assert all(re.search(rf"^{name} +: ok=", done.stdout, re.M) for name in cases), done.stdout + done.stderr
    told: dict[str, str] = dict.fromkeys(cases, "")
    for name, text in re.findall(r"^(?:fatal|failed): \[(\w+)\].*?=> (.*?)(?=^\w+: \[|\Z)", done.stdout, re.M | re.S):
        told[name] += " ".join(text.split())
    return told, done.stdout + done.stderr
