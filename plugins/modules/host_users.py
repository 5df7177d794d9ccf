#!/usr/bin/python
# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: host_users
short_description: Keep the users of a host, with their groups, SSH keys and sudo, in one call
version_added: 1.0.0
description:
  - Makes accounts and groups that are missing, puts users into groups, keeps their keys, and gives them a file of their own in
    C(/etc/sudoers.d), which C(visudo) has to accept before it is there.
  - Writes down, ahead of each change, which groups, memberships and keys it adds. What an earlier call has added and what is not asked
    for any longer is taken away; users are removed only where they are named with V(absent).
  - Never removes the account of the very connection it runs on, nor its last key.
author:
  - The benchwright authors (@benchwright)
extends_documentation_fragment:
  - benchwright.python._attributes
attributes:
  check_mode:
    support: full
    details:
      - Users and groups that do not exist yet are no error.
  diff_mode:
    support: full
  idempotent:
    support: full
  platform:
    platforms: posix
    support: full
options:
  users:
    description: The users.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: The user's name.
        type: str
        required: true
      state:
        description: V(absent) removes the account.
        type: str
        choices: [present, absent]
        default: present
      remove_home:
        description: Whether V(absent) removes the home and the mail, too.
        type: bool
        default: false
      comment:
        description: The user's full name.
        type: str
      shell:
        description: The login shell.
        type: str
      home:
        description: The home of an account that is made here; that of an existing one is not changed.
        type: path
      groups:
        description: Groups to be a member of; other memberships stay.
        type: list
        elements: str
        default: []
      sudo:
        description: Whether the user may do everything with sudo, and whether sudo asks for the user's password.
        type: str
        choices: [none, password, nopasswd]
        default: none
      ssh_keys:
        description: Public SSH keys that let the user in, as they stand in C(authorized_keys).
        type: list
        elements: str
        default: []
      exclusive_ssh_keys:
        description: Whether other keys are removed.
        type: bool
        default: false
  record:
    description: The file that keeps what was added.
    type: path
    default: /var/lib/benchwright/host_users.json
"""

EXAMPLES = r"""
- name: Two users
  benchwright.python.host_users:
    users:
      - name: quant
        groups: [research]
        shell: /bin/bash
        sudo: nopasswd
        ssh_keys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExampleExampleExampleExampleExampleExample quant@laptop"]
      - name: former
        state: absent

- name: Take back what was added, but for the users
  benchwright.python.host_users:
    users: []
"""

RETURN = r"""
changes:
  description: What was (in check mode, would be) changed, in the order in which it is done.
  returned: success
  type: list
  elements: str
  sample: [user quant]
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.benchwright.python.plugins.module_utils._linux import connection, users
from ansible_collections.benchwright.python.plugins.module_utils._linux.command import LinuxError, answer
from ansible_collections.benchwright.python.plugins.module_utils._linux.text import Record

USER = {
    "name": {"type": "str", "required": True},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "remove_home": {"type": "bool", "default": False},
    "comment": {"type": "str"},
    "shell": {"type": "str"},
    "home": {"type": "path"},
    "groups": {"type": "list", "elements": "str", "default": []},
    "sudo": {"type": "str", "choices": ["none", "password", "nopasswd"], "default": "none"},
    "ssh_keys": {"type": "list", "elements": "str", "default": [], "no_log": False},
    "exclusive_ssh_keys": {"type": "bool", "default": False},
}
ARGUMENTS = {
    "users": {"type": "list", "elements": "dict", "required": True, "options": USER},
    "record": {"type": "path", "default": "/var/lib/benchwright/host_users.json"},
}


def main():
    module = AnsibleModule(ARGUMENTS, supports_check_mode=True)
    try:
        record = Record(module.params["record"])
        changes = users.keep(module.params["users"], record, connection.current(), module.check_mode)
    except (LinuxError, OSError, ValueError) as error:
        module.fail_json(msg=str(error))
    module.exit_json(**answer(changes))


if __name__ == "__main__":
    main()
