# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: digitalocean
short_description: The machines that benchwright made at DigitalOcean
version_added: 1.0.0
description:
  - Lists the droplets that carry benchwright's tag, by their names, in the group C(workbenches) and in groups by where they are, whose
    and what for, such as C(region_fra1), C(project_lab) and C(role_teaching).
  - Two droplets of one name are an error, for an inventory would show one of them.
  - Its file's name ends in C(digitalocean.yml) or C(digitalocean.yaml).
author:
  - The benchwright authors (@benchwright)
extends_documentation_fragment:
  - constructed
  - inventory_cache
options:
  plugin:
    description: Names this plugin.
    type: str
    required: true
    choices: [benchwright.python.digitalocean]
  project:
    description: Only this project's machines. If not given, all that benchwright made for the account.
    type: str
  token:
    description: The API's token. Reading is enough.
    type: str
    env:
      - name: DIGITALOCEAN_ACCESS_TOKEN
      - name: DIGITALOCEAN_TOKEN
      - name: DO_API_TOKEN
  api_base:
    description: The API's address.
    type: str
    default: https://api.digitalocean.com
    env:
      - name: DIGITALOCEAN_API_URL
  timeout:
    description: Seconds that the API has for an answer.
    type: int
    default: 30
notes:
  - Each host has the variables C(machine_provider), C(machine_id), C(machine_name), C(machine_status), C(machine_address),
    C(machine_region), C(machine_size), C(machine_image), C(machine_project), C(machine_role), C(machine_expires) and
    C(machine_monthly_cost), and C(ansible_host) is its public address.
"""

EXAMPLES = r"""
# workbench.digitalocean.yml
plugin: benchwright.python.digitalocean
project: lab
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_connection: ~/.cache/benchwright/inventory
cache_timeout: 300
keyed_groups:
  - {key: machine_size, prefix: size}
"""

import collections

from ansible.errors import AnsibleParserError
from ansible.inventory.group import to_safe_group_name
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable
from ansible_collections.benchwright.python.plugins.module_utils._digitalocean import account
from ansible_collections.benchwright.python.plugins.module_utils._digitalocean.api import Api, ApiError

GROUP = "workbenches"
GROUPED = ("region", "project", "role")
"""What every machine is grouped by: by the plugin itself, for templates take seconds where there are thousands."""


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):
    """One request for 200 droplets, or none while the cache is fresh."""

    NAME = "benchwright.python.digitalocean"

    def verify_file(self, path):
        return super().verify_file(path) and path.endswith(("digitalocean.yml", "digitalocean.yaml"))

    def parse(self, inventory, loader, path, cache=True):
        super().parse(inventory, loader, path, cache)
        self._read_config_data(path)
        machines = self._machines(self.get_cache_key(path), cache)
        counted = collections.Counter(machine["name"] for machine in machines)
        several = sorted(name for name, count in counted.items() if count > 1)
        if several:
            ids = ", ".join(machine["id"] for machine in machines if machine["name"] == several[0])
            raise AnsibleParserError(
                f"there are several droplets of the name {several[0]} (ids {ids}), of which an inventory would show one; "
                "destroy all but one, or list one project only"
            )
        inventory.add_group(GROUP)
        for machine in machines:
            self._add(machine)

    def _machines(self, key, cache):
        """Return the machines from the cache or from the API, and keep what the API said."""
        reading = self.get_option("cache") and cache
        if reading and key in self._cache:
            return self._cache[key]
        machines = self._ask()
        if self.get_option("cache"):
            self._cache[key] = machines
        return machines

    def _ask(self):
        project = self.get_option("project")
        tag = account.PROJECT + project if project else account.MANAGED
        try:
            api = Api(self.get_option("token"), self.get_option("api_base"), timeout=self.get_option("timeout"))
            droplets = list(api.pages("/v2/droplets", "droplets", tag_name=tag))
        except ApiError as error:
            raise AnsibleParserError(str(error)) from error
        return [account.told(droplet) for droplet in droplets if account.MANAGED in account.tags(droplet)]

    def _add(self, machine):
        name, strict = machine["name"], self.get_option("strict")
        variables = {f"machine_{key}": value for key, value in {"provider": "digitalocean", **machine}.items()}
        self.inventory.add_host(name, group=GROUP)
        for key, value in variables.items():
            self.inventory.set_variable(name, key, value)
        if machine["address"]:
            self.inventory.set_variable(name, "ansible_host", machine["address"])
        for key in GROUPED:
            if machine[key]:
                self.inventory.add_host(
                    name, group=self.inventory.add_group(to_safe_group_name(f"{key}_{machine[key]}"))
                )
        self._set_composite_vars(self.get_option("compose"), variables, name, strict=strict)
        self._add_host_to_composed_groups(self.get_option("groups"), variables, name, strict=strict)
        self._add_host_to_keyed_groups(self.get_option("keyed_groups"), variables, name, strict=strict)
