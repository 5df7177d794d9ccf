#!/usr/bin/python

# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: jupyter_server_credentials
short_description: Keep the password and the token of a Jupyter server
version_added: 1.0.0
description:
  - Makes a random password at the first run and keeps it in a file that only its owner can read. A password that is already
    there, for example one you wrote yourself, is kept.
  - Keeps the password's argon2id hash, in the form that Jupyter Server reads, in a second file. A hash that verifies is kept,
    because a new one, even of the same password, would log everybody out.
  - Keeps a token, which programs use instead of a password, in a third file, and makes a random one where there is none.
  - Neither is an argument of a process or part of a result.
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
      - It shows which of the files changes, never what is in them.
  idempotent:
    support: full
  platform:
    support: full
    platforms: posix
options:
  password_file:
    description: The file with the password. It belongs to the user who runs the module, and nobody else can read it.
    type: path
  hash_file:
    description: The file with the hash, for the server to read. Needed with O(password_file).
    type: path
  token_file:
    description: The file with the token, for the server to read.
    type: path
  environment:
    description: The environment with Jupyter Server, whose Python makes the hash.
    type: path
    required: true
  group:
    description: The group of the files that the server reads.
    type: str
  mode:
    description: Permissions of the files that the server reads.
    type: str
    default: '0600'
"""

EXAMPLES = r"""
- name: Keep the server's password and token
  benchwright.python.jupyter_server_credentials:
    password_file: /etc/benchwright/jupyter_server_password
    hash_file: /etc/benchwright/jupyter_server_password_hash
    token_file: /etc/benchwright/jupyter_server_token
    environment: /opt/conda/envs/workbench
    group: jupyter
    mode: "0640"
"""

RETURN = r"""
password_file:
  description: Where the password is.
  type: str
  returned: with O(password_file)
token_file:
  description: Where the token is.
  type: str
  returned: with O(token_file)
made:
  description: The files that got a new content.
  type: list
  elements: str
  returned: success
"""

import os
from pathlib import Path

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.benchwright.python.plugins.module_utils._files import read_text, write_atomically
from ansible_collections.benchwright.python.plugins.module_utils._jupyter.password import (
    PasswordError,
    generate,
    hash_for,
    parse,
)

ARGUMENTS = {
    "password_file": {"type": "path", "no_log": False},  # where it is, not what it is
    "hash_file": {"type": "path"},
    "token_file": {"type": "path", "no_log": False},
    "environment": {"type": "path", "required": True},
    "group": {"type": "str"},
    "mode": {"type": "str", "default": "0600"},
}


def wanted_texts(module):
    """The text that each file must hold, by path; None where it is only known once the environment exists."""
    texts = {}
    if module.params["password_file"]:
        texts.update(password_texts(module))
    if module.params["token_file"]:
        texts[module.params["token_file"]] = secret_in(module.params["token_file"])[1]
    return texts


def secret_in(path):
    """The secret that the file holds, or is to hold, and the file's text."""
    text = read_text(path)
    secret = generate() if text is None else parse(text, path)
    return secret, secret + "\n" if text is None else text


def password_texts(module):
    """The texts of the file with the password and of that with the hash."""
    password_file, hash_file = module.params["password_file"], module.params["hash_file"]
    password, text = secret_in(password_file)
    kept = read_text(hash_file)
    python = os.path.join(module.params["environment"], "bin", "python")
    if os.path.exists(python):
        hashed = hash_for(password, kept, python, module.run_command) + "\n"
    elif module.check_mode:
        hashed = kept if os.path.exists(password_file) else None
    else:
        raise PasswordError("%s does not exist: is `environment` an environment with jupyterlab?" % python)
    # The password comes first: a run that ends between the two leaves a hash that does not verify, which the next one sees.
    return {password_file: text, hash_file: hashed}


def ensure(module):
    """Read, decide, write; returns the module's result."""
    texts = wanted_texts(module)
    found = {path: read_text(path) for path in texts}
    made = [path for path, text in texts.items() if text is None or text != found[path]]
    result = {name: module.params[name] for name in ("password_file", "token_file") if module.params[name]}
    result.update(changed=bool(made), made=made)
    result["diff"] = {
        "before": {path: "absent" if found[path] is None else "old content" for path in made},
        "after": dict.fromkeys(made, "new content"),
    }
    for path, text in texts.items():
        rights = file_arguments(module, path)
        if path not in made:
            result["changed"] = module.set_fs_attributes_if_different(rights, result["changed"], result["diff"])
        elif not module.check_mode:
            # Only its maker can read the new file until it has its rights.
            write_atomically(
                Path(path),
                text,
                0o600,
                lambda new, own=rights: module.set_fs_attributes_if_different(dict(own, path=new), False),
            )
    return result


def file_arguments(module, path):
    """Owner, group and mode of one of the files, in the form the module's file functions take."""
    for_the_server = {"group": module.params["group"], "mode": module.params["mode"]}
    rights = {"mode": "0600"} if path == module.params["password_file"] else for_the_server
    return module.load_file_common_arguments(dict(rights, path=path, owner=str(os.getuid())))


def main():
    module = AnsibleModule(
        ARGUMENTS,
        supports_check_mode=True,
        required_together=[("password_file", "hash_file")],
        required_one_of=[("password_file", "token_file")],
    )
    try:
        module.exit_json(**ensure(module))
    except (PasswordError, OSError, UnicodeDecodeError) as error:
        module.fail_json(msg=str(error))


if __name__ == "__main__":
    main()
