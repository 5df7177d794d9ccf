#!/usr/bin/python
# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ssh_server
short_description: Keep settings of sshd that never shut out who is connected
version_added: 1.0.0
description:
  - Keeps one file in C(/etc/ssh/sshd_config.d). sshd has to accept it before it is there.
  - Asks sshd what the settings would mean for the user of the very connection it runs on, and refuses those under which that user could
    not come back.
  - Has the running sshd load the settings again whenever it has loaded others. Sessions go on.
author:
  - The benchwright authors (@benchwright)
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
  settings:
    description: Names and values as in sshd_config. V(true) and V(false) are C(yes) and C(no).
    type: dict
    default: {}
  users_with_keys:
    description: For check mode, users who would have a key by now.
    type: list
    elements: str
    default: []
  path:
    description: The file.
    type: path
    default: /etc/ssh/sshd_config.d/00-benchwright.conf
  state:
    description: Whether the file is to be there.
    type: str
    choices: [present, absent]
    default: present
"""

EXAMPLES = r"""
- name: Keys only
  benchwright.python.ssh_server:
    settings:
      PasswordAuthentication: false
      KbdInteractiveAuthentication: false
      PermitRootLogin: prohibit-password
"""

RETURN = r"""
changes:
  description: What was (in check mode, would be) changed, in the order in which it is done.
  returned: success
  type: list
  elements: str
  sample: [/etc/ssh/sshd_config.d/00-benchwright.conf]
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.benchwright.python.plugins.module_utils._linux import connection, sshd
from ansible_collections.benchwright.python.plugins.module_utils._linux.command import LinuxError, answer

ARGUMENTS = {
    "settings": {"type": "dict", "default": {}},
    "users_with_keys": {"type": "list", "elements": "str", "default": [], "no_log": False},
    "path": {"type": "path", "default": "/etc/ssh/sshd_config.d/00-benchwright.conf"},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
}


def main():
    module = AnsibleModule(ARGUMENTS, supports_check_mode=True)
    params, link = module.params, connection.current()
    content = sshd.lines(params["settings"]) if params["state"] == "present" else None
    keys_to_come = module.check_mode and link.user in params["users_with_keys"]
    try:
        changes = sshd.keep(params["path"], content, link, keys_to_come, module.check_mode)
    except (LinuxError, OSError, ValueError) as error:
        module.fail_json(msg=str(error))
    module.exit_json(**answer(changes))


if __name__ == "__main__":
    main()
