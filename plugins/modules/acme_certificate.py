#!/usr/bin/python

# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: acme_certificate
short_description: Have certbot keep a certificate of a public authority
version_added: 1.0.0
description:
  - Asks an ACME server for a certificate with certbot, which proves by HTTP-01 on port 80 that the names lead to this host.
  - Asks only when certbot has none of this name, or one for other names, of another server, or one that has ended. What is near its
    end is renewed by certbot's own timer. Until there is another one, the one that was there stays.
  - Key and certificates are then in C(live/NAME) in O(config_directory), in C(privkey.pem) and C(fullchain.pem).
author:
  - The benchwright authors (@benchwright)
extends_documentation_fragment:
  - benchwright.python._attributes
attributes:
  check_mode:
    support: full
    details:
      - certbot need not be installed yet, and nobody is asked.
  diff_mode:
    support: full
  idempotent:
    support: partial
    details:
      - A certificate that has ended is asked for again.
  platform:
    support: full
    platforms: linux
requirements:
  - certbot 1.10 or later, whose standalone plugin listens on port 80 for as long as it takes
options:
  name:
    description: The name under which certbot keeps the certificate.
    type: str
    required: true
  state:
    description: With V(absent), certbot's copy is deleted and no longer renewed. It is not revoked.
    type: str
    choices: [present, absent]
    default: present
  names:
    description: The host names that it is for. Required with O(state=present).
    type: list
    elements: str
    default: []
  email:
    description: Where the authority writes to. Empty for nowhere.
    type: str
    default: ''
  agree_terms:
    description: Whether you agree to the terms of the ACME server. Must be true with O(state=present).
    type: bool
    default: false
  directory:
    description: The URL of the ACME server's directory. The host has to trust that server's own certificate.
    type: str
    default: https://acme-v02.api.letsencrypt.org/directory
  config_directory:
    description: Where certbot keeps everything.
    type: path
    default: /etc/letsencrypt
"""

EXAMPLES = r"""
- name: Have a certificate of a public authority
  benchwright.python.acme_certificate:
    name: workbench
    names: [workbench.example.org]
    email: admin@example.org
    agree_terms: true

- name: Have it renewed no more
  benchwright.python.acme_certificate:
    name: workbench
    state: absent
"""

RETURN = r"""
reason:
  description: Why certbot was asked for a certificate, or has to be.
  type: str
  returned: when there is a reason
  sample: it is for DNS:old.example.org, not for DNS:workbench.example.org
"""

import time

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.benchwright.python.plugins.module_utils._certificates import certbot, keeper, names

ARGUMENTS = {
    "name": {"type": "str", "required": True},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "names": {"type": "list", "elements": "str", "default": []},
    "email": {"type": "str", "default": ""},
    "agree_terms": {"type": "bool", "default": False},
    "directory": {"type": "str", "default": "https://acme-v02.api.letsencrypt.org/directory"},
    "config_directory": {"type": "path", "default": "/etc/letsencrypt"},
}


def call(module, arguments):
    """Run certbot; its own words are in the error."""
    executable = module.get_bin_path("certbot")
    if executable is None:
        module.fail_json(msg="there is no certbot here; install the package certbot")
    command = [executable, *arguments, "--non-interactive", "--config-dir", module.params["config_directory"]]
    code, out, err = module.run_command(command)
    if code != 0:
        detail = certbot.said_by_server(err + out)
        answer = "the server answered: %s; " % detail if detail else ""
        module.fail_json(msg="certbot failed (exit code %d): %s%s" % (code, answer, (err + out).strip()[-2000:]))


def describe(lineage):
    return dict(keeper.describe(lineage.certificate), directory=lineage.directory) if lineage else {}


def obtain(module, found):
    """Have the certificate that is wanted; returns the module's result."""
    given = module.params
    wanted = names.subject_names(given["names"])
    reason = certbot.reason_to_ask(found, wanted, given["directory"], time.time())
    if reason is None:
        return {"changed": False, "diff": {"before": describe(found), "after": describe(found)}}
    new = {"names": sorted(wanted), "directory": given["directory"]}
    if not module.check_mode:
        asked = certbot.asking(given["name"], given["names"], given["email"], given["directory"], bool(found))
        call(module, asked)
        made = certbot.read(given["config_directory"], given["name"])
        wrong = certbot.reason_to_ask(made, wanted, given["directory"], time.time())
        if wrong:
            module.fail_json(msg="certbot reports success, but its certificate is not as wanted: %s" % wrong)
        new = describe(made)
    return {"changed": True, "reason": reason, "diff": {"before": describe(found), "after": new}}


def delete(module, found):
    """Have certbot keep it no more; returns the module's result."""
    if found and not module.check_mode:
        call(module, ["delete", "--cert-name", module.params["name"]])
    return {"changed": bool(found), "diff": {"before": describe(found), "after": {}}}


def main():
    module = AnsibleModule(ARGUMENTS, supports_check_mode=True, required_if=[("state", "present", ("names",))])
    given = module.params
    present = given["state"] == "present"
    if present and not given["agree_terms"]:
        module.fail_json(msg="certbot asks nobody whose terms you do not agree to: read them, and set `agree_terms`")
    try:
        found = certbot.read(given["config_directory"], given["name"])
        module.exit_json(**(obtain if present else delete)(module, found))
    except names.CertificateError as error:
        module.fail_json(msg=str(error))


if __name__ == "__main__":
    main()
