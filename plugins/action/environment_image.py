# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads the descriptions on the controller, before a host is touched, and sends py-rattler along where it is needed."""

from __future__ import annotations

from ansible.module_utils.common.validation import check_type_dict, check_type_list
from ansible_collections.benchwright.python.plugins.plugin_utils._conda_action import DescribedAction

# What is said once for all environments, and may be said again for one.
SHARED = ("channels", "accept_anaconda_terms")


class ActionModule(DescribedAction):
    MODULE = "benchwright.python.environment_image"

    def prepared(self, arguments, task_vars):
        shared = {option: arguments[option] for option in SHARED if arguments.get(option)}
        items = [check_type_dict(item) for item in check_type_list(arguments.get("environments") or [])]
        environments = [super(ActionModule, self).prepared({**shared, **item}, task_vars) for item in items]
        for environment in environments:
            environment.pop("accept_anaconda_terms", None)
        return {**arguments, "environments": environments}

    def described(self, arguments):
        return {"images": [{"name": environment.get("name") or ""} for environment in arguments["environments"]]}
