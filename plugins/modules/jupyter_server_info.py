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
  - Reads which of Jupyter's packages a conda environment holds, and which of them have holes that everybody knows of. Starts nothing.
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
"""

EXAMPLES = r"""
- name: Look at the environment
  benchwright.python.jupyter_server_info:
    environment: /opt/benchwright/envs/workbench
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
"""

import os
from pathlib import Path

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.benchwright.python.plugins.module_utils._jupyter.floors import holes, versions


def main():
    module = AnsibleModule({"environment": {"type": "path", "required": True}}, supports_check_mode=True)
    path = module.params["environment"]
    try:
        found = versions(Path(path))
    except (OSError, ValueError) as error:
        module.fail_json(msg=str(error))
    module.exit_json(
        changed=False,
        versions=found,
        holes=[str(hole) for hole in holes(found)],
        target=os.path.basename(os.path.realpath(path)),
    )


if __name__ == "__main__":
    main()
