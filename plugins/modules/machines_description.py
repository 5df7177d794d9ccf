#!/usr/bin/python
# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: machines_description
short_description: Check a description of machines at any provider, and put it into the provider's words
version_added: 1.0.0
description:
  - Fails with all that is wrong at once, before a provider is asked anything.
  - Nothing is changed, and nothing but the arguments is looked at.
author:
  - The benchwright authors (@benchwright)
extends_documentation_fragment:
  - benchwright.python._attributes
  - benchwright.python._attributes.info_module
attributes:
  platform:
    platforms: linux
    support: full
options:
  project:
    description: Names the machines that belong together. Everything that is made carries it.
    type: str
    required: true
  machines:
    description: The machines, each with a name that no other has.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: The machine's host name.
        type: str
        required: true
      size:
        description: V(small) (2 GB of memory), V(medium) (4 GB), V(large) (8 GB), or the provider's own word.
        type: str
        default: small
      image:
        description: A system such as V(debian-12), or the provider's own word.
        type: str
        default: debian-12
      region:
        description: The provider's word for where the machine is; by default the one of O(offers).
        type: str
      role:
        description: What it is for. The inventory makes a group of it.
        type: str
        default: workbench
  admin_networks:
    description: From where the machines may be reached.
    type: list
    elements: str
    required: true
  allow_world:
    description: Whether O(admin_networks) may be the whole world.
    type: bool
    default: false
  ssh_public_key:
    description: The public key that lets in.
    type: str
    required: true
  ports:
    description: Ports beside 22 that O(admin_networks) reach.
    type: list
    elements: int
    default: []
  expires:
    description: The last day, such as V(2026-12-31), after which C(benchwright hosts --expired) tells of the machines.
    type: str
    default: ''
  offers:
    description: The provider's words for C(sizes) and C(images), and the C(region) where none is named.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Check a description
  benchwright.python.machines_description:
    project: lab
    machines:
      - name: wb-01
        size: medium
    admin_networks: [203.0.113.0/24]
    ssh_public_key: "{{ lookup('file', '~/.ssh/id_ed25519.pub') }}"
    offers:
      sizes: {medium: s-2vcpu-4gb}
      images: {debian-12: debian-12-x64}
      region: fra1
"""

RETURN = r"""
machines:
  description: The machines, whole and in the provider's words.
  returned: success
  type: list
  elements: dict
  sample: [{name: wb-01, size: s-2vcpu-4gb, image: debian-12-x64, region: fra1, role: workbench}]
networks:
  description: O(admin_networks) as providers write them.
  returned: success
  type: list
  elements: str
  sample: [203.0.113.0/24]
"""

import datetime

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.benchwright.python.plugins.module_utils._machines import description

MACHINE = {
    "name": {"type": "str", "required": True},
    "size": {"type": "str", "default": "small"},
    "image": {"type": "str", "default": "debian-12"},
    "region": {"type": "str"},
    "role": {"type": "str", "default": "workbench"},
}
ARGUMENTS = {
    "project": {"type": "str", "required": True},
    "machines": {"type": "list", "elements": "dict", "required": True, "options": MACHINE},
    "admin_networks": {"type": "list", "elements": "str", "required": True},
    "allow_world": {"type": "bool", "default": False},
    "ssh_public_key": {"type": "str", "required": True, "no_log": False},
    "ports": {"type": "list", "elements": "int", "default": []},
    "expires": {"type": "str", "default": ""},
    "offers": {"type": "dict", "required": True},
}


def main():
    module = AnsibleModule(ARGUMENTS, supports_check_mode=True)
    wanted = module.params
    faults = description.faults(wanted, datetime.datetime.now(datetime.timezone.utc).date())
    if faults:
        module.fail_json(msg="\n".join(faults))
    module.exit_json(
        changed=False,
        machines=[description.resolved(machine, wanted["offers"]) for machine in wanted["machines"]],
        networks=description.normalized_networks(wanted["admin_networks"]),
    )


if __name__ == "__main__":
    main()
