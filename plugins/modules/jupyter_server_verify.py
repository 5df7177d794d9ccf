#!/usr/bin/python

# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: jupyter_server_verify
short_description: Use a Jupyter Server as a person does, and see whether it works
version_added: 1.0.0
description:
  - Logs in over TLS with the password, executes cells in a kernel, opens a terminal and edits a file. A port that answers proves
    none of that.
  - Sees to it that plain HTTP, a wrong password, no password and a forged request are refused.
  - Trusts the server's own certificate and nothing else. Ends the kernels and terminals it starts and deletes the file it makes.
author:
  - The benchwright authors (@benchwright)
extends_documentation_fragment:
  - benchwright.python._attributes
  - benchwright.python._attributes.info_module
attributes:
  check_mode:
    details:
      - In check mode the server may not exist yet; the module then does nothing.
  platform:
    support: full
    platforms: posix
options:
  url:
    description: Where the server answers. It must show the very certificate in O(certificate), whatever names that is for.
    type: str
    default: https://127.0.0.1:8888
  password_file:
    description: The file with the password. One of it and O(token_file) is needed.
    type: path
  token_file:
    description: The file with the token that programs use.
    type: path
  certificate:
    description: The PEM file with the server's certificate.
    type: path
    required: true
  page:
    description: The page that people get.
    type: str
    default: /lab
  terminals:
    description: Whether the server is to have terminals.
    type: bool
    default: true
  renew_before_days:
    description: How many days ahead of its end the certificate is to be renewed. It must not have less than half of them left.
    type: int
    default: 30
  timeout:
    description: Seconds that each check may take.
    type: int
    default: 60
"""

EXAMPLES = r"""
- name: Verify the server
  benchwright.python.jupyter_server_verify:
    password_file: /etc/benchwright/jupyter_server_password
    certificate: /etc/benchwright/jupyter_server.pem
"""

RETURN = r"""
checks:
  description: What was tried.
  type: list
  elements: dict
  returned: always
  contains:
    name:
      description: What is expected.
      type: str
    ok:
      description: Whether it was so.
      type: bool
    seconds:
      description: How long it took.
      type: float
    detail:
      description: What was seen.
      type: str
  sample:
    - name: terminal_computes
      ok: true
      seconds: 0.4
      detail: a shell computed 40+2
"""

import os

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.benchwright.python.plugins.module_utils._files import read_text
from ansible_collections.benchwright.python.plugins.module_utils._jupyter import checks
from ansible_collections.benchwright.python.plugins.module_utils._jupyter.certificate import (
    CertificateError,
    trusting_context,
)
from ansible_collections.benchwright.python.plugins.module_utils._jupyter.password import PasswordError, parse
from ansible_collections.benchwright.python.plugins.module_utils._jupyter.session import Session, SessionError

ARGUMENTS = {
    "url": {"type": "str", "default": "https://127.0.0.1:8888"},
    "password_file": {"type": "path", "no_log": False},  # where it is, not what it is
    "token_file": {"type": "path", "no_log": False},
    "certificate": {"type": "path", "required": True},
    "page": {"type": "str", "default": "/lab"},
    "terminals": {"type": "bool", "default": True},
    "renew_before_days": {"type": "int", "default": 30},
    "timeout": {"type": "int", "default": 60},
}


def secret_in(path):
    """The password or token in a file, None for no file."""
    if path is None:
        return None
    text = read_text(path)
    if text is None:
        raise PasswordError("there is no secret in %s: has the server been set up?" % path)
    return parse(text, path)


def check_that_there_is_one(certificate):
    """Every server that the role sets up has its certificate, and who removes it takes that away."""
    try:
        os.stat(certificate)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise CertificateError(
            "there is no server here: its certificate, %s, does not exist; 'benchwright up', or the role "
            "jupyter_server, sets a server up" % certificate
        ) from error


def verify(module):
    """All checks, as dictionaries."""
    given = module.params
    check_that_there_is_one(given["certificate"])
    session = Session(given["url"], trusting_context(given["certificate"], check_hostname=False))
    server = checks.Server(
        secret_in(given["password_file"]),
        secret_in(given["token_file"]),
        given["page"],
        given["terminals"],
        given["renew_before_days"],
    )
    # "_asdict" is the public interface of named tuples.
    return [check._asdict() for check in checks.run(session, server, given["timeout"])]


def main():
    module = AnsibleModule(ARGUMENTS, supports_check_mode=True, required_one_of=[("password_file", "token_file")])
    if module.check_mode:
        module.exit_json(changed=False, checks=[], skipped=True, msg="In check mode there may be no server yet")
    try:
        results = verify(module)
    except (CertificateError, PasswordError, SessionError, OSError) as error:
        module.fail_json(msg=str(error), checks=[])
    failed = ["%s: %s" % (check["name"], check["detail"]) for check in results if not check["ok"]]
    if failed:
        text = "%d of %d checks of %s failed: %s"
        module.fail_json(
            msg=text % (len(failed), len(results), module.params["url"], "; ".join(failed)), checks=results
        )
    module.exit_json(changed=False, checks=results)


if __name__ == "__main__":
    main()
