# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Modules as Ansible runs them on a host."""

from __future__ import annotations

from typing import Any

import pytest
from support import module_call


@pytest.fixture
def run_module(tmp_path):
    """`run_module(module, check=False, **arguments)` returns the module's result."""

    def run(module: str, /, check: bool = False, **arguments: Any) -> dict[str, Any]:
        return module_call.run_module(module, arguments, tmp_path / "ansible-tmp", check).result

    return run
