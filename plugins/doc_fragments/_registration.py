# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """Who an environment is for, and what says on the host that there is one."""

    DOCUMENTATION = r"""
options:
  owner:
    description:
      - The user, by name or number, that the environment belongs to. Without it, it belongs to whoever makes it.
      - A release has O(owner), O(group) and O(mode) before it is switched to. Where they alone differ, they are changed at once, in
        all releases that are kept.
      - They are given to the directories, and to the files that are the release's alone. A file that is shared with the package
        cache by hard link is one and the same in other releases, so it stays root's. Whoever may write its directory can replace it, as
        conda and pip do, and nobody can edit it in place.
      - Whoever may write in an environment decides what the programs in it do, also those that the next change has root start there.
      - What is not given here is as in the release before. Of conda's own environment they are refused.
    type: str
  group:
    description: The group, by name or number.
    type: str
  mode:
    description:
      - The permissions of directories, as octal digits in quotation marks, such as V('0750') or V('2775'). The owner has all.
      - Files that are the release's alone have the same without the rights to execute, unless they are programs.
    type: str
  kernel:
    description:
      - Whether Jupyter is to offer the environment as a kernel. Without it, what there is stays.
      - The kernelspec leads through the environment's own path, so it follows releases. It says whose it is; with V(false), under another
        name, or with O(state=absent), it is removed, and no kernelspec that says something else is ever touched.
      - The environment has to have C(ipykernel).
    type: bool
  kernel_name:
    description: The name that Jupyter knows the kernel by, in lower case. By default that of the environment.
    type: str
  kernel_display_name:
    description: The name that people see. By default C(Python (NAME)).
    type: str
  kernels_directory:
    description:
      - Where the kernelspec is. By default C(/usr/local/share/jupyter/kernels) for root, which every Jupyter on the host looks in, and
        C(~/.local/share/jupyter/kernels) for other users.
    type: path
  facts_directory:
    description:
      - Where to record the environment in C(benchwright.fact), which Ansible reads as C(ansible_local.benchwright.environments).
        Its entry, under the environment's directory, has C(name), C(prefix), C(description) (the sha256 of what was asked for),
        C(release), C(versions) (of Python and of what was asked for) and C(kernel).
      - C(/etc/ansible/facts.d) is where Ansible looks; another directory has to be named to M(ansible.builtin.setup) as C(fact_path).
      - Without it nothing new is recorded, and an entry in that directory (for other users than root, C(~/.ansible/facts.d)) is kept true.
    type: path
  forget_missing:
    description: Whether kernelspecs and recorded facts of other environments, which are gone, are removed as well.
    type: bool
    default: false
"""
