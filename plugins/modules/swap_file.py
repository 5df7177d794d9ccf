#!/usr/bin/python
# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: swap_file
short_description: Have a file to swap to, on machines that need one
version_added: 1.0.0
description:
  - Writes the file whole, so that it works on file systems without C(fallocate), uses it at once, and has systemd use it from the next
    start on.
  - A container gets none, since its host decides about swap.
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
    platforms: linux
    support: full
options:
  size:
    description:
      - V(auto) makes 2 GB on a machine with less than 2 GB of memory and no other swap, and none elsewhere; V(none) takes the file away.
      - Otherwise a number with V(M) or V(G), such as V(512M).
    type: str
    required: true
  path:
    description: The file.
    type: path
    default: /swap.benchwright
"""

EXAMPLES = r"""
- name: Swap on small machines
  benchwright.python.swap_file:
    size: auto
"""

RETURN = r"""
changes:
  description: What was (in check mode, would be) changed, in the order in which it is done.
  returned: success
  type: list
  elements: str
  sample: [/swap.benchwright]
why_none:
  description: Why there is no file with O(size=auto); empty when there is one.
  returned: success
  type: str
  sample: this machine has 7951 MB of memory
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.benchwright.python.plugins.module_utils._linux import swap
from ansible_collections.benchwright.python.plugins.module_utils._linux.command import LinuxError, answer


def main():
    arguments = {"size": {"type": "str", "required": True}, "path": {"type": "path", "default": "/swap.benchwright"}}
    module = AnsibleModule(arguments, supports_check_mode=True)
    try:
        found = swap.keep(module.params["size"], module.params["path"], module.check_mode)
    except (LinuxError, OSError) as error:
        module.fail_json(msg=str(error))
    module.exit_json(why_none=found["why_none"], **answer(found["changes"]))


if __name__ == "__main__":
    main()
