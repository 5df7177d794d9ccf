#!/usr/bin/python

# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: server_certificate
short_description: Keep a server's TLS key and certificate in one file
version_added: 1.0.0
description:
  - Keeps a key, its certificate and the chain of a server in one PEM file that is replaced by one rename.
  - Makes a P-256 key and a certificate when the file is missing or unusable, or from another source.
  - Makes a certificate for the key that is there when names differ, or when the end is near. OpenSSL opens the file twice, for the
    certificates and for the key, so only with one key do they belong together at every moment. Remove the file to have a new key.
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
options:
  path:
    description: The PEM file. Its directory must exist.
    type: path
    required: true
  names:
    description:
      - Host names and IP addresses that the certificate is for. The first one also becomes the common name. With O(source=files),
        there is a warning for those that it is not for.
    type: list
    elements: str
    required: true
  source:
    description:
      - V(self_signed) has the key sign its own certificate, V(issuer) an authority on this host, whose key and certificate are in
        O(issuer). V(files) takes what others keep in O(files).
    type: str
    choices: [self_signed, issuer, files]
    default: self_signed
  issuer:
    description: The PEM file of the authority on this host. Only its maker can read it.
    type: path
  authority:
    description:
      - The certificate, as PEM, of the authority that signs the one in O(issuer). Where that is missing, near its end, for other
        names or of another authority, the module makes a key and returns RV(request), and nothing else is done.
    type: str
  issuer_certificate:
    description: The answer to RV(request), as PEM. It is put into O(issuer) with its key, and then the server's certificate made.
    type: str
  files:
    description:
      - PEM files with one key, its certificate and those in between, in any order. The file in O(path) stays where the key is another
        one's, a signature is wrong, or the certificate has ended.
    type: list
    elements: path
    default: []
  files_changed:
    description: For check mode, whether O(files) would hold another key and certificate by now.
    type: bool
    default: false
  sources_only:
    description: Only see whether O(files) can be used. Nothing is changed.
    type: bool
    default: false
  valid_days:
    description: Days that a new certificate is valid. It ends with O(issuer) at the latest.
    type: int
    default: 365
  renew_before_days:
    description: Make a new certificate when fewer days than this remain.
    type: int
    default: 30
  openssl:
    description: The openssl executable, 1.1.1 or later, where the system has none.
    type: path
  mode:
    description: Permissions of the file, which holds the private key.
    type: raw
    default: '0600'
"""

EXAMPLES = r"""
- name: Make the server's certificate
  benchwright.python.server_certificate:
    path: /etc/benchwright/jupyter_server.pem
    names: [workbench.example.org, localhost, 127.0.0.1]
    group: jupyter
    mode: "0640"
"""

RETURN = r"""
not_after:
  description: End of the certificate's life. Absent in check mode when the certificate is yet to be made.
  type: str
  returned: when known
  sample: '2027-11-23T07:36:14Z'
reason:
  description: Why a new certificate was made, or has to be.
  type: str
  returned: when there is a reason
request:
  description: The signing request, as PEM, for an authority that is confined to O(names).
  type: str
  returned: when O(authority) has to sign it first
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.benchwright.python.plugins.module_utils._certificates import (
    authority,
    keeper,
    names,
    openssl,
    sources,
)

ARGUMENTS = {
    "path": {"type": "path", "required": True},
    "names": {"type": "list", "elements": "str", "required": True},
    "source": {"type": "str", "choices": ["self_signed", "issuer", "files"], "default": "self_signed"},
    "issuer": {"type": "path"},
    "authority": {"type": "str"},
    "issuer_certificate": {"type": "str"},
    "files": {"type": "list", "elements": "path", "default": []},
    "files_changed": {"type": "bool", "default": False},
    "sources_only": {"type": "bool", "default": False},
    "valid_days": {"type": "int", "default": 365},
    "renew_before_days": {"type": "int", "default": 30},
    "openssl": {"type": "path"},
    "mode": {"type": "raw", "default": "0600"},
}


def signed(module, settings, tool):
    """Whether the authority on the host was signed just now. The module ends here with what is to be signed."""
    trusted, certificate = module.params["authority"], module.params["issuer_certificate"]
    asked = authority.ask(settings, tool, trusted, module.check_mode) if trusted else None
    if asked and (certificate is None or module.check_mode):
        changed = asked.written or certificate is not None
        module.exit_json(changed=changed, reason=asked.reason, request=asked.request)
    if asked:
        authority.take(settings, tool, trusted, certificate)
    return asked is not None


def ensure(module, settings, tool):
    """Read, decide, make; returns the module's result."""
    changed = settings.source == "issuer" and signed(module, settings, tool)
    rights = module.load_file_common_arguments(module.params)

    def own(new):
        return module.set_fs_attributes_if_different(dict(rights, path=new), False)

    kept = keeper.keep(settings, tool, own, module.check_mode)
    for warning in kept.warnings:
        module.warn(warning)
    before, after = keeper.describe(kept.before), keeper.describe(kept.after)
    new = after or {"names": sorted(settings.names), "not_after": "in %d days" % settings.valid_days}
    result = {"diff": {"before": before, "after": new}}
    result.update({"not_after": after["not_after"]} if after else {})
    if kept.reason:
        return dict(result, changed=True, reason=kept.reason)
    return dict(result, changed=module.set_fs_attributes_if_different(rights, changed, result["diff"]))


def main():
    needed = [("source", "issuer", ("issuer",)), ("source", "files", ("files",))]
    module = AnsibleModule(ARGUMENTS, supports_check_mode=True, add_file_common_args=True, required_if=needed)
    try:
        settings = sources.settings_of(module.params)
        early = module.params["files_changed"] or keeper.too_early(settings, module.params["openssl"])
        if module.check_mode and early:
            module.exit_json(changed=True, **({"request": ""} if settings.source == "issuer" else {}))
        tool = openssl.OpenSSL(openssl.executable(module.params["openssl"]))
        if module.params["sources_only"]:
            module.exit_json(changed=False, reason=keeper.source_of(settings, tool).reason(None))
        module.exit_json(**ensure(module, settings, tool))
    except (names.CertificateError, OSError) as error:
        module.fail_json(msg=str(error))


if __name__ == "__main__":
    main()
