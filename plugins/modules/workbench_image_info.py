#!/usr/bin/python
# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: workbench_image_info
short_description: Which images and containers of workbenches an engine has
version_added: 1.0.0
author: [The benchwright authors (@benchwright)]
description:
  - Tells of the images that M(benchwright.python.workbench_image) made, and of the containers that are of them. All others are left out.
  - The engine is reached at E(DOCKER_HOST), which must be a Unix socket, else at C(/var/run/docker.sock).
extends_documentation_fragment:
  - benchwright.python._attributes
  - benchwright.python._attributes.info_module
attributes:
  platform:
    platforms: posix
    support: full
options: {}
seealso:
  - module: benchwright.python.workbench_image
"""

EXAMPLES = r"""
- name: What is there
  benchwright.python.workbench_image_info: {}
  register: there
"""

RETURN = r"""
images:
  description: A line for each name of an image, the newest image first. Names are empty where an image has none.
  returned: success
  type: list
  elements: dict
  contains:
    name: {description: The name without a tag., type: str, sample: lab/research}
    tag: {description: The tag., type: str, sample: latest}
    id: {description: The image's id., type: str, sample: "sha256:4f1c"}
    created: {description: When it was made., type: str, sample: "2026-11-29T01:54:30Z"}
    size: {description: Its size in bytes., type: int, sample: 412034121}
    environments: {description: The names of its environments., type: list, elements: str, sample: [research]}
    lock: {description: The digest of its packages., type: str, sample: 9c1f0a7b}
    port: {description: The port on which it serves; none if it does not., type: int, sample: 8888}
    containers: {description: How many containers are of it., type: int, sample: 1}
containers:
  description: The containers, the newest first.
  returned: success
  type: list
  elements: dict
  contains:
    name: {description: The container's name., type: str, sample: research}
    id: {description: Its id., type: str, sample: 1f0a}
    image: {description: The image as it was named when the container was made., type: str, sample: "lab/research:latest"}
    of: {description: The image's name in its label., type: str, sample: lab/research}
    state: {description: "What it does: V(running), V(exited) and so on.", type: str, sample: running}
    status: {description: The same in words. Whether it is well stands there., type: str, sample: Up 3 hours (healthy)}
    created: {description: When it was made., type: str, sample: "2026-11-29T01:54:30Z"}
    command: {description: What it was started with., type: str, sample: /usr/bin/tini -- ipython}
    ports: {description: Which of its ports are published., type: list, elements: str, sample: ["127.0.0.1:8888->8888/tcp"]}
"""

import os

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.benchwright.python.plugins.module_utils._docker.containers import Containers
from ansible_collections.benchwright.python.plugins.module_utils._docker.engine import DockerError, Engine
from ansible_collections.benchwright.python.plugins.module_utils._docker.inventory import told_containers, told_images
from ansible_collections.benchwright.python.plugins.module_utils._docker.workbench import MARK


def main():
    module = AnsibleModule({}, supports_check_mode=True)
    try:
        engine = Engine.of(os.environ)
        containers = Containers(engine).labelled(MARK)
        images = told_images(engine.images(MARK), containers)
    except DockerError as error:
        module.fail_json(msg=str(error))
    module.exit_json(changed=False, images=images, containers=told_containers(containers))


if __name__ == "__main__":
    main()
