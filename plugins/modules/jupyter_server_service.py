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
  digest_file:
    description:
      - Where the service writes that digest, instead of its environment, at each start, into a directory that goes away with it.
    type: path
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
  timer:
    description: The name of a timer that is to run beside the server under a systemd, and of the unit that it starts, without suffix.
    type: str
  timer_changed:
    description: In check mode, whether the files of the timer would have changed by now.
    type: bool
    default: false
  port_given_up:
    description: For check mode, whether another service that has the port now would have given it up by now.
    type: bool
    default: false
  socket:
    description: The socket that the server listens at instead of the port, which another service has.
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

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.benchwright.python.plugins.module_utils._jupyter.answer import answer_of, answer_through
from ansible_collections.benchwright.python.plugins.module_utils._jupyter.certificate import CertificateError
from ansible_collections.benchwright.python.plugins.module_utils._service import states, supervisors

VARIABLE = "BENCHWRIGHT_JUPYTER_SERVER"
ARGUMENTS = {
    "name": {"type": "str", "required": True},
    "manager": {"type": "str", "choices": sorted(supervisors.SUPERVISORS), "required": True},
    "state": {"type": "str", "choices": ["started", "absent"], "default": "started"},
    "script": {"type": "path", "required": True},
    "digest_file": {"type": "path"},
    "files_changed": {"type": "bool", "default": False},
    "user": {"type": "str", "required": True},
    "address": {"type": "str", "default": "0.0.0.0"},
    "port": {"type": "int", "default": 8888},
    "certificate": {"type": "path", "required": True},
    "pid_file": {"type": "path"},
    "log_file": {"type": "path"},
    "timer": {"type": "str"},
    "timer_changed": {"type": "bool", "default": False},
    "port_given_up": {"type": "bool", "default": False},
    "socket": {"type": "path"},
    "timeout": {"type": "int", "default": 120},
}


def answer(module):
    """What the server answers, None where all is well."""
    if module.params["socket"]:
        return answer_through(module.params["socket"])
    return answer_of(*(module.params[name] for name in ("address", "port", "certificate")))


def main():
    needed = [("manager", "start_stop_daemon", ("pid_file", "log_file"))]
    module = AnsibleModule(ARGUMENTS, supports_check_mode=True, required_if=needed)
    parameters = {field: module.params[field] for field in ("name", "script", "user", "pid_file", "log_file", "timer")}
    try:
        service = supervisors.Service(variable=VARIABLE, **parameters)
        supervisor = supervisors.SUPERVISORS[module.params["manager"]](service, module.run_command)
        call = states.Call(supervisor, module.params, module.check_mode, module.run_command, lambda: answer(module))
        result, warnings = states.bring_about(call)
    except (supervisors.ServiceError, CertificateError, OSError) as error:
        module.fail_json(msg=str(error))
    for warning in warnings:
        module.warn(warning)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
