#!/usr/bin/python

# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: jupyter_posture_info
short_description: Look for what is wrong with a host's Jupyter servers
version_added: 1.0.0
description:
  - Looks at the Jupyter servers of a host, whoever set them up, and at the files that the next one would read, and reports
    what endangers them. It knows the classic notebook server as well as JupyterLab, Notebook 7 and Jupyter Server.
  - Processes and sockets are read from C(/proc); configuration files, systemd units, crontabs and shell histories as files.
    Configuration is parsed and never executed; what is computed in it is reported as not known.
  - Each server on this host gets one GET of its login page and one handshake with old TLS, unless O(probe=false).
  - Never returns a password, a hash or a token. Changes nothing.
  - What the account that it runs as may not read is reported as a finding of its own, so run it as root.
  - The kinds of findings are listed in C(docs/audit.md) of the collection.
author:
  - The benchwright authors (@benchwright)
extends_documentation_fragment:
  - benchwright.python._attributes
  - benchwright.python._attributes.info_module
attributes:
  platform:
    support: full
    platforms: linux
options:
  probe:
    description: Whether to connect to the servers that listen.
    type: bool
    default: true
  translate:
    description:
      - Whether to return, for each configuration file with options of the old C(NotebookApp), the same file as JupyterLab and
        Notebook 7 want it, and the options of the role P(benchwright.python.jupyter_server#role) that say the same.
    type: bool
    default: false
requirements:
  - openssl, to describe certificates. Without it they are reported as not looked at.
seealso:
  - module: benchwright.python.jupyter_configuration_translation
"""

EXAMPLES = r"""
- name: Look for what is wrong
  benchwright.python.jupyter_posture_info:
    translate: true
  register: posture
  become: true

- name: Refuse what is serious
  ansible.builtin.assert:
    that: posture.findings | selectattr('severity', 'eq', 'high') | length == 0
"""

RETURN = r"""
findings:
  description: What is wrong, the worst first.
  type: list
  elements: dict
  returned: success
  contains:
    id:
      description: The kind of finding.
      type: str
    severity:
      description: V(high), V(medium) or V(low).
      type: str
    title:
      description: What is wrong.
      type: str
    where:
      description: The file and line, the process or the unit.
      type: str
    found:
      description: What was found there. Never a secret.
      type: str
    setting:
      description: What to do about it with Jupyter's own means.
      type: str
    option:
      description: What does it with this collection.
      type: str
  sample:
    - id: weak-hash
      severity: high
      title: the password's hash is a fast one, made to be guessed
      where: /root/.jupyter/jupyter_notebook_config.py:2
      found: NotebookApp.password is a sha1 hash
      setting: "`jupyter server password`, then a restart"
      option: jupyter_server_authentication
servers:
  description: The servers that run.
  type: list
  elements: dict
  returned: success
  contains:
    pid:
      description: The number of the process.
      type: int
    user:
      description: As whom it runs.
      type: str
    application:
      description: What was started, as V(lab) or V(notebook).
      type: str
    environment:
      description: The directory of its Python environment.
      type: str
    versions:
      description: The packages of it that matter.
      type: dict
    listening:
      description: Addresses and ports.
      type: list
      elements: str
    unit:
      description: The systemd unit that runs it; empty when there is none.
      type: str
    configuration:
      description: The configuration files that it reads, the strongest first.
      type: list
      elements: str
    terminals:
      description: Whether people can open terminals; V(null) when that is computed. Kernels can run any command anyway.
      type: bool
  sample:
    - pid: 812
      user: jupyter
      application: lab
      environment: /opt/benchwright/envs/workbench
      versions: {jupyter-server: 2.21.1}
      listening: ["0.0.0.0:8888"]
      unit: benchwright-jupyter-server.service
      configuration: [/etc/benchwright/jupyter_server_config.py]
      terminals: true
translations:
  description: The old configuration files in today's words, with secrets left out.
  type: list
  elements: dict
  returned: if O(translate=true)
  contains:
    file:
      description: The old file.
      type: str
    text:
      description: The new text.
      type: str
    role_options:
      description: The options of the role P(benchwright.python.jupyter_server#role) that say the same.
      type: dict
    left:
      description: What has no translation or is no option of the role, and why.
      type: list
      elements: str
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.benchwright.python.plugins.module_utils._posture import answer, look

ARGUMENTS = {"probe": {"type": "bool", "default": True}, "translate": {"type": "bool", "default": False}}


def main():
    module = AnsibleModule(ARGUMENTS, supports_check_mode=True)
    host = look.look(module.params["probe"])
    translations = {"translations": answer.translations(host)} if module.params["translate"] else {}
    findings = [finding.document() for finding in look.judge(host)]
    module.exit_json(changed=False, findings=findings, servers=answer.servers(host), **translations)


if __name__ == "__main__":
    main()
