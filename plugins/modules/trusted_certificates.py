#!/usr/bin/python
# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: trusted_certificates
short_description: Have the whole system trust certificates of the site
version_added: 1.0.0
description:
  - Puts each certificate into a file of its own under C(/usr/local/share/ca-certificates/benchwright), and has
    C(update-ca-certificates) make the system's bundle with them, unless they are in it.
  - The certificates given are all that this module keeps there; those of an earlier call that are not among them are taken away.
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
    platforms: debian
    support: full
options:
  pem:
    description: The certificates as PEM text, any number of them. None takes all away that this module has put there.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Trust the site's own authority
  benchwright.python.trusted_certificates:
    pem: "{{ lookup('ansible.builtin.file', 'site_ca.pem') }}"

- name: No longer
  benchwright.python.trusted_certificates:
    pem: ""
"""

RETURN = r"""
changes:
  description: What was (in check mode, would be) changed, in the order in which it is done.
  returned: success
  type: list
  elements: str
  sample: [/usr/local/share/ca-certificates/benchwright/benchwright-0f2c5c0b7f3a9d11.crt]
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.benchwright.python.plugins.module_utils._linux import certificates
from ansible_collections.benchwright.python.plugins.module_utils._linux.command import LinuxError, answer


def main():
    module = AnsibleModule({"pem": {"type": "str", "required": True}}, supports_check_mode=True)
    try:
        changes = certificates.trust(module.params["pem"], module.check_mode)
    except (LinuxError, OSError) as error:
        module.fail_json(msg=str(error))
    module.exit_json(**answer(changes))


if __name__ == "__main__":
    main()
