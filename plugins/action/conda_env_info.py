# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads the description to compare with on the controller, before a host is touched."""

from __future__ import annotations

from ansible_collections.benchwright.python.plugins.plugin_utils._conda_action import DescribedAction


class ActionModule(DescribedAction):
    MODULE = "benchwright.python.conda_env_info"
