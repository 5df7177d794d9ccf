#!/usr/bin/python
# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: debian_packages
short_description: Have Debian packages, upgraded as a policy says, and take away again what was added for that
version_added: 1.0.0
author:
  - The benchwright authors (@benchwright)
description:
  - Answers from dpkg's database, without starting a process, if nothing is missing.
  - Keeps a record of what it added, dependencies included, so that V(absent) can remove exactly that.
  - Other than M(ansible.builtin.apt), check mode is exact on a host without python3-apt and without package lists, and a user who is
    not root gets a list of what is missing instead of a failure.
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
    platforms: debian
    support: full
options:
  name:
    description: The packages.
    type: list
    elements: str
    required: true
  state:
    description:
      - V(present) installs what is missing. What is there is upgraded only as O(upgrade) says.
      - V(absent) removes what this module added, but for what packages that came later depend on.
    type: str
    choices: [present, absent]
    default: present
  record:
    description: The file that keeps what was added.
    type: path
    default: /var/lib/benchwright/debian_packages.json
  lists_valid_for:
    description: Package lists older than this many seconds are fetched anew, but only if something is missing or to be upgraded.
    type: int
    default: 86400
  upgrade:
    description:
      - V(security) upgrades what the distribution's security suite has a new version of, V(all) everything. Nothing is removed for it.
    type: str
    choices: [none, security, all]
    default: none
  clean:
    description: Remove the packages' files that apt has fetched.
    type: bool
    default: false
  configuration:
    description:
      - For check mode, apt's configuration that the host would have by now, and does not have yet. It can hold a proxy's password.
    type: str
  sources:
    description: For check mode, in deb822 form, the only sources that the host would have by now. Counts with O(configuration) only.
    type: str
    default: ''
"""

EXAMPLES = r"""
- name: The usual tools
  benchwright.python.debian_packages:
    name: [bzip2, gcc, git]

- name: Security updates, once a day
  benchwright.python.debian_packages:
    name: []
    upgrade: security

- name: As before
  benchwright.python.debian_packages:
    name: [bzip2, gcc, git]
    state: absent
"""

RETURN = r"""
missing:
  description: The packages asked for that were not installed, with state V(present).
  returned: success
  type: list
  elements: str
  sample: [gcc]
added:
  description: The packages that were (in check mode, would be) installed, dependencies included.
  returned: success
  type: list
  elements: str
  sample: [cpp, gcc]
upgraded:
  description: The packages that were (in check mode, would be) upgraded, with their old and new version, with state V(present).
  returned: success
  type: list
  elements: str
  sample: [base-files 12.4+deb12u12 -> 12.4+deb12u13]
cleaned:
  description: Whether packages' files were (in check mode, would be) removed from apt's cache, with state V(present).
  returned: success
  type: bool
reboot_required:
  description: Whether a package asks for a reboot, with state V(present).
  returned: success
  type: bool
reboot_required_by:
  description: The packages that ask for it, with state V(present).
  returned: success
  type: list
  elements: str
  sample: [linux-image-amd64]
removed:
  description: The packages that were (in check mode, would be) removed.
  returned: success
  type: list
  elements: str
  sample: []
kept:
  description: Packages added by this module that stay, since others need them now.
  returned: success
  type: list
  elements: str
  sample: []
"""

from ansible_collections.benchwright.python.plugins.module_utils._apt import states
from ansible_collections.benchwright.python.plugins.module_utils._apt.apt import Apt, AptError
from ansible_collections.benchwright.python.plugins.module_utils._apt.packages import installed_packages
from ansible_collections.benchwright.python.plugins.module_utils._linux.text import Record
from ansible_collections.benchwright.python.plugins.module_utils._secretive_module import SecretiveModule

ARGUMENTS = {
    "name": {"type": "list", "elements": "str", "required": True},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "record": {"type": "path", "default": "/var/lib/benchwright/debian_packages.json"},
    "lists_valid_for": {"type": "int", "default": 86400},
    "upgrade": {"type": "str", "choices": ["none", "security", "all"], "default": "none"},
    "clean": {"type": "bool", "default": False},
    "configuration": {"type": "str"},
    "sources": {"type": "str", "default": ""},
}


def make_apt(module):
    def run(command):
        return module.run_command(command, environ_update={"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"})

    if not module.check_mode:
        return Apt(run)
    configuration = module.params["configuration"]
    return Apt(run, module.tmpdir, None if configuration is None else (configuration, module.params["sources"]))


def bring_about(module):
    """Bring the wanted state about; returns the module's result."""
    params, record = module.params, Record(module.params["record"])
    if params["state"] == "absent":
        return states.absent(make_apt(module), installed_packages(), record, module.check_mode)
    wanted = states.Wanted(params["name"], params["upgrade"], params["clean"], params["lists_valid_for"])
    return states.present(make_apt(module), installed_packages(), record, wanted, module.check_mode)


def lines(items):
    return "".join(item + "\n" for item in items)


def main():
    module = SecretiveModule(ARGUMENTS, supports_check_mode=True)
    try:
        result = bring_about(module)
    except (AptError, OSError, ValueError, KeyError) as error:
        module.fail_json(msg=f"{error}")
    upgraded = [item.split(" -> ") for item in result.get("upgraded", [])]
    result["diff"] = {
        "before": lines(result.get("removed", []) + [before for before, dummy in upgraded]),
        "after": lines(result.get("added", []) + [f"{before.split()[0]} {after}" for before, after in upgraded]),
    }
    module.exit_json(**result)


if __name__ == "__main__":
    main()
