#!/usr/bin/python
# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: digitalocean_machines
short_description: The machines of a project at DigitalOcean, with their firewall and key
version_added: 1.0.0
description:
  - Makes the firewall and the machines that are missing, and adopts those that are there. Everything carries the project's tag.
  - A machine is known by its name. One that somebody else made under that name is never touched, and then nothing is made at all.
  - A request to make a machine that was not answered is not sent again. If the machine appears, it is adopted.
  - What stands differently from the description (size, image, region) stays, and is told in RV(notes). So do machines that are not
    described (any more).
  - With O(state=absent), all that carries the project's tag goes, with the project's firewall, key and tags.
author:
  - The benchwright authors (@benchwright)
extends_documentation_fragment:
  - benchwright.python._attributes
attributes:
  check_mode:
    support: full
    details:
      - Sizes, images, the account's limit and names that are taken are checked, and the monthly cost is told.
  diff_mode:
    support: full
  idempotent:
    support: full
  platform:
    platforms: linux
    support: full
options:
  state:
    description: Whether the project's machines are there.
    type: str
    choices: [present, absent]
    default: present
  project:
    description: Names the machines that belong together.
    type: str
    required: true
  machines:
    description: The machines, in DigitalOcean's words. Needed with O(state=present).
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: The host name, by which the machine is known.
        type: str
        required: true
      size:
        description: The slug of a size.
        type: str
        required: true
      image:
        description: The slug of an image.
        type: str
        required: true
      region:
        description: The slug of a region.
        type: str
        required: true
      role:
        description: What it is for; a tag says so.
        type: str
        default: workbench
  ssh_public_key:
    description: The public key that lets root in. Needed with O(state=present). One that the account has is used, whatever its name.
    type: str
  networks:
    description: From where the machines are reached. Needed with O(state=present).
    type: list
    elements: str
    default: []
  ports:
    description: Ports beside 22 that O(networks) reach.
    type: list
    elements: int
    default: []
  expires:
    description: The last day, as V(2026-12-31); a tag says so.
    type: str
    default: ''
  user_data:
    description: What cloud-init does at the first start. Whoever is on the machine can read it, so it must hold no secret.
    type: str
    default: ''
  timeout:
    description: Seconds until the machines must run, or be gone.
    type: int
    default: 300
  token:
    description:
      - The API's token, which may read and write.
      - If not given, the environment variables E(DIGITALOCEAN_ACCESS_TOKEN), E(DIGITALOCEAN_TOKEN) or E(DO_API_TOKEN) have it.
    type: str
  api_base:
    description: The API's address. If not given, the environment variable E(DIGITALOCEAN_API_URL), or DigitalOcean's own.
    type: str
"""

EXAMPLES = r"""
- name: Two machines, and a firewall around them
  benchwright.python.digitalocean_machines:
    project: lab
    machines:
      - {name: wb-01, size: s-1vcpu-2gb, image: debian-12-x64, region: fra1}
      - {name: wb-02, size: s-1vcpu-2gb, image: debian-12-x64, region: fra1}
    ssh_public_key: "{{ lookup('file', '~/.ssh/id_ed25519.pub') }}"
    networks: [203.0.113.0/24]

- name: Nothing is left, and nothing is billed
  benchwright.python.digitalocean_machines:
    project: lab
    state: absent
"""

RETURN = r"""
machines:
  description: The project's machines as they are now; in check mode, those that there are.
  returned: always
  type: list
  elements: dict
  sample:
    - {id: '3164494', name: wb-01, status: active, address: 203.0.113.7, region: fra1, size: s-1vcpu-2gb, monthly_cost: 12.0}
changes:
  description: What was (in check mode, would be) changed, in the order in which it is done.
  returned: always
  type: list
  elements: str
  sample: [tag benchwright-project:lab, firewall benchwright-lab, droplet wb-01]
created:
  description: The names of machines that were (in check mode, would be) made.
  returned: always
  type: list
  elements: str
  sample: [wb-01]
summary:
  description: What is done and what it costs, in one line; empty if no machine is made or removed.
  returned: always
  type: str
  sample: create 2 x s-1vcpu-2gb in fra1, about $24.00 a month
notes:
  description: What stays as it is though the description says otherwise.
  returned: always
  type: list
  elements: str
  sample: ['wb-01 has the size s-1vcpu-1gb, not s-1vcpu-2gb; to change that, destroy it and provision again']
"""

from ansible.module_utils.basic import AnsibleModule, env_fallback
from ansible_collections.benchwright.python.plugins.module_utils._digitalocean.api import BASE, Api, ApiError
from ansible_collections.benchwright.python.plugins.module_utils._digitalocean.project import keep

TOKENS = ["DIGITALOCEAN_ACCESS_TOKEN", "DIGITALOCEAN_TOKEN", "DO_API_TOKEN"]
MACHINE = {
    **{name: {"type": "str", "required": True} for name in ("name", "size", "image", "region")},
    "role": {"type": "str", "default": "workbench"},
}
ARGUMENTS = {
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "project": {"type": "str", "required": True},
    "machines": {"type": "list", "elements": "dict", "default": [], "options": MACHINE},
    "ssh_public_key": {"type": "str", "no_log": False},
    "networks": {"type": "list", "elements": "str", "default": []},
    "ports": {"type": "list", "elements": "int", "default": []},
    "expires": {"type": "str", "default": ""},
    "user_data": {"type": "str", "default": ""},
    "timeout": {"type": "int", "default": 300},
    "token": {"type": "str", "no_log": True, "fallback": (env_fallback, TOKENS)},
    "api_base": {"type": "str", "fallback": (env_fallback, ["DIGITALOCEAN_API_URL"])},
}


def main():
    module = AnsibleModule(
        ARGUMENTS,
        supports_check_mode=True,
        required_if=[("state", "present", ("machines", "ssh_public_key", "networks"))],
    )
    try:
        api = Api(module.params["token"], module.params["api_base"] or BASE)
        result, faults = keep(api, module.params, module.check_mode)
    except ApiError as error:
        module.fail_json(msg=str(error))
    if faults:
        existing = [machine["name"] for machine in result["machines"]]
        told = [f"exist, are billed, and are adopted by the next run: {', '.join(existing)}"] if existing else []
        module.fail_json(msg="\n".join([*faults, *told]), **result)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
