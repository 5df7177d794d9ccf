#!/usr/bin/python

# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: jupyter_server_info
short_description: Look whether an environment can serve Jupyter, and whether it should
version_added: 1.0.0
description:
  - Reads which of Jupyter's packages a conda environment holds, and which of them have holes that everybody knows of.
  - Says whether the server's account is there, and which of some paths. Starts nothing.
author:
  - The benchwright authors (@benchwright)
extends_documentation_fragment:
  - benchwright.python._attributes
  - benchwright.python._attributes.info_module
attributes:
  platform:
    support: full
    platforms: posix
options:
  environment:
    description: The environment's directory. It need not exist.
    type: path
    required: true
  user:
    description: The name of an account.
    type: str
  paths:
    description: Paths to look for.
    type: list
    elements: path
    default: []
"""

EXAMPLES = r"""
- name: Look at the environment
  benchwright.python.jupyter_server_info:
    environment: /opt/benchwright/envs/workbench
    user: jupyter
    paths: [/run/systemd/private]
"""

RETURN = r"""
versions:
  description: The installed packages of Jupyter's, and their versions. Empty where there is no environment.
  type: dict
  returned: success
  sample: {jupyter-server: 2.21.1, jupyterlab: 4.6.6}
holes:
  description: The packages among them that have known holes.
  type: list
  elements: str
  returned: success
  sample: ["jupyterlab 4.2.0 (CVE-2026-102830, cross-site scripting by a notebook; mended in 4.6.4)"]
target:
  description: The name of the directory that O(environment) leads to, as a release has another than its environment.
  type: str
  returned: success
  sample: workbench-5e2f0c7d9a41
account:
  description: What the system knows of O(user). Empty where there is no such account.
  type: dict
  returned: success
  contains:
    uid: {description: Its number., type: int, sample: 998}
    gid: {description: The number of its group., type: int, sample: 998}
    home: {description: Its home., type: str, sample: /home/jupyter}
    comment: {description: Its comment., type: str, sample: benchwright jupyter_server}
found:
  description: Those of O(paths) that exist.
  type: list
  elements: str
  returned: success
  sample: [/run/systemd/private]
"""

import os
import pwd
from pathlib import Path

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.benchwright.python.plugins.module_utils._jupyter.floors import holes, versions

ARGUMENTS = {
    "environment": {"type": "path", "required": True},
    "user": {"type": "str"},
    "paths": {"type": "list", "elements": "path", "default": []},
}


def account(name):
    """The entry of /etc/passwd; empty for no name, or none that is known."""
    try:
        entry = pwd.getpwnam(name or "")
    except KeyError:
        return {}
    return {"uid": entry.pw_uid, "gid": entry.pw_gid, "home": entry.pw_dir, "comment": entry.pw_gecos}


def main():
    module = AnsibleModule(ARGUMENTS, supports_check_mode=True)
    path = module.params["environment"]
    try:
        packages = versions(Path(path))
    except (OSError, ValueError) as error:
        module.fail_json(msg=str(error))
    module.exit_json(
        changed=False,
        versions=packages,
        holes=[str(hole) for hole in holes(packages)],
        target=os.path.basename(os.path.realpath(path)),
        account=account(module.params["user"]),
        found=[item for item in module.params["paths"] if os.path.lexists(item)],
    )


if __name__ == "__main__":
    main()
