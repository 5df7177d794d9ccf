"""The events of a run that never was: any number of hosts, the same for the same arguments. For views of a record."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

BEGAN = 1_790_000_000.0
ROLES = "/work/roles"
CONDA = "benchwright.python.conda_env"
FILES = "benchwright.python.owned_paths"
# role, task, action, seconds, what of it changes: a share of the hosts
TASKS = [
    ("", "Gathering Facts", "ansible.builtin.setup", 1.1, 0.0),
    ("linux_base", "Read what the host has", "ansible.builtin.command", 0.4, 0.0),
    ("linux_base", "Have the tools", "benchwright.python.debian_packages", 21.0, 0.7),
    ("linux_base", "Write the settings", "benchwright.python.host_settings", 0.6, 0.4),
    ("miniconda", "Install the distribution", "benchwright.python.miniconda_distribution", 12.0, 0.5),
    ("conda_env", "Check the descriptions", "benchwright.python.conda_env_info", 0.5, 0.0),
    ("conda_env", "Make the environments hold what is described", CONDA, 48.0, 0.8),
    ("jupyter_server", "Make the directories and what the server is started with", FILES, 1.4, 0.6),
    ("jupyter_server", "Make the certificate", "benchwright.python.server_certificate", 1.8, 0.3),
    ("jupyter_server", "Make the password and the token", "benchwright.python.jupyter_server_credentials", 0.7, 0.3),
    ("jupyter_server", "Run the server", "benchwright.python.jupyter_server_service", 6.0, 0.6),
    ("jupyter_server", "Use the server as a person does", "benchwright.python.jupyter_server_verify", 4.2, 0.0),
    ("", "Look at the host", "benchwright.python.workbench_checks", 1.2, 0.0),
]
PACKAGES = ["python 3.12.11 h9e4cc4f_0_cpython", "numpy 2.3.5 py312h33ff503_0", "pandas 2.3.3 py312hf79963d_1"]
CHECKS = {
    12: ("login", "run_cells", "open_a_terminal", "write_a_file", "certificate"),
    13: ("the_tools_are_installed", "the_recorded_environments_are_there"),
}
"""What is verified, by the number of the task."""


def made_up_run(hosts: int, forks: int = 5, seed: int = 1, check: bool = False) -> Iterator[dict[str, Any]]:
    """Yield the events; about one host in forty fails, the third one always."""
    dice, now = random.Random(seed), BEGAN
    names = [f"wb-{number:02d}" for number in range(1, hosts + 1)]
    failed: set[str] = set()
    yield {
        "event": "run",
        "time": now,
        "format": "1.1",
        "playbook": "site.yml",
        "check": check,
        "diff": True,
        "forks": forks,
    }
    yield {"event": "play", "time": now, "play": "Make the hosts Python workbenches", "hosts": names}
    for number, (role, task, action, seconds, share) in enumerate(TASKS, start=1):
        path = f"{ROLES}/{role}/tasks/main.yml:{number * 3}" if role else "/work/playbooks/site.yml:10"
        about = {"id": f"task-{number}", "task": task, "role": role, "action": action, "path": path}
        yield {"event": "task", "time": round(now, 3), **about, "handler": False}
        ends = [now] * forks
        for index, host in enumerate(name for name in names if name not in failed):
            start = ends[index % forks]
            end = start + seconds * dice.uniform(0.6, 1.5)
            ends[index % forks] = end
            result = {"host": host, **about, "start": round(start, 3), "end": round(end, 3)}
            result |= _result(dice, host, number, share)
            if result["status"] == "failed":
                failed.add(host)
            yield {"event": "start", "time": round(start, 3), "host": host, "id": about["id"]}
            yield {"event": "result", "time": round(end, 3), **result}
        now = max(ends) + 0.1
    yield {"event": "end", "time": round(now, 3), "hosts": {}}


def _result(dice: random.Random, host: str, number: int, share: float) -> dict[str, Any]:
    if number == 7 and (host == "wb-03" or dice.random() < 0.025):
        said = "PackageNotFoundError: <pandas >=3> & nothing else\n  - searched: conda-forge"
        return {
            "status": "failed",
            "changed": False,
            "message": "The environment 'lab' cannot be solved",
            "stderr": said,
        }
    if number == 5 and dice.random() > share:
        return {"status": "skipped", "changed": False, "skip_reason": "Conditional result was False: miniconda_wanted"}
    changed = dice.random() < share
    result: dict[str, Any] = {"status": "ok", "changed": changed}
    if number == 10:
        return {**result, "no_log": True}
    if number == 1:
        facts = {"distribution": "Debian", "distribution_version": "12.11", "architecture": "x86_64"}
        known = {"kernel": "6.1.0-37-amd64", "python_version": "3.11.2", "address": f"127.9.0.{int(host[3:]) % 250}"}
        result["answer"] = {"facts": {**facts, **known}}
    if number in CHECKS:
        result["answer"] = {
            "checks": [{"name": name, "ok": True, "seconds": 0.5, "detail": ""} for name in CHECKS[number]]
        }
    if number == 7:
        result["answer"] = {"prefix": "/opt/benchwright/envs/lab", "state": "environment", "release": "5e2f0c7d9a41"}
    if changed:
        result["diff"] = _diff(number, host)
    return result


def _diff(number: int, host: str) -> list[dict[str, Any]]:
    header = {
        "before_header": "/etc/benchwright/jupyter_server_config.py",
        "after_header": "/etc/benchwright/jupyter_server_config.py",
    }
    old, new = (
        "c.ServerApp.ip = '127.0.0.1'\nc.ServerApp.port = 8080\n",
        "c.ServerApp.ip = '127.0.0.1'\nc.ServerApp.port = 8888\n",
    )
    return {
        3: [{"before": "", "after": "htop\ntree\ncurl\n"}],
        4: [
            {
                "before_header": "/etc/hostname",
                "after_header": "/etc/hostname",
                "before": "debian\n",
                "after": f"{host}\n",
            }
        ],
        7: [{"before": "python 3.12.9 h9e4cc4f_0_cpython\n", "after": "\n".join(PACKAGES) + "\n"}],
        8: [{**header, "before": old, "after": new}],
    }.get(number, [])
