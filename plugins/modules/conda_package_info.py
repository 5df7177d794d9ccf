#!/usr/bin/python
# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: conda_package_info
short_description: Tell which packages conda channels offer
version_added: 1.0.0
author: [The benchwright authors (@benchwright)]
description:
  - Searches channels for conda packages, as C(conda search) does, and returns their versions, builds, dependencies, licences and sizes.
  - Packages for the host's own platform and for every platform (C(noarch)) are found. Nothing is installed.
  - What no channel offers is no failure. It is told in RV(missing).
extends_documentation_fragment:
  - benchwright.python._attributes
  - benchwright.python._attributes.info_module
  - benchwright.python._conda.engine
  - benchwright.python._conda.channels
attributes:
  platform:
    platforms: posix
    support: full
options:
  packages:
    description: conda match specs, as C(conda search) takes them. Each names one package; a pattern such as V(*py*) is refused.
    type: list
    elements: str
    required: true
  latest:
    description:
      - Return only the newest version that each of O(packages) allows, in all its builds.
      - C(python=3.12) in O(packages) then answers which is the newest Python 3.12.
    type: bool
    default: false
seealso:
  - module: benchwright.python.conda_env
notes:
  - What the channels list is kept in C(pkgs/) below O(root_prefix), where it is given, for the next search or installation.
requirements:
  - Python 3.10 or newer on the host for the rattler engine; any Python that ansible-core supports for the others
"""

EXAMPLES = r"""
- name: Every NumPy 2 that conda-forge offers
  benchwright.python.conda_package_info:
    packages: ['numpy >=2,<3']
    channels: [conda-forge]
  register: numpy

- name: The newest first
  ansible.builtin.debug:
    msg: "{{ numpy.packages[0].version }} needs {{ numpy.packages[0].depends | join(', ') }}"

- name: The newest patch release of Python 3.12 that the house's own channel has
  benchwright.python.conda_package_info:
    packages: [python=3.12]
    latest: true
    channels: [https://conda.example.org/lab]
  register: python

- name: Nothing is left out
  ansible.builtin.assert:
    that: python.missing == []
"""

RETURN = r"""
packages:
  description:
    - The packages found, by name, and those of one name newest first (version, then build number, then time of the build).
    - Where a channel says nothing, texts and lists are empty and RV(packages[].size) is 0.
  returned: success
  type: list
  elements: dict
  contains:
    name: {description: The package's name., type: str, returned: success, sample: numpy}
    version: {description: Its version., type: str, returned: success, sample: 2.3.4}
    build: {description: Its build string., type: str, returned: success, sample: py312h33ff503_0}
    build_number: {description: The number of the build. The highest is the newest., type: int, returned: success, sample: 0}
    channel: {description: The channel's address; no credentials., type: str, returned: success, sample: https://conda.example.org/lab}
    subdir: {description: The platform., type: str, returned: success, sample: linux-64}
    depends: {description: What it needs., type: list, elements: str, returned: success, sample: ['python >=3.12,<3.13.0a0']}
    constrains: {description: What it cannot be beside of., type: list, elements: str, returned: success, sample: [numpy-base <0a0]}
    license: {description: The licence., type: str, returned: success, sample: BSD-3-Clause}
    size: {description: Bytes to download., type: int, returned: success, sample: 8785045}
    timestamp: {description: When it was built (ISO 8601; UTC)., type: str, returned: success, sample: '2025-10-16T08:21:00Z'}
    md5: {description: The file's MD5 digest., type: str, returned: success, sample: 5f2bf3d4a8e2a3a7a6a2c1fd1c2d4a11}
    sha256:
      description: The file's SHA-256 digest.
      type: str
      returned: success
      sample: 0ba9b7b5d0e5ad3f1c2bd2fd0f3f0a7a4b1b64d2d7c2ef6f0c1d3b1f0a9e8d7c
    url:
      description: Where the file is; no credentials.
      type: str
      returned: success
      sample: https://conda.example.org/lab/linux-64/numpy-2.3.4-py312h33ff503_0.conda
missing:
  description: Those of O(packages) that no channel offers.
  returned: success
  type: list
  elements: str
  sample: []
"""

import os

from ansible_collections.benchwright.python.plugins.module_utils._conda.answers.offers import (
    as_result,
    missing,
    newest,
    newest_first,
)
from ansible_collections.benchwright.python.plugins.module_utils._conda.arguments import CHANNELS, ENGINE
from ansible_collections.benchwright.python.plugins.module_utils._conda.descriptions.environment import (
    EnvironmentFileError,
    check_channels,
    check_dependencies,
)
from ansible_collections.benchwright.python.plugins.module_utils._conda.engines.interface import Request
from ansible_collections.benchwright.python.plugins.module_utils._conda.scratch import scratch_directory
from ansible_collections.benchwright.python.plugins.module_utils._conda_module import conda_module


def request_of(options, scratch):
    accepted = options["accept_anaconda_terms"]
    channels = check_channels(options["channels"], accept_anaconda_terms=accepted)
    if not channels:
        raise EnvironmentFileError("no channel to search; name one, for example conda-forge", "channels")
    return Request(
        prefix=scratch,
        package_cache=os.path.join(options["root_prefix"] or scratch, "pkgs"),
        channels=channels,
        specs=check_dependencies(options["packages"], "packages", accepted),
    )


def run(module, find_engine):
    with scratch_directory() as scratch:
        request = request_of(module.params, scratch.path)
        found = newest_first(find_engine().search(request))
    offered = newest(request.specs, found) if module.params["latest"] else found
    return {
        "changed": False,
        "packages": [as_result(record) for record in offered],
        "missing": missing(request.specs, found),
    }


def main():
    conda_module(
        run,
        argument_spec={
            **ENGINE,
            **CHANNELS,
            "packages": {"type": "list", "elements": "str", "required": True},
            "latest": {"type": "bool", "default": False},
        },
    )


if __name__ == "__main__":
    main()
