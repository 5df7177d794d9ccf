#!/usr/bin/python
# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: miniconda_distribution
short_description: Install Miniforge, Miniconda or micromamba, and remove it again
version_added: 1.0.0
author: [The benchwright authors (@benchwright)]
description:
  - Installs from a web server, a directory on the host or a file on the controller. The file is checked before it runs, by its
    sha256 and by what it is; the installer's own check only warns.
  - What is there stays, whatever its version, but for micromamba, whose one file is replaced where it is older. conda and python in
    base are M(benchwright.python.conda_package)'s business. If nothing has to be done, nothing is started and nothing is fetched.
  - A file in the prefix says that this module installed it. An interrupted installation is made anew. A distribution with essential
    files missing is installed again over what is there. Environments stay then, and packages of base are the installer's again.
  - A distribution that was there before is left alone, and any other directory that is not empty is refused.
extends_documentation_fragment:
  - benchwright.python._attributes
attributes:
  check_mode:
    support: full
    details:
      - Nothing is fetched, so that a wrong checksum and too little room show in the run only.
  diff_mode:
    support: full
  idempotent:
    support: full
  platform:
    platforms: linux
    support: full
options:
  prefix:
    description: The directory, as an absolute path without spaces. It must be missing or empty, or have been made by this module.
    type: str
    required: true
  distribution:
    description: What to install. Required unless O(state=absent).
    type: str
    choices: [miniforge, miniconda, micromamba]
  version:
    description: Its version, for the record. V(latest) means that O(url) and O(checksum_url) always have the latest.
    type: str
    default: latest
  url:
    description: Where the host gets the installer; C(http://), C(https://) or C(file://).
    type: str
  src:
    description: The installer as a path on the host, instead of O(url).
    type: str
  installer:
    description: The installer as a path on the controller, instead of O(url). It is sent only if it is needed.
    type: path
  checksum:
    description: The installer's sha256. This or O(checksum_url) is required.
    type: str
  checksum_url:
    description:
      - Where the sha256 is published, as lines of C(sha256sum), as the digest alone, or as JSON by the file's name.
      - Who can change the installer there can change this too. It is trust on first use, in whoever the TLS certificate names.
    type: str
  url_username:
    description: The user for the server of O(url).
    type: str
  url_password:
    description: The password for it.
    type: str
  ca_path:
    description: A file with the certificates of authorities to trust for O(url), instead of the system's.
    type: path
  scope:
    description:
      - With V(system), everybody can read it, whatever the umask is, and O(group) can write to it.
      - With V(user), it is as the umask has it.
    type: str
    choices: [system, user]
    default: user
  group:
    description: The group that may install packages in base and make environments in the prefix. It must exist.
    type: str
  channels:
    description: The channels that conda will be configured with. They are only looked at for Anaconda's, which have terms.
    type: list
    elements: str
    default: []
  accept_anaconda_terms:
    description:
      - Whether you have read Anaconda's terms of service and accept them. Without, V(miniconda) and Anaconda's channels are refused.
      - The acceptance is recorded in the prefix, for all its users, as conda's own command does it.
    type: bool
    default: false
  remove_environments:
    description: With O(state=absent), whether environments in the prefix may be lost. Otherwise they are a reason to refuse.
    type: bool
    default: false
  timeout:
    description: Seconds that the installer gets.
    type: int
    default: 3600
  state:
    description:
      - V(absent) removes the prefix, if this module installed it, its lines in every user's C(~/.conda/environments.txt), and the
        blocks for it in files of shells.
    type: str
    choices: [present, absent]
    default: present
"""

EXAMPLES = r"""
- name: A Miniforge that members of a group share
  benchwright.python.miniconda_distribution:
    distribution: miniforge
    version: 26.3.2-3
    url: https://mirror.example.org/Miniforge3-26.3.2-3-Linux-x86_64.sh
    checksum: 848194851a98903134187fbb4ab50efe87b003e0c0f808f97644b7524a62bf2c
    prefix: /opt/conda
    scope: system
    group: researchers

- name: Without it
  benchwright.python.miniconda_distribution:
    prefix: /opt/conda
    state: absent
"""

RETURN = r"""
actions:
  description: What was (in check mode, would be) done, and why.
  returned: success
  type: list
  elements: str
  sample: ["install: there is none"]
installed:
  description: What is there now, as it was recorded when it was installed; empty in check mode if it is not there yet.
  returned: success
  type: dict
  sample: {distribution: miniforge, version: 26.3.2-3, sha256: 848194851a98903134187fbb4ab50efe87b003e0c0f808f97644b7524a62bf2c}
ours:
  description: Whether this module installed (in check mode, would install) it.
  returned: success
  type: bool
init_users:
  description: The users for whom M(benchwright.python.miniconda_init) has put it into their shell.
  returned: success
  type: list
  elements: str
"""

from ansible_collections.benchwright.python.plugins.module_utils._distribution import carry_out, shells
from ansible_collections.benchwright.python.plugins.module_utils._distribution_module import (
    DISTRIBUTION,
    run_module,
    wanted,
)


def work(module):
    options = module.params
    prefix = options["prefix"].rstrip("/") or "/"
    init_users = sorted(shells.read_record(prefix))
    if options["state"] == "absent":
        outcome = carry_out.absent(prefix, options["remove_environments"], module.check_mode)
    else:
        outcome = carry_out.present(wanted(options, prefix), module.check_mode)
    return {**outcome.answer(prefix), "init_users": init_users}


def main():
    run_module(
        work,
        argument_spec=DISTRIBUTION,
        mutually_exclusive=[("url", "src", "installer"), ("checksum", "checksum_url")],
        required_if=[
            ("state", "present", ("distribution",)),
            ("state", "present", ("url", "src", "installer"), True),
            ("state", "present", ("checksum", "checksum_url"), True),
        ],
    )


if __name__ == "__main__":
    main()
