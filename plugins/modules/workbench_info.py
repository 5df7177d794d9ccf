#!/usr/bin/python

# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: workbench_info
short_description: Tell what the roles have made of a host, and whether it still is so
version_added: 1.0.0
description:
  - "Tells of the environments that the role P(benchwright.python.conda_env#role) recorded in the host's local facts, of the server's
    certificate, and of the server's service, in one call."
  - What is recorded of an environment is compared with what is there, which the environment's own files tell.
  - Starts no conda, asks no channel, and changes nothing.
author:
  - The benchwright authors (@benchwright)
extends_documentation_fragment:
  - benchwright.python._attributes
  - benchwright.python._attributes.info_module
attributes:
  platform:
    support: full
    platforms: linux
options:
  facts_directory:
    description:
      - The directory of the host's local facts.
      - By default C(/etc/ansible/facts.d) for root, and C(~/.ansible/facts.d) for anybody else.
    type: path
requirements:
  - openssl, to describe the certificate. Without it RV(certificate.problem) says so.
seealso:
  - module: benchwright.python.conda_env_info
  - module: benchwright.python.jupyter_server_verify
"""

EXAMPLES = r"""
- name: Look at what is installed
  benchwright.python.workbench_info:
    facts_directory: /etc/ansible/facts.d
  register: workbench
  become: true

- name: Stop where an environment is not what was installed
  ansible.builtin.assert:
    that: workbench.environments | map(attribute='drift') | flatten | length == 0
"""

RETURN = r"""
environments:
  description: The environments that are recorded.
  type: list
  elements: dict
  returned: success
  contains:
    name: {description: The environment's name., type: str, sample: workbench}
    prefix: {description: Its directory., type: str, sample: /opt/benchwright/envs/workbench}
    state: {description: What is there now; V(environment) where all is well., type: str, sample: environment}
    description: {description: The sha256 of the description that it was made from., type: str}
    release: {description: The release that is recorded; empty without releases., type: str, sample: 5e2f0c7d9a41}
    release_now: {description: The release that is current., type: str, returned: if it can be read, sample: 5e2f0c7d9a41}
    python: {description: The version of its Python., type: str, sample: 3.12.11}
    package_count: {description: The number of conda packages., type: int, sample: 212}
    versions: {description: The recorded versions of what was asked for by name., type: dict, sample: {numpy: 2.3.5}}
    kernel: {description: The name of its kernel; empty without one., type: str, sample: workbench}
    drift: {description: How it differs from what is recorded., type: list, elements: str, sample: [numpy is 2.3.4, and 2.3.5 is recorded]}
certificate:
  description: The server's certificate. Empty without one.
  type: dict
  returned: success
  contains:
    path: {description: The file., type: str, sample: /etc/benchwright/jupyter_server.pem}
    names: {description: The names that it is for., type: list, elements: str, sample: [lab.example.org]}
    not_after: {description: When it ends., type: str, sample: "2027-03-01T12:00:00Z"}
    days_left: {description: Whole days until then; negative afterwards., type: int, sample: 92}
    self_signed: {description: Whether nobody else vouches for it., type: bool}
    issuer: {description: Who does., type: str, sample: CN=The site's authority}
    problem: {description: Why nothing can be said of it., type: str, returned: where that is so}
service:
  description: The server's service. Empty where no server was set up.
  type: dict
  returned: success
  contains:
    name: {description: Its name., type: str, sample: benchwright-jupyter-server}
    manager: {description: What keeps it running., type: str, sample: systemd}
    running: {description: Whether it runs., type: bool}
    enabled: {description: Whether it starts with the host; V(null) where nobody could start it., type: bool}
    pid: {description: Its process; 0 when it does not run., type: int, sample: 812}
    since: {description: Since when it runs; empty when it does not., type: str, sample: "2026-11-02T08:00:00Z"}
    problem: {description: Why nothing can be said of it., type: str, returned: where that is so}
"""

import os
import time
from pathlib import Path

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.benchwright.python.plugins.module_utils._conda.registrations.places import facts_directory
from ansible_collections.benchwright.python.plugins.module_utils._workbench import look

ARGUMENTS = {"facts_directory": {"type": "path"}}


def main():
    module = AnsibleModule(ARGUMENTS, supports_check_mode=True)
    layout = look.layout_of(os.geteuid(), Path.home())
    environments = look.environments(Path(module.params["facts_directory"] or facts_directory()))
    openssl = next(
        (path for path in (entry["prefix"] + "/bin/openssl" for entry in environments) if os.path.exists(path)), None
    )
    module.exit_json(
        changed=False,
        environments=environments,
        certificate=look.certificate(layout.certificate, openssl, time.time()),
        service=look.service(layout, module.run_command),
    )


if __name__ == "__main__":
    main()
