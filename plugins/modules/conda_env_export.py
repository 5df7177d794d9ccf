#!/usr/bin/python
# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: conda_env_export
short_description: Write down a conda environment so that it can be made again elsewhere
version_added: 1.0.0
author: [The benchwright authors (@benchwright)]
description:
  - Writes what an environment holds to a file on the host, or returns it, as C(conda env export) and C(conda list --explicit) do.
  - Everything is read from the environment itself. No conda is started, so that it is the same with every release of conda and mamba.
  - Unlike conda's, an export names no prefix, holds no passwords and tokens, and no channel that is only in somebody's configuration.
    It is the same text as long as the environment is the same.
  - Unlike conda's, an export loses nothing in silence. V(explicit) fails where pip has installed packages, and O(from_history) lists
    them too. A pip package that came from an address other than an index is listed with it. C(==) in the history stays C(==).
extends_documentation_fragment:
  - benchwright.python._attributes
  - ansible.builtin.files
  - benchwright.python._conda.whereabouts
attributes:
  check_mode:
    support: full
    details:
      - For an environment that does not exist, as where the task that makes it was only predicted, there is a warning and no content.
  diff_mode:
    support: full
    details:
      - The file before and after, without the values of variables and without credentials.
  idempotent:
    support: full
  platform:
    platforms: posix
    support: full
options:
  name:
    description: The environment's name. It lies in C(envs/) below O(root_prefix). V(base) is the one in O(root_prefix) itself.
    type: str
  prefix:
    description: The environment's directory, instead of O(name).
    type: path
  channels:
    description:
      - What to call the channels that packages came from, most important first, for example V(conda-forge) for a mirror of it.
      - A name stands for each channel whose address ends in it, an address for the channel of that host and path, credentials aside.
        Of one that no package came from nothing is written, and there is a warning. Channels that none of these stands for follow.
      - By default they are called as in the environment's history, in the order of the packages' names, as conda does. V(explicit) has
        addresses and no channels.
    type: list
    elements: str
    default: []
  format:
    description:
      - V(environment-yaml) is an C(environment.yml), V(environment-json) the same as JSON.
      - V(explicit) is a lock, a list of addresses with digests (C(@EXPLICIT)) in the order of installation, for one platform. It holds
        no variables, which a warning says.
    type: str
    choices: [environment-yaml, environment-json, explicit]
    default: environment-yaml
  no_builds:
    description: Leave out the build strings, C(numpy=2.3.5) instead of C(numpy=2.3.5=py312h33ff503_0).
    type: bool
    default: false
  from_history:
    description: Of conda's packages, list only what was asked for by name, as it was asked for, without what came as a dependency.
    type: bool
    default: false
  ignore_pip:
    description: Leave out the packages that pip has installed.
    type: bool
    default: false
  include_variables:
    description: Whether variables are written, as conda does. Their values may be secrets. For such, set O(mode) and C(no_log).
    type: bool
    default: true
  dest:
    description: The file on the host to write. Its directory must exist. Without it, the text is returned.
    type: path
  backup:
    description: Keep the file that was there before, beside it, with the time in its name.
    type: bool
    default: false
seealso: [{module: benchwright.python.conda_env}, {module: benchwright.python.conda_env_info}]
"""

EXAMPLES = r"""
- name: Write down the environment, for people to read and to make again
  benchwright.python.conda_env_export:
    root_prefix: /opt/benchwright
    name: research
    dest: /srv/environments/research.yml
    mode: "0644"
    include_variables: false

- name: A lock, kept on the controller
  benchwright.python.conda_env_export:
    prefix: /opt/benchwright/envs/research
    format: explicit
  register: lock

- name: Keep it
  ansible.builtin.copy:
    content: "{{ lock.content }}"
    dest: research-linux-64.txt
    mode: "0644"
  delegate_to: localhost
"""

RETURN = r"""
prefix: {description: The environment's directory., returned: success, type: str, sample: /opt/benchwright/envs/research}
content:
  description: The text.
  returned: success without O(dest)
  type: str
  sample: "name: research\nchannels:\n  - conda-forge\ndependencies:\n  - python=3.12.11=h9e4cc4f_0_cpython\n"
dest: {description: The file., returned: success with O(dest), type: str, sample: /srv/environments/research.yml}
backup_file: {description: Where the file that was there before is kept., returned: changed with O(backup), type: str}
"""

from pathlib import Path

from ansible_collections.benchwright.python.plugins.module_utils._conda.answers.export import (
    FORMATS,
    Options,
    export,
    unused_channels,
)
from ansible_collections.benchwright.python.plugins.module_utils._conda.answers.export_file import write_export
from ansible_collections.benchwright.python.plugins.module_utils._conda.answers.places import locate
from ansible_collections.benchwright.python.plugins.module_utils._conda.answers.snapshot import read_snapshot
from ansible_collections.benchwright.python.plugins.module_utils._conda.arguments import ENGINE
from ansible_collections.benchwright.python.plugins.module_utils._conda.installed.prefix import Prefix, State
from ansible_collections.benchwright.python.plugins.module_utils._conda_module import conda_module


def export_options(params):
    return Options(
        format=params["format"],
        no_builds=params["no_builds"],
        from_history=params["from_history"],
        variables=params["include_variables"],
        pip=not params["ignore_pip"],
        channels=tuple(params["channels"]),
    )


def run(module, dummy_find_engine):
    params = module.params
    path, root_prefix = locate(params)
    prefix = Prefix(path)
    result = {"changed": False, "prefix": str(prefix.path)}
    if module.check_mode and prefix.state is State.ABSENT:
        module.warn(f"{prefix.path} does not exist, so what would be exported is not known")
        return dict(result, changed=bool(params["dest"]))
    snapshot = read_snapshot(prefix, root_prefix)
    if params["format"] == "explicit" and snapshot.contents.variables and params["include_variables"]:
        names = ", ".join(snapshot.contents.variables)
        module.warn(f"the format 'explicit' has no place for variables, so these are not in it: {names}")
    options = export_options(params)
    unused = ", ".join(unused_channels(snapshot, options))
    if unused:
        module.warn(f"no package came from these of 'channels', so they are not written: {unused}")
    text = export(snapshot, options)
    if not params["dest"]:
        return dict(result, content=text)
    return dict(result, **write_export(module, Path(params["dest"]), text))


def main():
    conda_module(
        run,
        argument_spec={
            **ENGINE,
            "name": {"type": "str"},
            "prefix": {"type": "path"},
            "channels": {"type": "list", "elements": "str", "default": []},
            "format": {"type": "str", "choices": list(FORMATS), "default": FORMATS[0]},
            "no_builds": {"type": "bool", "default": False},
            "from_history": {"type": "bool", "default": False},
            "ignore_pip": {"type": "bool", "default": False},
            "include_variables": {"type": "bool", "default": True},
            "dest": {"type": "path"},
            "backup": {"type": "bool", "default": False},
        },
        mutually_exclusive=[("name", "prefix")],
        required_one_of=[("name", "prefix")],
        add_file_common_args=True,
    )


if __name__ == "__main__":
    main()
