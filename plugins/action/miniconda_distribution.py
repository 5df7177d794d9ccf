# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sends an installer that is on the controller to the host, if there is something to install, and after its checksum was compared."""

from __future__ import annotations

import hashlib
import os

from ansible.errors import AnsibleActionFail, AnsibleError
from ansible.plugins.action import ActionBase
from ansible_collections.benchwright.python.plugins.plugin_utils._conda_action import ECHOES, masked

MODULE = "benchwright.python.miniconda_distribution"


class ActionModule(ActionBase):
    TRANSFERS_FILES = True

    def run(self, tmp=None, task_vars=None):
        result = super().run(tmp, task_vars)
        del tmp
        arguments = dict(self._task.args)
        path = self._found(arguments["installer"]) if arguments.get("installer") else None
        result.update(self._execute_module(module_name=MODULE, module_args=arguments, task_vars=task_vars))
        if result.pop("installer_needed", False):
            self._check(path, arguments)
            del arguments["installer"]
            arguments["src"] = path if self._task.check_mode else self._send(path)
            result.update(self._execute_module(module_name=MODULE, module_args=arguments, task_vars=task_vars))
        return {key: masked(value) if key in ECHOES else value for key, value in result.items()}

    def _found(self, name):
        try:
            return self._find_needle("files", name)
        except AnsibleError:
            raise AnsibleActionFail(
                f"no installer {name} on the controller; give a path that exists there, or 'src' for one on the host"
            ) from None

    def _check(self, path, arguments):
        """Nothing is sent that would be refused there."""
        checksum = str(arguments.get("checksum") or "").lower()
        if not checksum:
            raise AnsibleActionFail("an installer on the controller needs a 'checksum', its sha256")
        digest = hashlib.sha256()
        with open(path, "rb") as stream:
            for block in iter(lambda: stream.read(1 << 20), b""):
                digest.update(block)
        if digest.hexdigest() != checksum:
            raise AnsibleActionFail(
                f"{path} is not what was wanted and was not sent: wanted sha256 {checksum}, got {digest.hexdigest()} of "
                f"{os.path.getsize(path)} bytes. Was it cut short or changed? Get it again, or correct the checksum"
            )

    def _send(self, path):
        directory = self._connection._shell.tmpdir or self._make_tmp_path()
        remote = self._transfer_file(path, self._connection._shell.join_path(directory, "installer.sh"))
        self._fixup_perms2((directory, remote))
        return remote
