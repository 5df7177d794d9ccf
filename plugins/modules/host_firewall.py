#!/usr/bin/python
# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: host_firewall
short_description: Let in what is named and nothing else, and never shut out who is connected
version_added: 1.0.0
description:
  - Keeps one table of nftables, C(inet benchwright), and a systemd service that loads it at the start. Other tables are left alone.
  - What is open already stays open, sshd's ports are open for O(ssh_networks), and the address of the very connection that this module
    runs on is always let in.
  - A new table is tried out first. It has to be confirmed by a call with O(state=confirmed) over a new connection, or else a timer on
    the host brings back what was there before.
author:
  - The benchwright authors (@benchwright)
extends_documentation_fragment:
  - benchwright.python._attributes
attributes:
  check_mode:
    support: full
    details:
      - Does not ask nft about the rules, which may not be installed yet.
  diff_mode:
    support: full
  idempotent:
    support: full
  platform:
    platforms: linux
    support: full
options:
  allow:
    description: What is let in beside SSH.
    type: list
    elements: dict
    default: []
    suboptions:
      port:
        description: A port, or a range such as V(8000-8100).
        type: str
        required: true
      protocol:
        description: The protocol.
        type: str
        choices: [tcp, udp]
        default: tcp
      networks:
        description: From where.
        type: list
        elements: str
        default: [0.0.0.0/0, "::/0"]
  ssh_networks:
    description: From where SSH is let in, beside the connection that is there.
    type: list
    elements: str
    default: [0.0.0.0/0, "::/0"]
  rules:
    description: Further rules, as nft takes them, that come before all that let something in.
    type: list
    elements: str
    default: []
  confirm_seconds:
    description: How long a new table is tried out.
    type: int
    default: 60
  state:
    description: V(confirmed) keeps what is being tried out; V(absent) takes table and service away.
    type: str
    choices: [present, confirmed, absent]
    default: present
"""

EXAMPLES = r"""
- name: Try a firewall out
  benchwright.python.host_firewall:
    allow:
      - port: 8888
        networks: [10.0.0.0/8]
  register: firewall

- name: Come in by a new connection
  ansible.builtin.meta: reset_connection

- name: Keep it
  benchwright.python.host_firewall:
    state: confirmed
  when: firewall.to_confirm
"""

RETURN = r"""
changes:
  description: What was (in check mode, would be) changed, in the order in which it is done.
  returned: success
  type: list
  elements: str
  sample: [table inet benchwright]
to_confirm:
  description: Whether a new table is being tried out, which O(state=confirmed) has to confirm.
  returned: success
  type: bool
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.benchwright.python.plugins.module_utils._linux import connection, firewall, sshd
from ansible_collections.benchwright.python.plugins.module_utils._linux.command import LinuxError, answer

ANYWHERE = ["0.0.0.0/0", "::/0"]
RULE = {
    "port": {"type": "str", "required": True},
    "protocol": {"type": "str", "choices": ["tcp", "udp"], "default": "tcp"},
    "networks": {"type": "list", "elements": "str", "default": ANYWHERE},
}
ARGUMENTS = {
    "allow": {"type": "list", "elements": "dict", "default": [], "options": RULE},
    "ssh_networks": {"type": "list", "elements": "str", "default": ANYWHERE},
    "rules": {"type": "list", "elements": "str", "default": []},
    "confirm_seconds": {"type": "int", "default": 60},
    "state": {"type": "str", "choices": ["present", "confirmed", "absent"], "default": "present"},
}


def bring_about(params, check):
    """Bring the state about; returns the changes, and whether they have to be confirmed."""
    if params["state"] == "confirmed":
        return ([] if check else firewall.confirm()), False
    wanted = None
    if params["state"] == "present":
        link = connection.current()
        wanted = firewall.ruleset(params["allow"], params["ssh_networks"], sshd.ports(), params["rules"], link)
    changes = firewall.difference(wanted)
    if changes and not check:
        if wanted is None:
            firewall.remove()
        else:
            firewall.try_out(wanted, params["confirm_seconds"])
    return changes, bool(changes) and not check and wanted is not None


def main():
    module = AnsibleModule(ARGUMENTS, supports_check_mode=True)
    try:
        changes, to_confirm = bring_about(module.params, module.check_mode)
    except (LinuxError, OSError, ValueError) as error:
        module.fail_json(msg=str(error))
    module.exit_json(to_confirm=to_confirm, **answer(changes))


if __name__ == "__main__":
    main()
