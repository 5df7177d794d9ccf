# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""An AnsibleModule whose addresses may hold credentials: neither the host's log nor the result shows them."""

from __future__ import annotations

import re
import typing as t

from ansible.module_utils.basic import AnsibleModule

SECRET = re.compile(r"//[^/\s:@]*:([^/\s@]+)@|/t/([^/\s]+)")


def secrets_in(value: t.Any) -> set[str]:
    """Return the passwords and tokens of the addresses in an option's value, however deep; local paths have none."""
    if isinstance(value, dict):
        return set().union(*map(secrets_in, value.values()))
    if isinstance(value, (list, tuple)):
        return set().union(*map(secrets_in, value))
    if not isinstance(value, str) or value.startswith(("/", "file:")):
        return set()
    return {secret for found in SECRET.findall(value) for secret in found if secret}


class SecretiveModule(AnsibleModule):  # type: ignore[misc]  # ansible-core has no types
    """Ansible logs a module's options on the host before the module's own code runs, and returns them with the result."""

    def _log_invocation(self) -> None:
        self.no_log_values.update(secrets_in(self.params))
        super()._log_invocation()
