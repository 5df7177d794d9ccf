#!/usr/bin/python
# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: workbench_image
short_description: Docker images of workbenches, from environments' images
version_added: 1.0.0
author: [The benchwright authors (@benchwright)]
description:
  - Builds images that hold what a workbench on a host holds, and nothing that made it. There is a base, Debian's tools, the
    environments that M(benchwright.python.environment_image) made, a user C(workbench) who is not root, C(tini) as the first process,
    and a bill of materials (CycloneDX) in C(/opt/benchwright/sbom.cdx.json). No conda, no cache, no compiler unless it is asked for.
  - An image says in its labels what it is made of. One that is made of the same is left alone, which takes one question to the engine
    and no build. The same contents make the same layers, whenever they are built.
  - The build gets a few kilobytes that are made in memory. It needs no credentials, so there are none in any layer.
  - What bore the name before goes, unless it has another name or a container. What fails in the build or a trial after it leaves nothing.
  - The engine is reached at E(DOCKER_HOST), which must be a Unix socket, else at C(/var/run/docker.sock).
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
    platforms: posix
    support: full
options:
  state:
    description:
      - With V(present), there are the images, made of what is described.
      - With V(absent), there are none of these names. Images that this collection did not make are refused.
      - With V(pruned), what our labels mark and nobody uses goes, containers that have ended, images without a name, what they were
        built from, and what builds left that were killed. O(unused) adds images that have a name and no container, and the
        environments' images.
    type: str
    choices: [present, absent, pruned]
    default: present
  images:
    description: The images. Required unless O(state=pruned).
    type: list
    elements: dict
    default: []
    suboptions:
      name: {description: The image's name without a tag., type: str, required: true}
      tag: {description: The image's tag., type: str, default: latest}
      base:
        description:
          - The image that this one begins with, of Debian or Ubuntu, by digest if it is always to be the same. One that the engine does
            not have is pulled. It is not pulled again; its id counts.
          - V(benchwright/base:bookworm) and the like, where there is none, are made of Debian's archive by C(mmdebstrap).
        type: str
        default: benchwright/base:bookworm
      environments:
        description: What M(benchwright.python.environment_image) returned of the environments. The first is on the PATH.
        type: list
        elements: dict
        default: []
      packages: {description: Debian's packages., type: list, elements: str, default: []}
      command:
        description: What a container runs that is given no command.
        type: list
        elements: str
        default: [ipython]
      left_out:
        description:
          - Which files of the environments the image has not, as patterns of their paths below the environment's directory. C(*) stands for
            slashes, too. The packages' records stay as they are.
        type: list
        elements: str
        default: []
      server:
        description:
          - What the first environment serves Jupyter with, instead of O(images[].command). The role C(jupyter_server) makes it
            with C(tasks_from=container). The image holds no secret. A container finds them in C(/run/secrets), and serves nothing without.
        type: dict
        suboptions:
          program: {description: The path of the program that a container is started with., type: str, required: true}
          port: {description: The port in the container., type: int, required: true}
          package: {description: Which package the environment must hold., type: str, required: true}
          allow_known_holes: {description: Whether versions with known holes may serve., type: bool, default: false}
          files:
            description: Files of the image.
            type: list
            elements: dict
            required: true
            suboptions:
              path: {description: The absolute path., type: str, required: true}
              content: {description: The text., type: str, required: true}
              mode: {description: "The mode, in octal.", type: str, required: true}
      labels: {description: Further labels., type: dict, default: {}}
      push:
        description: Names, with the registry's host before the first C(/) and with a tag, under which registries are to have it.
        type: list
        elements: str
        default: []
  registries:
    description: With which credentials images are pushed. They are sent to that registry and written nowhere.
    type: list
    elements: dict
    default: []
    suboptions:
      registry: {description: "The host as the names in O(images[].push) have it.", type: str, required: true}
      username: {description: The user., type: str, required: true}
      password: {description: The password or token., type: str, required: true}
  mirror:
    description: The mirror of Debian's archive that bases are made of; mmdebstrap's own choice if empty. No user and password in it.
    type: str
    default: ""
  rebuild:
    description: Whether to build without the engine's cache, though nothing changed, as for the archive's security updates.
    type: bool
    default: false
  unused:
    description: With O(state=pruned), whether images go that have a name, but no container, and all that images are built from.
    type: bool
    default: false
seealso:
  - module: benchwright.python.environment_image
"""

EXAMPLES = r"""
- name: The environment
  benchwright.python.environment_image:
    environments:
      - file: research.conda-lock.yml
        name: research
  register: layer

- name: The image that people run
  benchwright.python.workbench_image:
    images:
      - name: lab/research
        environments: "{{ layer.images }}"
        packages: [git]
"""

RETURN = r"""
images:
  description: >-
    Of each its name and tag (C(image)), C(why) it was (would be) built, which is empty where it was not, and where there is one its
    C(id), its C(size) in bytes, the digests of its C(layers), and the C(digest) of all that it is made of.
  returned: when state is present
  type: list
  elements: dict
  sample:
    - image: lab/research:latest
      why: there is none
      size: 612034121
pushed: {description: What was (would be) pushed., returned: when state is present, type: list, elements: str}
removed: {description: What was (would be) removed., returned: when state is absent or pruned, type: list, elements: str}
containers: {description: Which containers were (would be) removed., returned: when state is pruned, type: list, elements: str}
"""

import os

from ansible_collections.benchwright.python.plugins.module_utils._docker.arguments import WORKBENCH
from ansible_collections.benchwright.python.plugins.module_utils._docker.builder import Builder
from ansible_collections.benchwright.python.plugins.module_utils._docker.engine import DockerError, Engine
from ansible_collections.benchwright.python.plugins.module_utils._docker.pruning import prune
from ansible_collections.benchwright.python.plugins.module_utils._docker.references import check_names, workbench_of
from ansible_collections.benchwright.python.plugins.module_utils._secretive_module import SecretiveModule


def run(options, builder):
    """Return the module's answer."""
    if options["state"] == "pruned":
        found = prune(builder.engine, options["unused"], builder.check_mode)
        return {"changed": any(found), "removed": list(found.images), "containers": list(found.containers)}
    check_names(options["images"])
    if options["state"] == "absent":
        removed = builder.absent(f"{item['name']}:{item['tag']}" for item in options["images"])
        return {"changed": bool(removed), "removed": removed}
    wanted = [workbench_of(item) for item in options["images"]]
    made = [builder.present(one, options["rebuild"]) for one in wanted]
    credentials = {item["registry"]: item for item in options["registries"]}
    targets = [(one.reference, target) for one, item in zip(wanted, options["images"]) for target in item["push"]]
    pushed = [target for reference, target in targets if builder.pushed(reference, target, credentials)]
    lines = [f"{one['image']}: {one['why']}\n" for one in made if one["why"]]
    lines += [f"push {target}\n" for target in pushed]
    return {"changed": bool(lines), "images": made, "pushed": pushed, "diff": {"before": "", "after": "".join(lines)}}


def main():
    module = SecretiveModule(supports_check_mode=True, argument_spec=WORKBENCH)
    try:
        builder = Builder(Engine.of(os.environ), module.params["mirror"], module.check_mode)
        module.exit_json(**run(module.params, builder))
    except DockerError as error:
        module.fail_json(msg=str(error))


if __name__ == "__main__":
    main()
