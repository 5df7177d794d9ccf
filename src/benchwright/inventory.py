"""What an inventory holds, as ansible-inventory tells it: any inventory, dynamic ones too."""

from __future__ import annotations

import json
import os
import subprocess
import sysconfig
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchwright.ansible_environment import ansible_environment
from benchwright.errors import BenchwrightError
from benchwright.target import Target

UNSAFE = "__ansible_unsafe"
"""How ansible-inventory wraps text that came from elsewhere and is not to be taken for a template."""


@dataclass(frozen=True)
class Host:
    """One host of an inventory."""

    name: str
    groups: tuple[str, ...]
    variables: dict[str, Any]

    @property
    def address(self) -> str:
        return str(self.variables.get("ansible_host", ""))

    @property
    def connection(self) -> str:
        return str(self.variables.get("ansible_connection", "ssh"))


def hosts_of(target: Target, flags: Sequence[str] = ()) -> list[Host]:
    """Return the hosts, by name. ``flags`` are those of ansible-inventory. Raises BenchwrightError for an inventory that is none."""
    program = str(Path(sysconfig.get_path("scripts"), "ansible-inventory"))
    settings = {key: value for key, value in ansible_environment(Path(os.devnull)).items() if "CALLBACK" not in key}
    done = subprocess.run(
        [program, "--list", *target.words, *flags],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **settings},
        stdin=subprocess.DEVNULL,
    )
    if done.returncode:
        raise BenchwrightError(f"{target.name} cannot be read:\n{done.stderr.strip()}")
    return _hosts(json.loads(done.stdout))


def _hosts(listed: dict[str, Any]) -> list[Host]:
    variables = listed.get("_meta", {}).get("hostvars", {})
    groups: dict[str, list[str]] = {}
    for group, content in listed.items():
        for host in content.get("hosts", ()) if isinstance(content, dict) else ():
            groups.setdefault(host, []).append(group)
    return [Host(name, tuple(sorted(groups[name])), _safe(variables.get(name, {}))) for name in sorted(groups)]


def _safe(value: Any) -> Any:
    if isinstance(value, dict):
        return value[UNSAFE] if set(value) == {UNSAFE} else {key: _safe(inner) for key, inner in value.items()}
    return [_safe(inner) for inner in value] if isinstance(value, list) else value
