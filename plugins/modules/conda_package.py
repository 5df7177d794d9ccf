#!/usr/bin/python
# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: conda_package
short_description: Install, update or remove packages in a conda environment
version_added: 1.0.0
author: [The benchwright authors (@benchwright)]
description:
  - Installs, updates or removes several packages of one environment in one transaction. The rest of the environment stays.
  - Whether anything is missing is read from the environment itself; where nothing is, no conda is started and no channel is asked.
  - An environment that is deployed as releases, or is not there yet, gets its next release, and earlier ones stay; a plain directory is
    changed in place. M(benchwright.python.conda_env) explains releases.
  - Use M(benchwright.python.conda_env) to say what a whole environment is to hold.
extends_documentation_fragment:
  - benchwright.python._attributes
  - benchwright.python._conda.target
  - benchwright.python._conda.channels
  - benchwright.python._conda.solver
  - benchwright.python._conda.engine
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
  platform:
    platforms: posix
    support: full
options:
  packages:
    description:
      - conda match specs, such as V(numpy), V(numpy=2.1), V(numpy >=2,<3) or V(conda-forge::numpy).
      - Each names one package; a pattern such as V(*py*) is refused. Packages that pip installed are left to
        M(benchwright.python.conda_env), and do not count as there.
      - An empty list asks for nothing, and nothing is done.
    type: list
    elements: str
    required: true
    aliases: [package]
  state:
    description:
      - With V(present), packages that satisfy the specs are there. What satisfies them stays as it is. An environment that does not
        exist is made.
      - With V(latest), they are also as new as the channels allow beside the rest of the environment. What is there only for them
        follows; other packages change only where they must.
      - With V(absent), no package that matches is there, nor what was there only for it. What something else needs is not removed;
        the error says what needs it. The channels are not asked.
    type: str
    choices: [present, latest, absent]
    default: present
seealso:
  - module: benchwright.python.conda_env
  - module: benchwright.python.conda_package_info
"""

EXAMPLES = r"""
- name: Two more packages, in one transaction
  benchwright.python.conda_package:
    root_prefix: /opt/benchwright
    name: research
    channels: [conda-forge]
    packages: [scipy, "statsmodels >=0.14"]

- name: The newest JupyterLab that fits beside the rest
  benchwright.python.conda_package:
    prefix: /opt/conda/envs/lab
    channels: [conda-forge]
    packages: [jupyterlab]
    state: latest

- name: conda itself
  benchwright.python.conda_package:
    root_prefix: /opt/conda
    name: base
    channels: [conda-forge]
    packages: [conda]
    state: latest

- name: Without something
  benchwright.python.conda_package:
    root_prefix: /opt/benchwright
    name: research
    packages: [statsmodels]
    state: absent
"""

RETURN = r"""
prefix:
  description: The environment's directory.
  returned: success
  type: str
link:
  description: The conda packages that were (in check mode, would be) added, as name, version and build.
  returned: success
  type: list
  elements: str
  sample: [scipy 1.16.3 py312_0]
unlink:
  description: The conda packages that were (would be) taken out, in the same form; what is replaced is in both lists.
  returned: success
  type: list
  elements: str
repair:
  description: The conda packages that were (would be) installed again because files of them are gone.
  returned: success
  type: list
  elements: str
pip:
  description: >-
    The packages that pip installed (would install) again, which is needed where Python itself changes to another minor version.
  returned: success
  type: list
  elements: str
pip_removed:
  description: The names of packages that pip removed (would remove), because they stood in the place of a package of conda's.
  returned: success
  type: list
  elements: str
variables:
  description: Always empty, as variables are left alone.
  returned: success
  type: list
  elements: str
variables_removed:
  description: Always empty, as variables are left alone.
  returned: success
  type: list
  elements: str
why:
  description: What was asked for and not met.
  returned: success
  type: list
  elements: str
release: {description: The digest of the current release; empty if there is none., returned: success, type: str, sample: 9c1f0a7be2d4}
releases_removed: {description: The names of the releases that were (would be) removed., returned: success, type: list, elements: str}
drift: {description: What somebody changed by hand in the release since it was made., returned: success, type: list, elements: str}
"""

from ansible_collections.benchwright.python.plugins.module_utils._conda.arguments import (
    CHANNELS,
    ENGINE,
    SOLVER,
    TARGET,
)
from ansible_collections.benchwright.python.plugins.module_utils._conda.changes.options import (
    packages_of,
    report,
    target_of,
)
from ansible_collections.benchwright.python.plugins.module_utils._conda.changes.plan import Plan
from ansible_collections.benchwright.python.plugins.module_utils._conda.changes.states import Outcome
from ansible_collections.benchwright.python.plugins.module_utils._conda.releases.states import (
    deployment_as_found,
    ensure_deployed,
)
from ansible_collections.benchwright.python.plugins.module_utils._conda_module import conda_module


def run(module, find_engine):
    target = target_of(module.params)
    if not module.params["packages"]:  # an empty variable asks for nothing, not for an empty environment
        return report(target, Outcome(False, Plan()))
    wanted, policy = packages_of(module.params)
    deployment = deployment_as_found(target)
    return report(target, ensure_deployed(wanted, target, policy, find_engine, module.check_mode, deployment))


def main():
    conda_module(
        run,
        argument_spec={
            "packages": {"type": "list", "elements": "str", "required": True, "aliases": ["package"]},
            "state": {"type": "str", "choices": ["present", "latest", "absent"], "default": "present"},
            **TARGET,
            **CHANNELS,
            **SOLVER,
            **ENGINE,
        },
        mutually_exclusive=[("name", "prefix")],
        required_one_of=[("name", "prefix")],
    )


if __name__ == "__main__":
    main()
