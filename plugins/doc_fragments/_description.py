# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """How an environment is described, by a file or inline."""

    DOCUMENTATION = r"""
options:
  file:
    description:
      - The description, instead of O(dependencies), O(pip) and O(variables). An C(environment.yml), a list of match specs, or a lock,
        which is taken as it is, without solving. An C(@EXPLICIT) list, a C(conda-lock.yml) or a C(pixi.lock) (version 6 or 7).
      - Of an C(environment.yml), the keys C(name), C(channels), C(dependencies), C(variables) and C(prefix) are known. Others
        are refused, and C(prefix) is passed over. If neither O(name) nor O(prefix) is given, its C(name) is used.
      - It is read and checked on the controller before the host is touched; an error names its file, line and key.
    type: path
  remote_src:
    description: Whether O(file) is on the host and not on the controller.
    type: bool
    default: false
  environment:
    description: Which environment of a C(pixi.lock) is meant.
    type: str
    default: default
  dependencies:
    description: conda match specs, as in the C(dependencies) of an C(environment.yml).
    type: list
    elements: str
    default: []
  pip:
    description:
      - Requirements for pip, as in the C(pip) section of an C(environment.yml). They may carry C(--hash=sha256:...).
      - Markers (C(; python_version < "3.12")), paths, and options such as C(-r) and C(-e) are refused.
      - Packages that conda installed are pinned meanwhile, so that pip cannot replace them.
      - C(pip) itself is asked of conda then, as if it stood among O(dependencies).
    type: list
    elements: str
    default: []
  variables:
    description: Environment variables that activating the environment sets.
    type: dict
    default: {}
  packages:
    description: Internal. The packages of a lock. Set by the action plugin from O(file).
    type: list
    elements: dict
    default: []
    suboptions:
      url:
        description: The whole address of the package.
        type: str
        required: true
      sha256:
        description: Its digest, in hexadecimal.
        type: str
        default: ""
      md5:
        description: Its MD5 digest, for locks that have no other.
        type: str
        default: ""
  pip_complete:
    description: Internal. Whether O(pip) names every dependency, so that pip need not look for more. Set by the action plugin from O(file).
    type: bool
    default: false
"""
