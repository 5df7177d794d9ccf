#!/usr/bin/python
# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: conda_env_info
short_description: Tell what conda environments hold, and how far one is from its description
version_added: 1.0.0
author: [The benchwright authors (@benchwright)]
description:
  - With O(name) or O(prefix), tells everything about one environment, from its packages to its revisions. Without, lists all environments
    that C(conda env list) would list.
  - Everything is read from the environments themselves. No conda is started, no channel is asked, and nothing is written.
  - With a description (O(file), or O(dependencies) and so on), also tells what is missing, what differs, and what is there beyond it.
  - Passwords and tokens in addresses are left out.
extends_documentation_fragment:
  - benchwright.python._attributes
  - benchwright.python._attributes.info_module
  - benchwright.python._description
  - benchwright.python._conda.channels
  - benchwright.python._conda.whereabouts
attributes:
  platform:
    platforms: posix
    support: full
options:
  name:
    description:
      - The environment's name. It lies in C(envs/) below O(root_prefix). V(base) is the one in O(root_prefix) itself.
      - With O(file), and neither this nor O(prefix), the environment that the file names is told about.
    type: str
  prefix:
    description: The environment's directory, instead of O(name).
    type: path
  channels:
    description:
      - The channels that the described packages should have come from, in place of those that O(file) names. None of them is asked.
      - Packages from others are told in C(other_channels) of RV(environments[].drift). A name stands for each channel whose address
        ends in it. Without channels, that is not looked at.
    type: list
    elements: str
    default: []
  dependencies:
    description: conda match specs that the environment is compared with, as in the C(dependencies) of an C(environment.yml).
    type: list
    elements: str
    default: []
  pip:
    description: Requirements of pip that it is compared with, in the form of the C(pip) section of an C(environment.yml).
    type: list
    elements: str
    default: []
  variables:
    description: The environment variables that it is compared with.
    type: dict
    default: {}
  include_variables:
    description: Whether the values of variables are told. They may be secrets, so without it only their names are.
    type: bool
    default: false
  size:
    description: Whether to add up what the environment takes on the disk. It looks at every file.
    type: bool
    default: false
  verify_files:
    description: Whether to look for files of conda's packages that are gone. What they hold is not looked at.
    type: bool
    default: false
seealso:
  - module: benchwright.python.conda_env
  - module: benchwright.python.conda_env_export
"""

EXAMPLES = r"""
- name: All environments
  benchwright.python.conda_env_info:
    root_prefix: /opt/conda
  register: conda

- name: What one holds
  benchwright.python.conda_env_info:
    root_prefix: /opt/benchwright
    name: research
  register: research

- name: Stop where somebody has changed it by hand
  benchwright.python.conda_env_info:
    root_prefix: /opt/benchwright
    name: research
    file: environment.yml
    verify_files: true
  register: answer
  failed_when: answer.environments[0].drift.drifted
"""

RETURN = r"""
environments:
  description: One entry, or one for each environment.
  returned: success
  type: list
  elements: dict
  contains:
    prefix: {description: The directory., type: str, returned: always, sample: /opt/benchwright/envs/research}
    name: {description: The name; empty for one that is called by its path only., type: str, returned: always, sample: research}
    state:
      description: >-
        V(environment), V(absent), V(empty directory), V(interrupted creation), V(a directory with other files), V(file),
        V(broken link), or V(unreadable), and then RV(environments[].problem) says why.
      type: str
      returned: always
      sample: environment
    problem: {description: Why it cannot be read; empty otherwise., type: str, returned: always, sample: ""}
    frozen: {description: Whether its owner froze it (CEP 22)., type: bool, returned: always}
    frozen_message: {description: The reason given., type: str, returned: always}
    python: {description: The version of its Python; empty without one., type: str, returned: always, sample: 3.12.11}
    package_count: {description: The number of conda packages., type: int, returned: always, sample: 212}
    packages:
      description: >-
        conda's packages, each with C(name), C(version), C(build), C(build_number), C(channel), C(subdir), C(url), C(license), C(md5),
        C(sha256), and C(requested), whether it was asked for by name.
      type: list
      elements: dict
      returned: for one environment that can be read, as all that follows
    pip:
      description: The other Python packages, each with C(name), C(version), C(installer), C(direct_url).
      type: list
      elements: dict
      returned: for one environment
    replaced_by_pip: {description: Packages of conda's that pip replaced., type: list, elements: str, returned: for one environment}
    channels: {description: Where its packages came from., type: list, elements: str, returned: for one environment}
    platform: {description: As conda calls it., type: str, returned: for one environment, sample: linux-64}
    requested: {description: What was asked for by name and its spec., type: dict, returned: for one environment}
    pinned: {description: The specs in C(conda-meta/pinned)., type: list, elements: str, returned: for one environment}
    variables: {description: Names and values; without O(include_variables) null., type: dict, returned: for one environment}
    revisions:
      description: >-
        Its history, the oldest first, each with C(revision), C(date), C(command), C(conda_version), C(link), C(unlink),
        C(update_specs), C(remove_specs), C(neutered_specs).
      type: list
      elements: dict
      returned: for one environment
    releases:
      description: >-
        The releases that it is or was deployed as, the oldest first, each with C(digest), C(path), C(current), C(created), C(age) in
        seconds, C(adopted) (it was a plain directory before), C(users) (each process that uses it, with C(pid) and C(command)), and
        C(size) (if O(size)). A normal user does not see all that other users' processes use.
      type: list
      elements: dict
      returned: for one environment
    changed_by_hand: {description: What somebody changed in the current release., type: list, elements: str, returned: for a release}
    missing_files: {description: Per package the files that are gone., type: dict, returned: with O(verify_files)}
    size: {description: Bytes on the disk; a file with several links counts once., type: int, returned: with O(size)}
    drift:
      description: >-
        C(drifted) sums up. C(missing) says what is asked for and what stands in its place, C(different) which packages are not those of
        the lock, C(missing_files) which files of packages are gone (if O(verify_files)), C(surplus) which packages nothing in the
        description needs, C(other_channels) which came from none of its channels.
        C(pip_missing), C(pip_surplus), C(variables) (missing or another value) and C(variables_surplus) say the rest.
      type: dict
      returned: with a description
"""

from ansible_collections.benchwright.python.plugins.module_utils._conda.answers.survey import (
    list_environments,
    one_environment,
)
from ansible_collections.benchwright.python.plugins.module_utils._conda.arguments import CHANNELS, DESCRIPTION, ENGINE
from ansible_collections.benchwright.python.plugins.module_utils._conda_module import conda_module


def run(module, dummy_find_engine):
    options = module.params
    one = options["name"] or options["prefix"]
    return {"changed": False, "environments": [one_environment(options)] if one else list_environments(options)}


def main():
    conda_module(
        run,
        argument_spec={
            **ENGINE,
            **CHANNELS,
            **DESCRIPTION,
            "name": {"type": "str"},
            "prefix": {"type": "path"},
            "include_variables": {"type": "bool", "default": False},
            "size": {"type": "bool", "default": False},
            "verify_files": {"type": "bool", "default": False},
        },
        mutually_exclusive=[("name", "prefix")],
    )


if __name__ == "__main__":
    main()
