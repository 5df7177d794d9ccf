#!/usr/bin/python
# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: miniconda_init
short_description: Put conda into the shells of some users, and take it out again exactly
version_added: 1.0.0
author: [The benchwright authors (@benchwright)]
description:
  - Puts the lines of C(conda init), or of C(micromamba shell init), into the file that each user's login shell reads (C(~/.bashrc),
    C(~/.zshrc) or C(~/.config/fish/config.fish)), byte for byte as these commands do, without starting them.
  - A record in the prefix says what was put where, so that taking it out leaves the bytes that were there before, and what the user
    wrote since. Other lines are never touched; C(conda init) would also comment out some that look as if they were conda's.
  - The files are changed with the user's own rights.
extends_documentation_fragment:
  - benchwright.python._attributes
attributes:
  check_mode:
    support: full
    details:
      - A user who does not exist yet is no error.
  diff_mode:
    support: full
    details:
      - Shows the block, not the rest of the file, which is the user's.
  idempotent:
    support: full
  platform:
    platforms: linux
    support: full
options:
  prefix:
    description: The distribution's directory.
    type: str
    required: true
  users:
    description: Exactly these users get it; it is taken out for all others that had it through this module.
    type: list
    elements: str
    default: []
  distribution:
    description: What is in O(prefix).
    type: str
    choices: [miniforge, miniconda, micromamba]
    default: miniforge
  state:
    description: V(absent) takes it out for everybody, and blocks for O(prefix) that users had made themselves.
    type: str
    choices: [present, absent]
    default: present
"""

EXAMPLES = r"""
- name: conda in the shells of two users
  benchwright.python.miniconda_init:
    prefix: /opt/conda
    users: [ada, grace]

- name: In nobody's
  benchwright.python.miniconda_init:
    prefix: /opt/conda
    state: absent
"""

RETURN = r"""
paths:
  description: The files that were (in check mode, would be) changed.
  returned: success
  type: list
  elements: str
  sample: [/home/ada/.bashrc]
"""

from ansible_collections.benchwright.python.plugins.module_utils._distribution import shell_block, shells
from ansible_collections.benchwright.python.plugins.module_utils._distribution.found import kind_of
from ansible_collections.benchwright.python.plugins.module_utils._distribution_module import run_module

ARGUMENTS = {
    "prefix": {"type": "str", "required": True},
    "users": {"type": "list", "elements": "str", "default": []},
    "distribution": {"type": "str", "choices": ["miniforge", "miniconda", "micromamba"], "default": "miniforge"},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
}


def work(module):
    options = module.params
    prefix, kind = options["prefix"].rstrip("/"), kind_of(options["distribution"])
    if options["state"] == "absent":
        changes = shells.forget(prefix, kind, module.check_mode)
    else:
        changes = shells.ensure(prefix, kind, options["users"], module.check_mode)
    return {
        "changed": bool(changes),
        "paths": [change.path for change in changes],
        "diff": [
            {
                "before_header": change.path,
                "after_header": change.path,
                "before": shell_block.present_block(kind, change.before or ""),
                "after": shell_block.present_block(kind, change.after or ""),
            }
            for change in changes
        ],
    }


def main():
    run_module(work, argument_spec=ARGUMENTS)


if __name__ == "__main__":
    main()
