#!/usr/bin/python

# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: jupyter_server_service
short_description: Keep Jupyter Server running with what is on disk
version_added: 1.0.0
description:
  - Starts the server, lets it start with the machine, and restarts it when the files it loaded are no longer those on disk. What
    it loaded is a digest in the environment of the running process, so that an interrupted play never loses a restart.
  - Reports success only when the server answers, and shows the end of its log when it does not.
author:
  - The benchwright authors (@benchwright)
extends_documentation_fragment:
  - benchwright.python._attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
  platform:
    support: full
    platforms: linux
options:
  name:
    description: The name of the service.
    type: str
    required: true
  manager:
    description:
      - Who keeps the server running. V(systemd) is the machine's, V(systemd_user) that of the user who runs the module, and
        V(start_stop_daemon) is for machines where neither runs; nobody starts the server again there.
    type: str
    choices: [systemd, systemd_user, start_stop_daemon]
    required: true
  state:
    description: Whether the server is to run and to start with the machine, or neither.
    type: str
    choices: [started, absent]
    default: started
  script:
    description:
      - The script that starts the server in the foreground. With the argument C(--digest) it must print the digest of what it would
        load, and the server must have that digest in its environment as E(BENCHWRIGHT_JUPYTER_SERVER).
    type: path
    required: true
  files_changed:
    description: In check mode, whether the files that the server loads would have changed by now.
    type: bool
    default: false
  user:
    description: The user that the server runs as.
    type: str
    required: true
  address:
    description: The IP address that the server listens on.
    type: str
    default: 0.0.0.0
  port:
    description: The port that the server listens on.
    type: int
    default: 8888
  certificate:
    description: The certificate that the server must answer with.
    type: path
    required: true
  pid_file:
    description: For V(start_stop_daemon), where the process is noted.
    type: path
  log_file:
    description: For V(start_stop_daemon), the log. The other managers have a journal.
    type: path
  timeout:
    description: Seconds until the server must answer.
    type: int
    default: 120
"""

EXAMPLES = r"""
- name: Run the server
  benchwright.python.jupyter_server_service:
    name: benchwright-jupyter-server
    manager: systemd
    script: /etc/benchwright/start_jupyter_server
    user: jupyter
    certificate: /etc/benchwright/jupyter_server.pem
"""

RETURN = r"""
actions:
  description: What was done, in this order.
  type: list
  elements: str
  returned: success
  sample: [enable, start]
pid:
  description: The server's process.
  type: int
  returned: when the server runs
"""

import os

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.benchwright.python.plugins.module_utils._jupyter.answer import answer_of
from ansible_collections.benchwright.python.plugins.module_utils._jupyter.certificate import CertificateError
from ansible_collections.benchwright.python.plugins.module_utils._service import carry_out, plan, process, supervisors

VARIABLE = "BENCHWRIGHT_JUPYTER_SERVER"
ARGUMENTS = {
    "name": {"type": "str", "required": True},
    "manager": {"type": "str", "choices": sorted(supervisors.SUPERVISORS), "required": True},
    "state": {"type": "str", "choices": ["started", "absent"], "default": "started"},
    "script": {"type": "path", "required": True},
    "files_changed": {"type": "bool", "default": False},
    "user": {"type": "str", "required": True},
    "address": {"type": "str", "default": "0.0.0.0"},
    "port": {"type": "int", "default": 8888},
    "certificate": {"type": "path", "required": True},
    "pid_file": {"type": "path"},
    "log_file": {"type": "path"},
    "timeout": {"type": "int", "default": 120},
}


def digest_on_disk(module):
    """The digest of what a server started now would load; None where files are missing or, in check mode, would change."""
    script = module.params["script"]
    if module.check_mode and (module.params["files_changed"] or not os.path.exists(script)):
        return None
    code, out, err = module.run_command([script, "--digest"])
    if code != 0:
        raise supervisors.ServiceError("%s --digest failed (exit code %d): %s" % (script, code, (err or out).strip()))
    return out.strip()


def refuse_taken_port(module, pid):
    """The server would not start: better said before anything is stopped."""
    address, port = module.params["address"], module.params["port"]
    other = process.foreign_listener(address, port, own=pid)
    if other:
        raise supervisors.ServiceError(
            "port %d is wanted for the server, but %s listens on it. End that process, or choose another port with "
            "`jupyter_server_port`" % (port, other)
        )


def ensure(module, supervisor):
    """Read, decide, do; returns the module's result."""
    status = supervisor.status()
    loaded = process.environment_of(status.pid).get(VARIABLE) if status.pid else None
    if module.params["state"] == "absent":
        todo = plan.plan_absent(status, loaded)
    else:
        todo = plan.plan_started(status, loaded, digest_on_disk(module))
        if {"start", "restart"} & set(todo.actions):
            refuse_taken_port(module, status.pid)
    result = {
        "changed": bool(todo.actions),
        "actions": list(todo.actions),
        "diff": {"before": todo.before, "after": todo.after},
    }
    if not module.check_mode:
        for warning in carry_out.apply(supervisor, todo):
            module.warn(warning)
        if module.params["state"] == "started":
            result["pid"] = wait(module, supervisor)
    return result


def wait(module, supervisor):
    """Wait for the answer; returns the process that gave it."""
    address, port, certificate = (module.params[name] for name in ("address", "port", "certificate"))
    return carry_out.wait_until_ready(
        supervisor, lambda: answer_of(address, port, certificate), module.params["timeout"]
    )


def main():
    needed = [("manager", "start_stop_daemon", ("pid_file", "log_file"))]
    module = AnsibleModule(ARGUMENTS, supports_check_mode=True, required_if=needed)
    parameters = {field: module.params[field] for field in ("name", "script", "user", "pid_file", "log_file")}
    try:
        service = supervisors.Service(variable=VARIABLE, **parameters)
        supervisor = supervisors.SUPERVISORS[module.params["manager"]](service, module.run_command)
        module.exit_json(**ensure(module, supervisor))
    except (supervisors.ServiceError, CertificateError, OSError) as error:
        module.fail_json(msg=str(error))


if __name__ == "__main__":
    main()
