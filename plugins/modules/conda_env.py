#!/usr/bin/python
# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: conda_env
short_description: Make a conda environment hold what its description asks for
version_added: 1.0.0
author: [The benchwright authors (@benchwright)]
description:
  - Creates, completes or removes one conda environment, its C(pip) part and its variables included.
  - Whether anything is missing is read from the environment itself. Where nothing is, no solver runs, no channel is asked and no
    process is started.
  - What satisfies the description is never upgraded, and what somebody else installed is never removed.
  - An existing environment is never replaced. A directory that is no environment is refused.
  - Packages are solved and installed with py-rattler; the host needs no conda. Where the host has no py-rattler, the controller's
    own is sent along for the duration of the task, and only if there is something to do.
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
    platforms: posix
    support: full
options:
  name:
    description:
      - The environment's name. It lies in C(envs/) below O(root_prefix).
      - If neither this nor O(prefix) is given, the name in O(file) is taken.
    type: str
  prefix:
    description: The environment's directory, instead of O(name).
    type: path
  root_prefix:
    description: The directory below which named environments (C(envs/)) and the package cache (C(pkgs/)) lie.
    type: path
    required: true
  file:
    description:
      - An C(environment.yml) on the controller. Instead of O(dependencies), O(pip) and O(variables).
      - It is read and checked before the host is touched; an error names its file, line and key.
    type: path
  dependencies:
    description: conda match specs, as in the C(dependencies) of an C(environment.yml).
    type: list
    elements: str
    default: []
  pip:
    description:
      - Requirements for pip, as in the C(pip) section of an C(environment.yml). They may carry C(--hash=sha256:...).
      - Packages that conda installed are pinned meanwhile, so that pip cannot replace them.
    type: list
    elements: str
    default: []
  variables:
    description: Environment variables that activating the environment sets.
    type: dict
    default: {}
  channels:
    description:
      - Names or URLs of the channels to take packages from, most important first. If given, they replace those of O(file).
      - No other channel is ever asked. Anaconda's licensed default channels are refused.
    type: list
    elements: str
    default: []
  channel_priority:
    description: With V(strict), a package comes from the first channel that has it, whatever versions the others have.
    type: str
    choices: [strict, disabled]
    default: strict
  state:
    description: >-
      V(absent) removes the environment, and with the last one below O(root_prefix) the package cache. V(described) only checks the
      description, on the controller; the host is asked nothing.
    type: str
    choices: [present, absent, described]
    default: present
  engine_wheel:
    description: The path on the host of py-rattler's wheel, for hosts that cannot import it. Set by the action plugin.
    type: path
requirements:
  - Python 3.10 or newer on the host if there is anything to solve; any Python that ansible-core supports otherwise
"""

EXAMPLES = r"""
- name: An environment as its file describes it
  benchwright.python.conda_env:
    root_prefix: /opt/benchwright
    file: environment.yml

- name: An environment described inline
  benchwright.python.conda_env:
    root_prefix: /opt/benchwright
    name: research
    channels: [conda-forge]
    dependencies: [python=3.12, pip, pandas >=2]
    pip: [humanize==4.13.0]

- name: No such environment
  benchwright.python.conda_env:
    root_prefix: /opt/benchwright
    name: research
    state: absent
"""

RETURN = r"""
prefix:
  description: The environment's directory.
  returned: success
  type: str
link:
  description: The conda packages that were (in check mode, would be) added, as name, version and build.
  returned: success
  type: list
  elements: str
  sample: [pandas 2.3.3 py312_0]
unlink:
  description: The conda packages that were (in check mode, would be) taken out, in the same form.
  returned: success
  type: list
  elements: str
pip:
  description: The requirements that pip installed (in check mode, would install).
  returned: success
  type: list
  elements: str
why:
  description: What was asked for and not met.
  returned: success
  type: list
  elements: str
"""

import os

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.benchwright.python.plugins.module_utils._conda.change import ChangeError, EngineNeeded
from ansible_collections.benchwright.python.plugins.module_utils._conda.engines import rattler
from ansible_collections.benchwright.python.plugins.module_utils._conda.environment import EnvironmentFileError
from ansible_collections.benchwright.python.plugins.module_utils._conda.options import environment_of, report, target_of
from ansible_collections.benchwright.python.plugins.module_utils._conda.prefix import PrefixError
from ansible_collections.benchwright.python.plugins.module_utils._conda.states import ensure_absent, ensure_present
from ansible_collections.benchwright.python.plugins.module_utils._files import LockError


def find_engine(module):
    if rattler.has_rattler():
        return []
    wheel = module.params["engine_wheel"]
    return [rattler.unpack_wheel(wheel, module.tmpdir)] if wheel else None


def run(module):
    target, wanted = target_of(module.params), environment_of(module.params)
    priority, state = module.params["channel_priority"], module.params["state"]
    if state == "described":
        return {"changed": False}
    if state == "absent":
        return report(target, ensure_absent(target, module.check_mode))
    return report(target, ensure_present(wanted, target, priority, find_engine(module), module.check_mode))


def main():
    module = AnsibleModule(
        argument_spec={
            "name": {"type": "str"},
            "prefix": {"type": "path"},
            "root_prefix": {"type": "path", "required": True},
            "file": {"type": "path"},
            "dependencies": {"type": "list", "elements": "str", "default": []},
            "pip": {"type": "list", "elements": "str", "default": []},
            "variables": {"type": "dict", "default": {}},
            "channels": {"type": "list", "elements": "str", "default": []},
            "channel_priority": {"type": "str", "choices": ["strict", "disabled"], "default": "strict"},
            "state": {"type": "str", "choices": ["present", "absent", "described"], "default": "present"},
            "engine_wheel": {"type": "path"},
        },
        mutually_exclusive=[("name", "prefix"), ("file", "dependencies"), ("file", "pip"), ("file", "variables")],
        required_one_of=[("name", "prefix", "file")],
        supports_check_mode=True,
    )
    os.umask(0o022)  # an environment is made for its users, whatever umask this run was started with
    try:
        module.exit_json(**run(module))
    except EngineNeeded:
        module.exit_json(changed=False, engine_needed=True, machine=os.uname().machine)
    except (ChangeError, rattler.EngineError, EnvironmentFileError, LockError, PrefixError, OSError) as error:
        module.fail_json(msg=str(error))


if __name__ == "__main__":
    main()
