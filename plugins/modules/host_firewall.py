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
  - With O(service), only that service's rules are kept, beside those of the host and of other services. Where the host itself has no
    firewall, the service's ports are closed to all other networks, and everything else stays as open as it is.
  - A new table of the host is tried out first. It has to be confirmed by a call with O(state=confirmed) over a new connection, or
    else a timer on the host brings back what was there before.
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
  service:
    description: The name of a service. Then O(allow) is what that service needs, and only that changes.
    type: str
  host_closed:
    description: For check mode, with O(service), whether the host would have a firewall of its own by now.
    type: bool
    default: false
  confirm_seconds:
    description: How long a new table is tried out.
    type: int
    default: 60
  state:
    description: V(confirmed) keeps what is being tried out; V(absent) takes away the rules of the host or, with O(service), of that.
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

- name: Let the office reach the server, and nobody else
  benchwright.python.host_firewall:
    service: jupyter_server
    allow:
      - port: 8888
        networks: [192.0.2.0/24]
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
from ansible_collections.benchwright.python.plugins.module_utils._linux import connection, firewall, sshd, text
from ansible_collections.benchwright.python.plugins.module_utils._linux.command import LinuxError, answer
from ansible_collections.benchwright.python.plugins.module_utils._linux.firewall_rules import (
    Wanted,
    made_from,
    ruleset,
    with_service,
)

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
    "service": {"type": "str"},
    "host_closed": {"type": "bool", "default": False},
    "confirm_seconds": {"type": "int", "default": 60},
    "state": {"type": "str", "choices": ["present", "confirmed", "absent"], "default": "present"},
}


def wanted_rules(params, ssh_ports, check):
    """What the host and its services are to let in, from what they do now and what is asked for."""
    now = made_from(text.read_text(firewall.KEPT))
    present = params["state"] == "present"
    host = {name: params[name] for name in ("allow", "ssh_networks", "rules")}
    if params["service"]:
        if check and params["host_closed"] and now.host is None:
            now = Wanted(host, now.services)
        if present and {item["port"] for item in params["allow"]} & set(map(str, ssh_ports)):
            raise ValueError("`service` %s wants a port of sshd: these are the host's" % params["service"])
        return with_service(now, params["service"], params["allow"] if present else None)
    return Wanted(host if present else None, now.services)


def bring_about(params, check):
    """Bring the state about; returns the changes, and whether they have to be confirmed."""
    if params["state"] == "confirmed":
        return ([] if check else firewall.confirm()), False
    ssh_ports = sshd.ports()
    wanted = ruleset(wanted_rules(params, ssh_ports, check), ssh_ports, connection.current())
    changes = firewall.difference(wanted)
    to_try = bool(changes) and not check and not params["service"] and params["state"] == "present"
    if to_try:
        firewall.try_out(wanted, params["confirm_seconds"])
    elif changes and not check:
        firewall.load(wanted) if wanted else firewall.remove()
    return changes, to_try


def main():
    module = AnsibleModule(ARGUMENTS, supports_check_mode=True)
    try:
        changes, to_confirm = bring_about(module.params, module.check_mode)
    except (LinuxError, OSError, ValueError) as error:
        module.fail_json(msg=str(error))
    module.exit_json(to_confirm=to_confirm, **answer(changes))


if __name__ == "__main__":
    main()
