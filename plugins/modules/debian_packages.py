#!/usr/bin/python
# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: debian_packages
short_description: Make sure Debian packages are there, and take away again what was added for that
version_added: 1.0.0
author:
  - The benchwright authors (@benchwright)
description:
  - Answers from dpkg's database, without starting a process, if nothing is missing.
  - Keeps a record of what it added, dependencies included, so that V(absent) can remove exactly that.
  - Other than M(ansible.builtin.apt), check mode is exact on a host without python3-apt and without package lists, and a user who is
    not root gets a list of what is missing instead of a failure.
extends_documentation_fragment:
  - benchwright.python._attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
  platform:
    platforms: debian
    support: full
options:
  name:
    description: The packages.
    type: list
    elements: str
    required: true
  state:
    description:
      - V(present) installs what is missing; nothing is ever upgraded.
      - V(absent) removes what this module added, but for what packages that came later depend on.
    type: str
    choices: [present, absent]
    default: present
  record:
    description: The file that keeps what was added.
    type: path
    default: /var/lib/benchwright/debian_packages.json
  lists_valid_for:
    description: Package lists older than this many seconds are fetched anew, but only if something is missing.
    type: int
    default: 86400
"""

EXAMPLES = r"""
- name: The usual tools
  benchwright.python.debian_packages:
    name: [bzip2, gcc, git]

- name: As before
  benchwright.python.debian_packages:
    name: [bzip2, gcc, git]
    state: absent
"""

RETURN = r"""
missing:
  description: The packages asked for that were not installed, with state V(present).
  returned: success
  type: list
  elements: str
  sample: [gcc]
added:
  description: The packages that were (in check mode, would be) installed, dependencies included.
  returned: success
  type: list
  elements: str
  sample: [cpp, gcc]
removed:
  description: The packages that were (in check mode, would be) removed.
  returned: success
  type: list
  elements: str
  sample: []
kept:
  description: Packages added by this module that stay, since others need them now.
  returned: success
  type: list
  elements: str
  sample: []
"""

import contextlib
import json
import os
from pathlib import Path

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.benchwright.python.plugins.module_utils._apt.apt import Apt, AptError
from ansible_collections.benchwright.python.plugins.module_utils._apt.packages import (
    installed_packages,
    parse_installs,
    removable,
)
from ansible_collections.benchwright.python.plugins.module_utils._files import write_atomically


def make_apt(module):
    def run(command):
        return module.run_command(command, environ_update={"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"})

    return Apt(run, scratch=module.tmpdir if module.check_mode else None)


def read_record(path):
    return json.loads(path.read_text(encoding="utf-8"))["added"] if path.exists() else []


def present(module, installed, record):
    missing = [name for name in module.params["name"] if name not in installed]
    if not missing or os.geteuid() != 0:
        return {"changed": False, "missing": missing, "added": []}
    apt = make_apt(module)
    apt.refresh(module.params["lists_valid_for"])
    added = [name for name in parse_installs(apt.simulate("install", missing)) if name not in installed]
    if not module.check_mode:
        # Written ahead: a run that is killed while apt works must not forget what it began to add.
        record.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(record, json.dumps({"added": sorted({*read_record(record), *added})}) + "\n")
        apt.install(missing)
    return {"changed": True, "missing": missing, "added": added}


def absent(module, installed, record):
    recorded = [name for name in read_record(record) if name in installed]
    if os.geteuid() != 0 or not record.exists():
        return {"changed": False, "removed": [], "kept": recorded}
    apt = make_apt(module)
    removed, kept = removable(recorded, lambda names: apt.simulate("remove", names))
    if not module.check_mode:
        if removed:
            apt.remove(removed)
        record.unlink()
        with contextlib.suppress(OSError):  # others keep files there too
            record.parent.rmdir()
    return {"changed": True, "removed": removed, "kept": kept}


def main():
    module = AnsibleModule(
        argument_spec={
            "name": {"type": "list", "elements": "str", "required": True},
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "record": {"type": "path", "default": "/var/lib/benchwright/debian_packages.json"},
            "lists_valid_for": {"type": "int", "default": 86400},
        },
        supports_check_mode=True,
    )
    try:
        state = {"present": present, "absent": absent}[module.params["state"]]
        result = state(module, installed_packages(), Path(module.params["record"]))
    except (AptError, OSError, ValueError, KeyError) as error:
        module.fail_json(msg=f"{error}")
    result["diff"] = {
        "before": "".join(name + "\n" for name in result.get("removed", [])),
        "after": "".join(name + "\n" for name in result.get("added", [])),
    }
    module.exit_json(**result)


if __name__ == "__main__":
    main()
