#!/usr/bin/python
# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: environment_image
short_description: Conda environments as layers for Docker images
version_added: 1.0.0
author: [The benchwright authors (@benchwright)]
description:
  - Makes one Docker image of each environment, with the code that makes hosts' environments, so that both hold the same packages. It
    holds the environment in C(/opt/benchwright/envs/NAME), what pip is to install in C(/wheels/NAME), and nothing else. Nothing runs
    in it. Other images copy from it (C(COPY --from)), and need neither conda nor a network nor credentials for that.
  - The image is called by the digest of the description. Where the engine has it, nothing is solved or fetched, also after the
    channels published something newer; take it away (O(state=absent)) to have it made anew.
  - The same packages make the same layer, to the byte, whenever and wherever it is made. Give locks (O(environments[].file)) to have
    the same packages.
  - The packages lie in the package cache that the host's environments share. The engine is reached at E(DOCKER_HOST), which must be
    a Unix socket, else at C(/var/run/docker.sock).
  - py-rattler makes the environments. Where the host's Python cannot import it, the controller's is sent along if something is to do.
extends_documentation_fragment:
  - benchwright.python._attributes
  - benchwright.python._conda.channels
  - benchwright.python._conda.solver
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
      - With V(present), there is an image of each environment.
      - With V(absent), there is none of these names, whatever its description was; without O(environments), none at all in O(repository).
        With the last one go what they were made in and, if no environment uses it, the package cache.
      - With V(described), the descriptions are only checked, on the controller; the host is asked nothing.
    type: str
    choices: [present, absent, described]
    default: present
  environments:
    description: The environments.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: The environment's name; that in O(environments[].file), if it is not given.
        type: str
        required: true
      file:
        description:
          - The description, instead of O(environments[].dependencies), O(environments[].pip) and O(environments[].variables). All that
            M(benchwright.python.conda_env) reads is read, locks too.
          - It is read on the controller before the host is touched.
        type: path
      remote_src:
        description: Whether O(environments[].file) is on the host and not on the controller.
        type: bool
        default: false
      environment:
        description: Which environment of a C(pixi.lock) is meant.
        type: str
        default: default
      dependencies:
        description: conda match specs.
        type: list
        elements: str
        default: []
      pip:
        description:
          - Requirements for pip. They may carry C(--hash=sha256:...).
          - The environment's own pip fetches or builds the wheels, with the host's pip configuration and credentials.
        type: list
        elements: str
        default: []
      variables:
        description: Environment variables that activating the environment sets. In an image everybody can read them.
        type: dict
        default: {}
      channels:
        description: Channels for this environment, instead of O(channels).
        type: list
        elements: str
        default: []
      packages:
        description: Internal. The packages of a lock. Set by the action plugin from O(environments[].file).
        type: list
        elements: dict
        default: []
        suboptions:
          url: {description: The whole address of the package., type: str, required: true}
          sha256: {description: "Its digest, in hexadecimal.", type: str, default: ""}
          md5: {description: "Its MD5 digest, for locks that have no other.", type: str, default: ""}
      pip_complete:
        description: Internal. Whether O(environments[].pip) names every dependency. Set by the action plugin from O(environments[].file).
        type: bool
        default: false
  repository:
    description: What the images are called, but for their tags.
    type: str
    default: benchwright/environment
  root_prefix:
    description: The host's directory below which packages are kept (C(pkgs/)) and images are made (C(images/)).
    type: path
    default: /opt/benchwright
  lock_timeout:
    description: So many seconds to wait for another run that makes images, or that uses the same package cache.
    type: int
    default: 600
  engine_wheel:
    description: Internal. The path on the host of py-rattler's wheel, for hosts that cannot import it. Set by the action plugin.
    type: path
seealso:
  - module: benchwright.python.conda_env
"""

EXAMPLES = r"""
- name: An image of the environment that a lock describes
  benchwright.python.environment_image:
    environments:
      - file: research.conda-lock.yml
        name: research
  register: layer

- name: All of them go
  benchwright.python.environment_image:
    state: absent
"""

RETURN = r"""
images:
  description: >-
    Of each environment its C(name), the C(image), the C(digest) of its description, its directory there (C(prefix)), its
    C(variables), its C(packages) (as name, version and build), what pip installs there (C(pip), in check mode as it was asked for),
    the digest of all these packages (C(lock); empty in check mode while pip has not chosen), and whether it was (would be) C(created).
  returned: when state is present
  type: list
  elements: dict
  sample:
    - name: research
      image: benchwright/environment:9c1f0a7be2d4
      packages: [pandas 2.3.3 py312_0]
      created: true
removed: {description: The names of the images that were (would be) removed., returned: when state is absent, type: list, elements: str}
"""

import os

from ansible_collections.benchwright.python.plugins.module_utils._conda.arguments import CHANNELS, DESCRIPTION, SOLVER
from ansible_collections.benchwright.python.plugins.module_utils._conda.engines.choose import choose_engine
from ansible_collections.benchwright.python.plugins.module_utils._conda_module import conda_module
from ansible_collections.benchwright.python.plugins.module_utils._docker.engine import Engine
from ansible_collections.benchwright.python.plugins.module_utils._docker.environments import Workshop
from ansible_collections.benchwright.python.plugins.module_utils._docker.options import target_of, wanted_of

ENVIRONMENT = {"name": {"type": "str", "required": True}, "channels": CHANNELS["channels"], **DESCRIPTION}
ARGUMENTS = {
    "state": {"type": "str", "choices": ["present", "absent", "described"], "default": "present"},
    "environments": {"type": "list", "elements": "dict", "default": [], "options": ENVIRONMENT},
    "repository": {"type": "str", "default": "benchwright/environment"},
    "root_prefix": {"type": "path", "default": "/opt/benchwright"},
    "lock_timeout": {"type": "int", "default": 600},
    "engine_wheel": {"type": "path"},
    **CHANNELS,
    **SOLVER,
}


def run(module, dummy):
    options = module.params
    if options["state"] == "described":
        return {"changed": False}
    workshop = Workshop(
        engine=Engine.of(os.environ),
        target=target_of(options),
        find_engine=lambda: choose_engine("rattler", None, None, options["engine_wheel"]),
        check_mode=module.check_mode,
    )
    if options["state"] == "absent":
        return workshop.absent(options["repository"], [item["name"] for item in options["environments"]])
    return workshop.present([wanted_of(item, options) for item in options["environments"]])


def main():
    conda_module(run, argument_spec=ARGUMENTS)


if __name__ == "__main__":
    main()
