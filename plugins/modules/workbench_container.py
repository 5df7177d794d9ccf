#!/usr/bin/python
# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: workbench_container
short_description: Containers of workbenches' images
version_added: 1.0.0
author: [The benchwright authors (@benchwright)]
description:
  - Starts, stops and removes containers of images that M(benchwright.python.workbench_image) made. Others are refused.
  - A container gets no rights of root and no ways to get them, and at most 4096 processes.
  - The engine is reached at E(DOCKER_HOST), which must be a Unix socket, else at C(/var/run/docker.sock).
extends_documentation_fragment:
  - benchwright.python._attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
  idempotent:
    support: full
  platform:
    platforms: posix
    support: full
options:
  state:
    description:
      - With V(started), the container runs, and is well by its own health check. One that is there is started as it is; remove it to
        have it made otherwise.
      - With V(stopped), the containers do not run. They must be there.
      - With V(absent), there are none of these names. What runs is killed.
    type: str
    choices: [started, stopped, absent]
    default: started
  name:
    description: The names. With O(state=started) it is one.
    type: list
    elements: str
    required: true
  image:
    description: The image that the container is of. Required with O(state=started).
    type: str
  command:
    description: What it runs, instead of the image's own command.
    type: list
    elements: str
    default: []
  publish:
    description:
      - Where on the host the server in it is reached, as V(127.0.0.1:8888) or, on all addresses, V(:8888). Nowhere if empty.
    type: str
    default: ""
  volumes:
    description: Directories of the host, or named volumes, as V(SOURCE:TARGET) or V(SOURCE:TARGET:ro).
    type: list
    elements: str
    default: []
  secrets:
    description:
      - The host's files that are to be in C(/run/secrets), by what they are called there, such as C(jupyter_server_password_hash). The
        user in the container, whose number is 1000, must be able to read them.
    type: dict
    default: {}
  variables:
    description: Environment variables. Everybody who may use the engine can read them.
    type: dict
    default: {}
  timeout:
    description: So many seconds a container may take until it is well, or to end by itself.
    type: int
    default: 60
seealso:
  - module: benchwright.python.workbench_image
"""

EXAMPLES = r"""
- name: A server that this machine alone reaches
  benchwright.python.workbench_container:
    name: [research]
    image: lab/research
    publish: 127.0.0.1:8888
    volumes: [research-home:/home/workbench]
    secrets:
      jupyter_server_password_hash: /etc/lab/password_hash

- name: It goes
  benchwright.python.workbench_container:
    name: [research]
    state: absent
"""

RETURN = r"""
containers:
  description: Those that were (would be) started, stopped or removed.
  returned: success
  type: list
  elements: str
  sample: [research]
"""

import os

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.benchwright.python.plugins.module_utils._docker.engine import DockerError, Engine
from ansible_collections.benchwright.python.plugins.module_utils._docker.references import check_container
from ansible_collections.benchwright.python.plugins.module_utils._docker.running import Running, Wanted

ARGUMENTS = {
    "state": {"type": "str", "choices": ["started", "stopped", "absent"], "default": "started"},
    "name": {"type": "list", "elements": "str", "required": True},
    "image": {"type": "str"},
    "command": {"type": "list", "elements": "str", "default": []},
    "publish": {"type": "str", "default": ""},
    "volumes": {"type": "list", "elements": "str", "default": []},
    "secrets": {"type": "dict", "default": {}, "no_log": False},  # where they are, not what they are
    "variables": {"type": "dict", "default": {}},
    "timeout": {"type": "int", "default": 60},
}


def run(options, running):
    """Return the names of the containers that something happened to."""
    names, seconds = options["name"], options["timeout"]
    if options["state"] == "absent":
        return running.absent(names)
    if options["state"] == "stopped":
        return running.stopped(names, seconds)
    check_container(options)
    wanted = Wanted(
        name=names[0],
        image=options["image"],
        command=tuple(options["command"]),
        publish=options["publish"],
        volumes=tuple(options["volumes"]),
        secrets=options["secrets"],
        variables=options["variables"],
    )
    return names if running.started(wanted, seconds) else []


def main():
    module = AnsibleModule(ARGUMENTS, supports_check_mode=True, required_if=[("state", "started", ["image"])])
    try:
        found = run(module.params, Running(Engine.of(os.environ), module.check_mode))
    except DockerError as error:
        module.fail_json(msg=str(error))
    module.exit_json(changed=bool(found), containers=found)


if __name__ == "__main__":
    main()
