#!/usr/bin/python
# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: conda_env
short_description: Make a conda environment hold what its description asks for
version_added: 1.0.0
author: [The benchwright authors (@benchwright)]
description:
  - Creates, completes, updates, prunes or removes one conda environment, its C(pip) part and its variables included.
  - Whether anything is missing is read from the environment itself. Where nothing is, no conda is started, no solver runs and no
    channel is asked. Files of packages that were deleted by hand are noticed and put back.
  - What satisfies the description is never upgraded, and what somebody else installed is never removed, unless O(state) says so.
  - A change is built beside the environment that is in use, checked, and switched to by one rename; see O(deploy).
  - A directory that is no environment is left alone.
extends_documentation_fragment:
  - benchwright.python._attributes
  - benchwright.python._conda.target
  - benchwright.python._releases
  - benchwright.python._description
  - benchwright.python._registration
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
  state:
    description:
      - With V(present), what the description asks for is satisfied. What satisfies it stays as it is, also after the channels
        published something newer; what else is installed stays as well.
      - With V(latest), the same, and everything is as new as the channels, pip's index for the O(pip) part, and the description allow.
        They are asked each time. For a lock it is the same as V(present).
      - With V(exact), the same as V(present), and nothing else is installed. Packages of conda that nothing in the description
        needs, packages that pip installed, and variables are removed. Of a lock, exactly its packages stay.
        Without a description it is refused.
      - With V(rolled_back), an earlier release of the environment is current again, at once. It needs no description. The next run
        with V(present) brings the environment to its description again.
      - With V(absent), the environment is removed with all its releases, and with the last one below a O(root_prefix) that holds no
        conda the package cache.
      - With V(described), the description is only checked, on the controller; the host is asked nothing.
    type: str
    choices: [present, latest, exact, rolled_back, absent, described]
    default: present
  clone_from:
    description: >-
      The name or the directory of an environment on the host, instead of a description. Exactly its packages, those of pip and its
      variables are wanted; with O(state=present), what else is installed stays.
    type: str
seealso:
  - module: benchwright.python.conda_package
  - module: benchwright.python.conda_env_info
  - module: benchwright.python.conda_env_export
"""

EXAMPLES = r"""
- name: An environment as its file describes it
  benchwright.python.conda_env:
    root_prefix: /opt/benchwright
    file: environment.yml

- name: An environment described inline, and nothing else in it
  benchwright.python.conda_env:
    root_prefix: /opt/benchwright
    name: research
    channels: [conda-forge]
    dependencies: [python=3.12, pip, pandas >=2]
    pip: [humanize==4.13.0]
    state: exact

- name: Exactly the packages of a lock, in the conda that is on the host
  benchwright.python.conda_env:
    prefix: /opt/conda/envs/research
    engine: conda
    file: conda-lock.yml

- name: A copy to try something in
  benchwright.python.conda_env:
    root_prefix: /opt/benchwright
    name: trial
    clone_from: research

- name: An environment of one group, which Jupyter offers to all who may use it
  benchwright.python.conda_env:
    root_prefix: /opt/benchwright
    file: environment.yml
    group: quants
    mode: "0750"
    kernel: true
    kernel_display_name: Python of the quants

- name: The environment as it was before the last change
  benchwright.python.conda_env:
    root_prefix: /opt/benchwright
    name: trial
    state: rolled_back

- name: No such environment
  benchwright.python.conda_env:
    root_prefix: /opt/benchwright
    name: research
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
  sample: [pandas 2.3.3 py312_0]
unlink:
  description: The conda packages that were (would be) taken out, in the same form; what is replaced is in both lists.
  returned: success
  type: list
  elements: str
repair:
  description: The conda packages that were (would be) installed again because files of them are gone, or differ from the lock.
  returned: success
  type: list
  elements: str
pip: {description: The requirements that pip installed (would install)., returned: success, type: list, elements: str}
pip_removed: {description: The names of packages that pip removed (would remove)., returned: success, type: list, elements: str}
variables: {description: The names of the variables that were (would be) set., returned: success, type: list, elements: str}
variables_removed: {description: The names of the variables that were (would be) removed., returned: success, type: list, elements: str}
why: {description: What was asked for and not met., returned: success, type: list, elements: str}
release: {description: The digest of the current release; empty if there is none., returned: success, type: str, sample: 9c1f0a7be2d4}
releases_removed: {description: The names of the releases that were (would be) removed., returned: success, type: list, elements: str}
drift: {description: What somebody changed by hand in the release since it was made., returned: success, type: list, elements: str}
"""

from ansible_collections.benchwright.python.plugins.module_utils._conda.arguments import CONDA_ENV
from ansible_collections.benchwright.python.plugins.module_utils._conda.changes.options import (
    environment_of,
    policy_of,
    report,
    target_of,
)
from ansible_collections.benchwright.python.plugins.module_utils._conda.registrations.register import (
    register,
    registration_of,
)
from ansible_collections.benchwright.python.plugins.module_utils._conda.releases.states import (
    deployment_of,
    ensure_all_absent,
    ensure_deployed,
    ensure_rolled_back,
)
from ansible_collections.benchwright.python.plugins.module_utils._conda_module import conda_module


def run(module, find_engine):
    options, check_mode, wanted = module.params, module.check_mode, None
    if options["state"] == "described":
        return {"changed": False}
    target = target_of(options)
    registration = registration_of(options, target)
    if options["state"] == "absent":
        outcome = ensure_all_absent(target, check_mode)
    elif options["state"] == "rolled_back":
        outcome = ensure_rolled_back(target, options["release"] or "", check_mode)
    else:
        wanted, policy = environment_of(options), policy_of(options, registration.needs)
        outcome = ensure_deployed(wanted, target, policy, find_engine, check_mode, deployment_of(options, target))
    return report(target, register(registration, wanted, outcome, check_mode))


def main():
    conda_module(run, **CONDA_ENV)


if __name__ == "__main__":
    main()
