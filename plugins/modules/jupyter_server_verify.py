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
    description: Where the server answers. The host must be a name or an address that the certificate is for.
    type: str
    default: https://127.0.0.1:8888
  password_file:
    description: The file with the password.
    type: path
    required: true
  certificate:
    description: The PEM file with the server's certificate.
    type: path
    required: true
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

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.benchwright.python.plugins.module_utils._jupyter import checks, files
from ansible_collections.benchwright.python.plugins.module_utils._jupyter.certificate import (
    CertificateError,
    trusting_context,
)
from ansible_collections.benchwright.python.plugins.module_utils._jupyter.password import PasswordError, parse
from ansible_collections.benchwright.python.plugins.module_utils._jupyter.session import Session, SessionError

ARGUMENTS = {
    "url": {"type": "str", "default": "https://127.0.0.1:8888"},
    "password_file": {"type": "path", "required": True, "no_log": False},  # where it is, not what it is
    "certificate": {"type": "path", "required": True},
    "timeout": {"type": "int", "default": 60},
}


def verify(module):
    """All checks, as dictionaries."""
    path = module.params["password_file"]
    text = files.read_text(path)
    if text is None:
        raise PasswordError("there is no password in %s: has the server been set up?" % path)
    session = Session(module.params["url"], trusting_context(module.params["certificate"]))
    # "_asdict" is the public interface of named tuples.
    return [check._asdict() for check in checks.run(session, parse(text, path), module.params["timeout"])]


def main():
    module = AnsibleModule(ARGUMENTS, supports_check_mode=True)
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
