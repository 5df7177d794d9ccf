#!/usr/bin/python

# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: owned_paths
short_description: Keep the directories and files of one owner, and take exactly those away again
version_added: 1.0.0
description:
  - Makes the directories that are missing, each with a hidden file in it that says so. One that is already there is left as it is.
  - Keeps files with a given content, owner, group and mode, each replaced by one rename, and blocks of lines in files of others.
  - With O(state=absent), removes the files and blocks, and those of the directories that this module made.
author:
  - The benchwright authors (@benchwright)
extends_documentation_fragment:
  - benchwright.python._attributes
attributes:
  check_mode:
    support: full
    details:
      - A parent directory, an owner or a group that does not exist yet is no error.
  diff_mode:
    support: full
  idempotent:
    support: full
  platform:
    support: full
    platforms: posix
options:
  directories:
    description: The directories. A parent must be in the list before its children, unless it exists.
    type: list
    elements: dict
    default: []
    suboptions:
      path:
        description: The directory.
        type: path
        required: true
      owner:
        description: The user it is to belong to.
        type: str
      group:
        description: The group it is to belong to.
        type: str
      mode:
        description: Its permissions.
        type: str
        default: '0755'
      remove_contents:
        description: With O(state=absent), whether to remove the directory even when something is in it.
        type: bool
        default: false
  files:
    description: The files. Their directories must exist, or be in O(directories).
    type: list
    elements: dict
    default: []
    suboptions:
      path:
        description: The file.
        type: path
        required: true
      content:
        description:
          - The text of the file, which diff mode shows. Without it, others write the file, and it is only here to be removed.
        type: str
      block:
        description: Whether O(files[].content) is a part of somebody else's file, which keeps the rest, its owner and its mode.
        type: bool
        default: false
      mark:
        description:
          - What the first line begins with where the file is the owner's own, for a place that others may use, too. Another file there is
            never removed, and the module fails rather than replace it.
        type: str
      state:
        description: V(absent) removes this file, or this block, also when O(state=present).
        type: str
        choices: [present, absent]
        default: present
      owner:
        description: The user it is to belong to.
        type: str
      group:
        description: The group it is to belong to.
        type: str
      mode:
        description: Its permissions.
        type: str
        default: '0644'
  state:
    description: Whether all of this is to be there.
    type: str
    choices: [present, absent]
    default: present
"""

EXAMPLES = r"""
- name: Make the directories and the configuration
  benchwright.python.owned_paths:
    directories:
      - path: /etc/benchwright
      - path: /home/jupyter/notebooks
        owner: jupyter
        group: jupyter
        mode: "0700"
    files:
      - path: /etc/benchwright/jupyter_server_config.py
        content: "{{ lookup('ansible.builtin.template', 'jupyter_server_config.py.j2') }}"
        mode: "0640"
"""

RETURN = r"""
paths:
  description: The directories and files that were made, changed or removed.
  type: list
  elements: str
  returned: success
others:
  description: The files without content that exist, which others write.
  type: list
  elements: str
  returned: success
"""

import os

from ansible_collections.benchwright.python.plugins.module_utils._linux import owned
from ansible_collections.benchwright.python.plugins.module_utils._secretive_module import SecretiveModule, secrets_in

RIGHTS = {"path": {"type": "path", "required": True}, "owner": {"type": "str"}, "group": {"type": "str"}}
STATE = {"type": "str", "choices": ["present", "absent"], "default": "present"}
DIRECTORY = dict(RIGHTS, mode={"type": "str", "default": "0755"}, remove_contents={"type": "bool", "default": False})
FILE = dict(
    RIGHTS,
    mode={"type": "str", "default": "0644"},
    content={"type": "str"},
    block={"type": "bool", "default": False},
    mark={"type": "str"},
    state=STATE,
)
ARGUMENTS = {
    "directories": {"type": "list", "elements": "dict", "default": [], "options": DIRECTORY},
    "files": {"type": "list", "elements": "dict", "default": [], "options": FILE},
    "state": STATE,
}


def main():
    module = SecretiveModule(ARGUMENTS, supports_check_mode=True)
    directories, files = module.params["directories"], module.params["files"]

    def own(item, path):
        return module.set_fs_attributes_if_different(module.load_file_common_arguments(dict(item, path=path)), False)

    others = [item["path"] for item in files if item["content"] is None and os.path.lexists(item["path"])]
    try:
        if module.params["state"] == "present":
            changes = owned.present(directories, files, own, module.check_mode)
        else:
            changes = owned.absent(directories, files, module.check_mode)
    except (OSError, UnicodeError) as error:
        module.fail_json(msg=str(error))
    module.no_log_values.update(secrets_in(changes))  # those that a file held before, too
    paths = [item["after_header"] for item in changes]
    module.exit_json(changed=bool(changes), paths=paths, others=others, diff=changes)


if __name__ == "__main__":
    main()
