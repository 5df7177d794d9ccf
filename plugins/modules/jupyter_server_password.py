#!/usr/bin/python

# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: jupyter_server_password
short_description: Keep a password for Jupyter Server and its hash
version_added: 1.0.0
description:
  - Makes a random password at the first run and keeps it in a file that only its owner can read. A password that is already
    there, for example one you wrote yourself, is kept.
  - Keeps the password's argon2id hash, in the form that Jupyter Server reads, in a second file. A hash that verifies is kept,
    because a new one, even of the same password, would log everybody out.
  - The password is neither an argument of a process nor part of a result.
author:
  - The benchwright authors (@benchwright)
extends_documentation_fragment:
  - benchwright.python._attributes
attributes:
  check_mode:
    support: full
    details:
      - Where the environment does not exist yet, a hash that is there is taken for a good one.
  diff_mode:
    support: full
    details:
      - It shows which of the two files changes, never what is in them.
  idempotent:
    support: full
  platform:
    support: full
    platforms: posix
options:
  password_file:
    description: The file with the password. It belongs to the user who runs the module, and nobody else can read it.
    type: path
    required: true
  hash_file:
    description: The file with the hash, for the server to read.
    type: path
    required: true
  environment:
    description: The environment with Jupyter Server, whose Python makes the hash.
    type: path
    required: true
  group:
    description: The group of the file with the hash.
    type: str
  mode:
    description: Permissions of the file with the hash.
    type: str
    default: '0600'
"""

EXAMPLES = r"""
- name: Keep the server's password
  benchwright.python.jupyter_server_password:
    password_file: /etc/benchwright/jupyter_server_password
    hash_file: /etc/benchwright/jupyter_server_password.hash
    environment: /opt/conda/envs/workbench
    group: jupyter
    mode: "0640"
"""

RETURN = r"""
password_file:
  description: Where the password is.
  type: str
  returned: success
made:
  description: The files that got a new content.
  type: list
  elements: str
  returned: success
"""

import os

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.benchwright.python.plugins.module_utils._jupyter import files
from ansible_collections.benchwright.python.plugins.module_utils._jupyter.password import (
    PasswordError,
    generate,
    hash_for,
    parse,
)

ARGUMENTS = {
    "password_file": {"type": "path", "required": True, "no_log": False},  # where it is, not what it is
    "hash_file": {"type": "path", "required": True},
    "environment": {"type": "path", "required": True},
    "group": {"type": "str"},
    "mode": {"type": "str", "default": "0600"},
}


def wanted_texts(module):
    """The text that each file must hold, by path; None where it is only known once the environment exists."""
    password_file, hash_file = module.params["password_file"], module.params["hash_file"]
    text, kept = files.read_text(password_file), files.read_text(hash_file)
    password = generate() if text is None else parse(text, password_file)
    python = os.path.join(module.params["environment"], "bin", "python")
    texts = {password_file: text or password + "\n", hash_file: None}
    if os.path.exists(python):
        texts[hash_file] = hash_for(password, kept, python, module.run_command) + "\n"
    elif module.check_mode:
        texts[hash_file] = kept if text is not None else None
    else:
        raise PasswordError("%s does not exist: is `environment` an environment with jupyterlab?" % python)
    return texts


def ensure(module):
    """Read, decide, write; returns the module's result."""
    texts = wanted_texts(module)
    found = {path: files.read_text(path) for path in texts}
    made = [path for path, text in texts.items() if text is None or text != found[path]]
    result = {
        "changed": bool(made),
        "made": made,
        "password_file": module.params["password_file"],
        "diff": {
            "before": {path: "absent" if found[path] is None else "old content" for path in made},
            "after": dict.fromkeys(made, "new content"),
        },
    }
    # The password comes first: a run that ends between the two leaves a hash that does not verify, which the next one sees.
    for path, text in texts.items():
        rights = file_arguments(module, path)
        if path not in made:
            result["changed"] = module.set_fs_attributes_if_different(rights, result["changed"], result["diff"])
        elif not module.check_mode:
            files.replace(
                path, text, lambda new, own=rights: module.set_fs_attributes_if_different(dict(own, path=new), False)
            )
    return result


def file_arguments(module, path):
    """Owner, group and mode of one of the two files, in the form the module's file functions take."""
    hashed = {"group": module.params["group"], "mode": module.params["mode"]}
    rights = dict(hashed if path == module.params["hash_file"] else {"mode": "0600"}, path=path, owner=str(os.getuid()))
    return module.load_file_common_arguments(rights)


def main():
    module = AnsibleModule(ARGUMENTS, supports_check_mode=True)
    try:
        module.exit_json(**ensure(module))
    except (PasswordError, OSError, UnicodeDecodeError) as error:
        module.fail_json(msg=str(error))


if __name__ == "__main__":
    main()
