# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs the checks that come with the roles: here, through the host's connection, with its variables as a play sees them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible_collections.benchwright.python.plugins.plugin_utils._host_checks import ChecksError, run_checks

ROLES = Path(__file__).parents[2] / "roles"
ARGUMENTS = {"directories": {"type": "list", "elements": "path"}, "only": {"type": "str"}}


class ActionModule(ActionBase):
    def run(self, tmp=None, task_vars=None):
        result = super().run(tmp, task_vars)
        del tmp
        dummy, arguments = self.validate_argument_spec(ARGUMENTS)
        if self._task.check_mode:
            reason = "In check mode the host may not be made yet"
            return {**result, "changed": False, "checks": [], "skipped": True, "msg": reason}
        variables = _Templated(task_vars, self._templar)
        places = arguments["directories"] or sorted(str(path) for path in ROLES.glob("*/checks"))
        try:
            checks = run_checks(task_vars["inventory_hostname"], self._execute, variables, places, arguments["only"])
        except ChecksError as error:
            raise AnsibleActionFail(str(error)) from None
        failed = [f"{check['name']}: {check['detail']}" for check in checks if not check["ok"]]
        told = (
            {"failed": True, "msg": f"{len(failed)} of {len(checks)} checks failed: {'; '.join(failed)}"}
            if failed
            else {}
        )
        return {**result, "changed": False, "checks": checks, **told}

    def _execute(self, command):
        """Without something on its input ssh would give the command a terminal, which mixes stdout and stderr and ends lines otherwise."""
        return self._low_level_execute_command(command, in_data=b"\n")


class _Templated(Mapping):
    """The host's variables, each with its templates filled in when it is asked for."""

    def __init__(self, variables, templar):
        self.variables, self.templar = variables, templar

    def __getitem__(self, name):
        return self.templar.template(self.variables[name])

    def __iter__(self):
        return iter(self.variables)

    def __len__(self):
        return len(self.variables)
