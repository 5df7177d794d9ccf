#!/usr/bin/python

# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: self_signed_certificate
short_description: Keep a self-signed TLS certificate and its key in one file
version_added: 1.0.0
description:
  - Makes a P-256 key and a self-signed certificate for a server, both in one PEM file that is replaced by one rename. A server
    that reads the file for each connection never meets a key and a certificate that do not belong together.
  - Makes a new pair when the file is missing or unusable, when the names differ, or when the end of its life is near.
author:
  - The benchwright authors (@benchwright)
extends_documentation_fragment:
  - ansible.builtin.files
  - benchwright.python._attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
    details:
      - Names and the end of the validity are shown, never the key.
  idempotent:
    support: partial
    details:
      - A certificate near the end of its life is renewed.
  platform:
    support: full
    platforms: posix
requirements:
  - openssl 1.1.1 or later on the target
options:
  path:
    description: The PEM file. Its directory must exist.
    type: path
    required: true
  names:
    description: Host names and IP addresses that the certificate is for. The first one also becomes the common name.
    type: list
    elements: str
    required: true
  valid_days:
    description: Days that a new certificate is valid.
    type: int
    default: 365
  renew_before_days:
    description: Make a new certificate when fewer days than this remain.
    type: int
    default: 30
  openssl:
    description: The openssl executable. Where it does not exist, C(openssl) from the search path is used.
    type: path
  mode:
    description: Permissions of the file, which holds the private key.
    type: raw
    default: '0600'
"""

EXAMPLES = r"""
- name: Make the server's certificate
  benchwright.python.self_signed_certificate:
    path: /etc/benchwright/jupyter_server.pem
    names:
      - localhost
      - 127.0.0.1
      - workbench.example.org
    group: jupyter
    mode: "0640"
"""

RETURN = r"""
path:
  description: The PEM file.
  type: str
  returned: success
names:
  description: The names the certificate is for.
  type: list
  elements: str
  returned: success
  sample: ['DNS:localhost', 'IP:127.0.0.1']
not_after:
  description: End of the certificate's life. Absent in check mode when the certificate is yet to be made.
  type: str
  returned: when known
  sample: '2027-11-23T07:36:14Z'
reason:
  description: Why a new certificate was made.
  type: str
  returned: when a new certificate was made
"""

import os
import tempfile
import time

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.benchwright.python.plugins.module_utils._jupyter import files
from ansible_collections.benchwright.python.plugins.module_utils._jupyter.certificate import (
    CertificateError,
    OpenSSL,
    configuration,
    day_of,
    reason_to_renew,
    subject_name,
)

ARGUMENTS = {
    "path": {"type": "path", "required": True},
    "names": {"type": "list", "elements": "str", "required": True},
    "valid_days": {"type": "int", "default": 365},
    "renew_before_days": {"type": "int", "default": 30},
    "openssl": {"type": "path"},
    "mode": {"type": "raw", "default": "0600"},
}


def describe(certificate):
    """The public part, for diff mode."""
    return {"names": sorted(certificate.names), "not_after": day_of(certificate.not_after)} if certificate else {}


def ensure(module, openssl, names, file_arguments):
    """Read, decide, make; returns the module's result."""
    path, days = module.params["path"], module.params["valid_days"]
    found = openssl.read(path) if os.path.exists(path) else None
    reason = reason_to_renew(found, names, module.params["renew_before_days"], time.time())
    result = {"changed": reason is not None, "path": path, "names": list(names), "diff": {"before": describe(found)}}
    if reason is None:
        result["changed"] = module.set_fs_attributes_if_different(file_arguments, False, result["diff"])
        return dict(result, not_after=day_of(found.not_after))
    result.update(reason=reason)
    result["diff"]["after"] = {"names": sorted(names), "not_after": "in %d days" % days}
    if not module.check_mode:
        text = openssl.make(days)
        files.replace(
            path, text, lambda new: module.set_fs_attributes_if_different(dict(file_arguments, path=new), False)
        )
        made = openssl.read(path)
        result["diff"]["after"] = describe(made)
        result["not_after"] = result["diff"]["after"]["not_after"]
    return result


def main():
    module = AnsibleModule(ARGUMENTS, supports_check_mode=True, add_file_common_args=True)
    try:
        if module.params["valid_days"] <= module.params["renew_before_days"]:
            raise CertificateError(
                "`valid_days` must be more than `renew_before_days`: every run would make a new certificate"
            )
        # The order of the names is kept, for the common name; a name given twice counts once.
        names = list(dict.fromkeys(subject_name(name) for name in module.params["names"]))
        if not names:
            raise CertificateError("`names` is empty: a certificate must be for somebody")
        given = module.params["openssl"]
        executable = given if given and os.path.exists(given) else module.get_bin_path("openssl", required=False)
        if executable is None and not (module.check_mode and not os.path.exists(module.params["path"])):
            raise CertificateError(
                "no openssl: neither %s nor one in the search path. Install openssl, or give `openssl`" % given
            )
        with tempfile.NamedTemporaryFile("w", dir=module.tmpdir, suffix=".cnf") as file:
            file.write(configuration(names))
            file.flush()
            openssl = OpenSSL(executable, file.name, module.run_command)
            module.exit_json(**ensure(module, openssl, names, module.load_file_common_arguments(module.params)))
    except (CertificateError, OSError) as error:
        module.fail_json(msg=str(error))


if __name__ == "__main__":
    main()
