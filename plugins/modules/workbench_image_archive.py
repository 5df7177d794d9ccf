#!/usr/bin/python
# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: workbench_image_archive
short_description: Images of workbenches in files
version_added: 1.0.0
author: [The benchwright authors (@benchwright)]
description:
  - Writes images that M(benchwright.python.workbench_image) made into a file, and takes them in from one, for networks that reach no
    registry. The file is a tar archive as C(docker save) writes it. Images that others made are refused.
  - The engine is reached at E(DOCKER_HOST), which must be a Unix socket, else at C(/var/run/docker.sock).
extends_documentation_fragment:
  - benchwright.python._attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
  idempotent:
    support: full
  platform:
    platforms: posix
    support: full
options:
  state:
    description:
      - With V(saved), the file holds these images. It is replaced in one step, once it is whole.
      - With V(loaded), the engine has the file's images, with their names.
    type: str
    choices: [saved, loaded]
    required: true
  path:
    description: The file on the host.
    type: path
    required: true
  images:
    description: The images' names with their tags. Required with O(state=saved).
    type: list
    elements: str
    default: []
seealso:
  - module: benchwright.python.workbench_image
"""

EXAMPLES = r"""
- name: A file to carry
  benchwright.python.workbench_image_archive:
    state: saved
    path: /media/stick/research.tar
    images: [lab/research:latest]

- name: The images in it
  benchwright.python.workbench_image_archive:
    state: loaded
    path: /media/stick/research.tar
"""

RETURN = r"""
images: {description: The names of the images that are in the file., returned: success, type: list, elements: str}
"""

import os

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.benchwright.python.plugins.module_utils._docker.archives import load, save
from ansible_collections.benchwright.python.plugins.module_utils._docker.engine import DockerError, Engine

ARGUMENTS = {
    "state": {"type": "str", "choices": ["saved", "loaded"], "required": True},
    "path": {"type": "path", "required": True},
    "images": {"type": "list", "elements": "str", "default": []},
}


def run(options, check_mode):
    """Return the module's answer."""
    engine, path = Engine.of(os.environ), options["path"]
    if options["state"] == "loaded":
        images, changed = load(engine, path, check_mode)
        return {"changed": changed, "images": images}
    if not options["images"]:
        raise DockerError("no image is named that is to be saved; give 'images', as [lab/research:latest]")
    return {"changed": save(engine, path, options["images"], check_mode), "images": sorted(options["images"])}


def main():
    module = AnsibleModule(ARGUMENTS, supports_check_mode=True)
    try:
        module.exit_json(**run(module.params, module.check_mode))
    except (DockerError, OSError) as error:
        module.fail_json(msg=str(error))


if __name__ == "__main__":
    main()
