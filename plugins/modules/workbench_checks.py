#!/usr/bin/python

# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# The work is done on the controller, by the action plugin of the same name.

from __future__ import annotations

DOCUMENTATION = r"""
module: workbench_checks
short_description: Look at a host with the testinfra checks that come with the roles
version_added: 1.0.0
description:
  - "Runs pytest on the controller. What a check asks of the host goes through Ansible's connection to it: with its user, its way to become
    another one and their passwords, whatever the connection is. Several hosts are looked at at a time, as with any task."
  - The checks see the host's variables as a play sees them, those of C(-e) and facts among them.
  - A check that does not concern the host is left out of RV(checks). One that fails is a failure of the host.
author:
  - The benchwright authors (@benchwright)
extends_documentation_fragment:
  - benchwright.python._attributes
  - benchwright.python._attributes.info_module
attributes:
  check_mode:
    details:
      - In check mode the host may not be made yet; nothing is then looked at.
  platform:
    support: full
    platforms: posix
options:
  directories:
    description: Directories with checks, or files. By default the C(checks) of the collection's roles.
    type: list
    elements: path
  only:
    description: Of the checks, those that this expression of pytest's C(-k) chooses.
    type: str
requirements:
  - pytest and pytest-testinfra on the controller (C(python -m pip install pytest-testinfra), with the Python that runs Ansible)
seealso:
  - module: benchwright.python.jupyter_server_verify
  - module: benchwright.python.workbench_info
"""

EXAMPLES = r"""
- name: Look at the environments alone
  benchwright.python.workbench_checks:
    only: environments
  become: true

- name: Look at what a project has checks for
  benchwright.python.workbench_checks:
    directories:
      - "{{ playbook_dir }}/checks"
"""

RETURN = r"""
checks:
  description: What was looked at.
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
      description: What was seen where it was not so.
      type: str
  sample:
    - name: the_tools_are_installed
      ok: false
      seconds: 0.4
      detail: "not installed: htop"
"""
