# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks specs and channels on the controller, before a host is touched, and sends py-rattler where it is needed."""

from __future__ import annotations

from ansible_collections.benchwright.python.plugins.plugin_utils._conda_action import CondaAction


class ActionModule(CondaAction):
    MODULE = "benchwright.python.conda_package"
    SPECS = ("packages", "package")
