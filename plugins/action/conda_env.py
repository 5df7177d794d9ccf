# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads the description on the controller, before a host is touched, and sends py-rattler along where it is needed.

Hosts have no PyYAML and often no py-rattler. The first call answers from what is installed; only if there is something to
solve on a host without an engine does a second call bring it, into the task's temporary directory.
"""

from __future__ import annotations

import os
import platform

from ansible.errors import AnsibleActionFail, AnsibleError
from ansible.plugins.action import ActionBase
from ansible_collections.benchwright.python.plugins.module_utils._conda.environment import (
    EnvironmentFileError,
    check_channels,
    check_dependencies,
    check_pip,
)
from ansible_collections.benchwright.python.plugins.module_utils._conda.environment_file import read_environment
from ansible_collections.benchwright.python.plugins.plugin_utils._engine_wheel import EngineWheelError, engine_wheel

MODULE = "benchwright.python.conda_env"


class ActionModule(ActionBase):
    TRANSFERS_FILES = True

    def run(self, tmp=None, task_vars=None):
        result = super().run(tmp, task_vars)
        del tmp
        arguments = self._described(dict(self._task.args))
        if arguments.get("state") == "described":
            return {**result, "changed": False}
        result.update(self._execute_module(module_name=MODULE, module_args=arguments, task_vars=task_vars))
        if result.pop("engine_needed", False):
            arguments["engine_wheel"] = self._send_engine(result.pop("machine"))
            result.update(self._execute_module(module_name=MODULE, module_args=arguments, task_vars=task_vars))
        return result

    def _described(self, arguments):
        """Return the module's arguments with the description in place of its file, or fail naming file, line and key."""
        try:
            if arguments.get("file"):
                return self._from_file(arguments)
            for option, check in (
                ("channels", check_channels),
                ("dependencies", check_dependencies),
                ("pip", check_pip),
            ):
                if isinstance(arguments.get(option), list):
                    check([str(item) for item in arguments[option]], option)
        except EnvironmentFileError as error:
            raise AnsibleActionFail(str(error)) from error
        return arguments

    def _from_file(self, arguments):
        clashing = [option for option in ("dependencies", "pip", "variables") if arguments.get(option)]
        if clashing:
            raise AnsibleActionFail("give either 'file' or '{}', not both".format("', '".join(clashing)))
        path = self._find(arguments.pop("file"))
        try:
            with open(path, encoding="utf-8") as stream:
                described = read_environment(stream.read(), path)
        except (OSError, UnicodeDecodeError) as error:
            raise AnsibleActionFail(f"cannot read the environment file {path}: {error}") from error
        if not arguments.get("name") and not arguments.get("prefix"):
            if described.name is None:
                raise AnsibleActionFail(f"{path} has no 'name:', and neither 'name' nor 'prefix' is given")
            arguments["name"] = described.name
        arguments["channels"] = arguments.get("channels") or list(described.channels)
        return {
            **arguments,
            "dependencies": list(described.dependencies),
            "pip": list(described.pip),
            "variables": dict(described.variables),
        }

    def _find(self, name):
        try:
            return self._find_needle("files", name)
        except AnsibleError as error:
            raise AnsibleActionFail(
                f"no environment file {name} on the controller; give a path that exists there"
            ) from error

    def _send_engine(self, machine):
        if machine != platform.machine():
            raise AnsibleActionFail(
                f"the host is {machine} and the controller's py-rattler is for {platform.machine()}; install py-rattler "
                "for the host's Python, or copy its wheel there and name it in 'engine_wheel'"
            )
        try:
            wheel = engine_wheel()
        except EngineWheelError as error:
            raise AnsibleActionFail(str(error)) from error
        directory = self._connection._shell.tmpdir or self._make_tmp_path()
        remote = self._transfer_file(wheel, self._connection._shell.join_path(directory, os.path.basename(wheel)))
        self._fixup_perms2((directory, remote))
        return remote
