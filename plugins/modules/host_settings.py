#!/usr/bin/python
# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: host_settings
short_description: Set a host's name, time zone and language, and put back what was there before
version_added: 1.0.0
description:
  - Reads files, and starts a process only where something has to be changed.
  - Writes down, ahead of the first change, what was set before. An option that is left out is put back to that.
author:
  - The benchwright authors (@benchwright)
extends_documentation_fragment:
  - benchwright.python._attributes
attributes:
  check_mode:
    support: full
    details:
      - A locale or a time zone that is not on the host yet is no error.
  diff_mode:
    support: full
  idempotent:
    support: full
  platform:
    platforms: debian
    support: full
options:
  hostname:
    description: The name of the host, in C(/etc/hostname) and in the kernel.
    type: str
  timezone:
    description: The time zone, one of those in C(/usr/share/zoneinfo).
    type: str
  locale:
    description: The system's C(LANG), such as V(de_DE.UTF-8). It is generated where it is not there; that needs the package locales.
    type: str
  record:
    description: The file that keeps what was set before.
    type: path
    default: /var/lib/benchwright/host_settings.json
"""

EXAMPLES = r"""
- name: Name, time zone and language
  benchwright.python.host_settings:
    hostname: quant-1
    timezone: Europe/Zurich
    locale: en_GB.UTF-8

- name: As before
  benchwright.python.host_settings:
    record: /var/lib/benchwright/host_settings.json
"""

RETURN = r"""
changes:
  description: What was (in check mode, would be) changed, in the order in which it is done.
  returned: success
  type: list
  elements: str
  sample: [timezone]
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.benchwright.python.plugins.module_utils._linux import settings
from ansible_collections.benchwright.python.plugins.module_utils._linux.command import LinuxError, answer
from ansible_collections.benchwright.python.plugins.module_utils._linux.text import Record


def main():
    names = ("hostname", "timezone", "locale")
    arguments = {name: {"type": "str"} for name in names}
    arguments["record"] = {"type": "path", "default": "/var/lib/benchwright/host_settings.json"}
    module = AnsibleModule(arguments, supports_check_mode=True)
    wanted = {name: module.params[name] for name in names}
    try:
        record = Record(module.params["record"])
        changes = settings.keep(settings.settings(), wanted, record, module.check_mode)
    except (LinuxError, OSError, ValueError) as error:
        module.fail_json(msg=str(error))
    module.exit_json(**answer(changes))


if __name__ == "__main__":
    main()
