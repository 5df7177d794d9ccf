#!/usr/bin/python

# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: jupyter_configuration_translation
short_description: Write an old notebook server's configuration in today's words
version_added: 1.0.0
description:
  - Writes what a configuration file says of C(NotebookApp) into a new file, with the names that Jupyter Server, JupyterLab and
    Notebook 7 have for it. Comments and everything else are kept. What no longer exists becomes a comment.
  - The hash of a password goes from one file to the other on the host itself, and into no result, log or difference.
  - Never overwrites a file. The old one is left alone.
author:
  - The benchwright authors (@benchwright)
extends_documentation_fragment:
  - benchwright.python._attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
    details:
      - Secrets are left out.
  idempotent:
    support: full
  platform:
    support: full
    platforms: posix
options:
  src:
    description: The old file, C(.py) or C(.json).
    type: path
    required: true
  dest:
    description:
      - The new file, of the same kind, in a directory that exists. It gets the owner and the group of O(src), and mode V(0600).
      - When there is a file already that holds something else, the module fails.
    type: path
    required: true
seealso:
  - module: benchwright.python.jupyter_posture_info
"""

EXAMPLES = r"""
- name: Translate what the old notebook server read
  benchwright.python.jupyter_configuration_translation:
    src: /root/.jupyter/jupyter_notebook_config.py
    dest: /root/.jupyter/jupyter_server_config.py
"""

RETURN = r"""
role_options:
  description: The options of the role P(benchwright.python.jupyter_server#role) that say the same, without secrets.
  type: dict
  returned: success
  sample: {jupyter_server_ip: 0.0.0.0, jupyter_server_port: 8888}
left:
  description: What has no translation or is no option of the role, and why.
  type: list
  elements: str
  returned: success
  sample: ["NotebookApp.enable_mathjax: it no longer exists"]
"""

import os
from pathlib import Path

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.benchwright.python.plugins.module_utils._files import read_text, write_atomically
from ansible_collections.benchwright.python.plugins.module_utils._posture.translation import translate

ARGUMENTS = {"src": {"type": "path", "required": True}, "dest": {"type": "path", "required": True}}


class TranslationError(Exception):
    """It cannot be translated; the text says why."""


def read(path):
    text = read_text(path)
    if text is None:
        raise TranslationError("there is no file %s to translate; give the old configuration file as `src`" % path)
    return text


def refuse(src, dest, whole):
    """Whether the new file is to be made; raises TranslationError where something else is there."""
    if os.path.splitext(src)[1] != os.path.splitext(dest)[1]:
        raise TranslationError("%s and %s must both end in .py or in .json" % (src, dest))
    if not os.path.isdir(os.path.dirname(os.path.abspath(dest))):
        raise TranslationError("there is no directory %s; make it first" % os.path.dirname(os.path.abspath(dest)))
    found = read_text(dest)
    if found is not None and found != whole:
        raise TranslationError("%s exists and is never overwritten; move it away, or give another `dest`" % dest)
    return found is None


def write(src, dest, text):
    status = os.stat(src)
    write_atomically(Path(dest), text, 0o600, lambda path: os.chown(path, status.st_uid, status.st_gid))


def main():
    module = AnsibleModule(ARGUMENTS, supports_check_mode=True)
    src, dest = module.params["src"], module.params["dest"]
    try:
        text = read(src)
        whole, shown = translate(text, src, secrets=True).text, translate(text, src)
        missing = refuse(src, dest, whole)
        if missing and not module.check_mode:
            write(src, dest, whole)
    except (TranslationError, OSError, ValueError) as error:
        module.fail_json(msg=str(error))
    difference = {"before_header": dest, "after_header": dest, "before": "", "after": shown.text if missing else ""}
    module.exit_json(changed=missing, diff=difference, role_options=shown.role_options, left=shown.left)


if __name__ == "__main__":
    main()
