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
  - Keeps files with a given content, owner, group and mode. Each is replaced by one rename.
  - With O(state=absent), removes the files, and those of the directories that this module made.
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
"""

import os
import shutil
import tempfile

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.benchwright.python.plugins.module_utils._jupyter import files

MARKER = ".made_by_benchwright"
MARKER_TEXT = "benchwright made this directory. Without this file it will not remove it.\n"
RIGHTS = {"path": {"type": "path", "required": True}, "owner": {"type": "str"}, "group": {"type": "str"}}
DIRECTORY = dict(RIGHTS, mode={"type": "str", "default": "0755"}, remove_contents={"type": "bool", "default": False})
FILE = dict(RIGHTS, mode={"type": "str", "default": "0644"}, content={"type": "str"})
ARGUMENTS = {
    "directories": {"type": "list", "elements": "dict", "default": [], "options": DIRECTORY},
    "files": {"type": "list", "elements": "dict", "default": [], "options": FILE},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
}


def own(module, item, path):
    """Give a path the owner, group and mode of an item of the lists; returns whether that changed anything."""
    return module.set_fs_attributes_if_different(module.load_file_common_arguments(dict(item, path=path)), False)


def make_directory(module, directory):
    """Make one directory. It appears by one rename, with owner, mode and marker, so that it is never there by half."""
    path = directory["path"]
    new = tempfile.mkdtemp(dir=os.path.dirname(path), prefix=".%s." % os.path.basename(path))
    with open(os.path.join(new, MARKER), "w", encoding="ascii") as file:
        file.write(MARKER_TEXT)
    own(module, directory, new)
    os.rename(new, path)


def present(module):
    """Make what is missing or different; returns the changes in the form of diff mode."""
    changes = []
    for directory in module.params["directories"]:
        if not os.path.isdir(directory["path"]):
            changes.append(change(directory["path"], "", "directory\n"))
            if not module.check_mode:
                make_directory(module, directory)
    for item in module.params["files"]:
        before, after = files.read_text(item["path"]), item["content"]
        if after is None:
            continue
        if before != after:
            changes.append(change(item["path"], before or "", after))
            if not module.check_mode:
                files.replace(item["path"], after, lambda new, item=item: own(module, item, new))
        elif own(module, item, item["path"]):
            changes.append(change(item["path"], "other owner, group or mode\n", "as wanted\n"))
    return changes


def absent(module):
    """Remove the files, and the directories that were made here, children before parents; returns the changes."""
    gone = [item["path"] for item in module.params["files"] if os.path.lexists(item["path"])]
    for path in [] if module.check_mode else gone:
        os.unlink(path)
    for directory in reversed(module.params["directories"]):
        path = directory["path"]
        if not os.path.exists(os.path.join(path, MARKER)):
            continue
        # In check mode what would be gone by now is still there.
        others = {name for name in os.listdir(path) if os.path.join(path, name) not in gone} - {MARKER}
        if directory["remove_contents"] or not others:
            gone.append(path)
            if not module.check_mode:
                shutil.rmtree(path)
    return [change(path, "present\n", "") for path in gone]


def change(path, before, after):
    """One entry of diff mode's list."""
    return {"before": before, "after": after, "before_header": path, "after_header": path}


def main():
    module = AnsibleModule(ARGUMENTS, supports_check_mode=True)
    try:
        changes = {"present": present, "absent": absent}[module.params["state"]](module)
    except (OSError, UnicodeDecodeError) as error:
        module.fail_json(msg=str(error))
    module.exit_json(changed=bool(changes), paths=[item["after_header"] for item in changes], diff=changes)


if __name__ == "__main__":
    main()
